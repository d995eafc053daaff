import { once } from 'node:events';
import { InvalidArgumentError, type Command } from 'commander';
import { systemClock } from '#agent/model/clock.ts';
import { browseLines } from './browse-lines.ts';
import { browseTarget } from './browse-target.ts';
import type { TargetFlags } from './browse-target.ts';
import { pathFilter } from './path-filter.ts';

interface BrowseFlags extends TargetFlags {
  readonly csv?: true;
  readonly json?: true;
  readonly start?: string;
  readonly filter?: string;
  readonly depth: number;
  readonly standard?: true;
}

/** `firewatch browse opcua URL`: every variable of a server, as YAML or CSV ready to paste. Exit 1 when there is none. */
export const command = (program: Command): void => {
  program
    .command('browse')
    .description("list what a device has, as lines ready to paste into a site's points")
    .command('opcua')
    .description('every variable of an OPC UA server; progress goes to stderr')
    .argument('[url]', 'opc.tcp://host:port; with --site the endpoint of its source')
    .option('--csv', 'CSV rows instead of YAML')
    .option('--json', 'one JSON object a variable and line')
    .option('--source <id>', 'source id to write into each point', 'dcs')
    .option('--site <file>', 'connect as that source of this site does: its endpoint, security, user and certificates')
    .option('--start <node>', 'begin at this node: nsu=<URI>;s=<identifier>; default is the Objects folder')
    .option('--filter <text>', 'only paths that contain this text; * stands for any text')
    .option('--depth <levels>', 'levels below the start', positive, 10)
    .option('--rate <number>', 'requests a second, at most', positive, 50)
    .option('--standard', "also the server's own nodes of namespace 0")
    .option('--mode <mode>', 'None, Sign or SignAndEncrypt', 'None')
    .option('--policy <policy>', 'security policy')
    .option('--user <name>', 'user name; the password is read from the environment, OPCUA_PASSWORD')
    .option('--fingerprint <hex>', "the server certificate's fingerprint, to accept this certificate and no other")
    .action(async (url: string | undefined, flags: BrowseFlags) => {
      process.exitCode = await browseOpcua(url, flags);
    });
};

function positive(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) throw new InvalidArgumentError('Expected a whole number from 1.');
  return count;
}

async function browseOpcua(url: string | undefined, flags: BrowseFlags): Promise<number> {
  const target = await browseTarget(url, flags);
  if (typeof target === 'string') {
    console.error(target);
    return 2;
  }
  const { options, dispose } = target;
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  const progress = progressTo(process.stderr);
  const lines = browseLines(flags.csv ? 'csv' : flags.json ? 'json' : 'yaml', flags.source);
  let [found, written] = [0, 0];
  try {
    const { browseServer } = await import('#drivers/opcua/browse-server.ts');
    const browsing = {
      depth: flags.depth,
      accepts: pathFilter(flags.filter),
      withStandard: flags.standard ?? false,
      progress: progress.show,
      refused: (path: string, status: string) => progress.say(`not browsed: ${path || 'the start'}: ${status}`),
      ...(flags.start === undefined ? {} : { start: flags.start }),
    };
    const place = { ...target, clock: systemClock, signal: stop.signal };
    for await (const variables of browseServer(options, browsing, place)) {
      const texts = variables.flatMap((variable) => lines.of(variable) ?? []);
      await print(written === 0 && texts.length > 0 ? [...lines.head, ...texts] : texts);
      found += variables.length;
      written += texts.length;
    }
    progress.say(`${found} variables found in ${options.endpoint}`);
    if (written < found)
      progress.say(`${found - written} left out: CSV can't write an address with "#[" or "#." in it; YAML can`);
    return found > 0 ? 0 : 1;
  } catch (error) {
    progress.say(error instanceof Error ? error.message : String(error));
    return 1;
  } finally {
    dispose();
  }
}

/** Waits for a reader that is slower than the server. */
async function print(lines: readonly string[]): Promise<void> {
  if (lines.length > 0 && !process.stdout.write(`${lines.join('\n')}\n`)) await once(process.stdout, 'drain');
}

/** On a terminal one line that is written over; into a file or pipe a line for each further tenth thousand. */
function progressTo(stream: NodeJS.WriteStream) {
  let told = 0;
  let isOpen = false;
  return {
    show: (seen: number, found: number): void => {
      const text = `${seen} nodes seen, ${found} variables found`;
      if (stream.isTTY) stream.write(`\r${text} `);
      else if (seen - told >= 10_000) stream.write(`${text}\n`);
      else return;
      isOpen = stream.isTTY;
      told = seen;
    },
    say: (text: string): void => {
      stream.write(`${isOpen ? '\n' : ''}${text}\n`);
      isOpen = false;
    },
  };
}
