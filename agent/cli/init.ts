import { existsSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { formatFinding } from '#config/findings.ts';
import { loadSite } from '#config/load-site.ts';
import { openQuestions } from './init/ask.ts';
import { draftText } from './init/site-draft.ts';
import type { SiteDraft } from './init/site-draft.ts';

interface InitOptions {
  readonly id: string;
  readonly name?: string;
  readonly timezone: string;
  readonly opcua: readonly string[];
  readonly modbus: readonly string[];
  readonly cameras?: true;
  readonly receiver?: string;
  readonly yes?: true;
}

/** `firewatch init [FILE]`: asks, or takes what the options say; looks at what is there; writes a site file with remarks. */
export const command = (program: Command): void => {
  program
    .command('init')
    .description('make a new site file: asks at a terminal, looks at the devices that are named, writes remarks beside')
    .argument('[file]', 'a new file', 'site.yaml')
    .option('--id <id>', "the site's id: part of every record, for ever", 'site')
    .option('--name <text>', 'name for people; default the id')
    .option('--timezone <zone>', 'IANA zone of the site', 'Asia/Shanghai')
    .option('--opcua <url>', 'an OPC UA server, whose variables become points; may be repeated', collect, [])
    .option('--modbus <target>', 'a Modbus device: tcp://HOST:PORT or a serial port; may be repeated', collect, [])
    .option('--cameras', 'look for ONVIF cameras on this network segment')
    .option('--receiver <url>', 'who gets the records: mqtts://… or https://…')
    .option('--yes', 'ask nothing: take what the options say')
    .action(init);
};

const collect = (one: string, before: readonly string[]): readonly string[] => [...before, one];

async function init(file: string, options: InitOptions): Promise<void> {
  if (existsSync(file)) throw new Error(`${file} is there already; name another file`);
  const isAsking = options.yes !== true && process.stdin.isTTY;
  const wanted = isAsking ? await asked(options) : options;
  const text = draftText(await discovered(wanted));
  const { drivers: kinds } = await import('#drivers/registry.ts');
  // Passwords of cameras are yet to be put into the environment.
  const env = Object.fromEntries([...text.matchAll(/\$\{env:(\w+)\}/g)].map(([, name = '']) => [name, 'to be set']));
  const loaded = loadSite(file, { kinds, env, texts: new Map([[resolve(file), text]]) });
  if (!loaded.ok) {
    for (const error of loaded.errors) console.error(formatFinding(error));
    throw new Error(`${file} is not written: what was given makes no site`);
  }
  writeFileSync(file, text, { flag: 'wx' });
  const { sources, points, receivers } = loaded.config;
  console.log(
    `${file}: ${sources.length} sources, ${points.length} points, ${receivers.length} receivers; next: firewatch check ${file}`,
  );
}

async function asked(options: InitOptions): Promise<InitOptions> {
  const questions = openQuestions(process.stdin, process.stderr);
  try {
    const id = await questions.text("Site id, part of every record for ever (letters, digits, '-')", options.id);
    const name = await questions.text('Name for people', options.name ?? id);
    const timezone = await questions.text('Time zone', options.timezone);
    const opcua = await questions.list('OPC UA server, such as opc.tcp://192.0.2.10:4840 (Enter: none):');
    const modbus = await questions.list('Modbus device, such as tcp://192.0.2.20:502 or /dev/ttyUSB0 (Enter: none):');
    const cameras = await questions.yes('Look for cameras on this network segment?');
    const receiver = await questions.text('Receiver, such as mqtts://broker.example:8883', options.receiver ?? 'none');
    return {
      id,
      name,
      timezone,
      opcua: [...options.opcua, ...opcua],
      modbus: [...options.modbus, ...modbus],
      ...(cameras && { cameras }),
      ...(receiver !== 'none' && { receiver }),
    };
  } finally {
    questions.close();
  }
}

/** What the devices say of themselves; one that does not answer is a remark in the file. */
async function discovered(options: InitOptions): Promise<SiteDraft> {
  const { id, name = id, timezone, opcua, modbus, cameras, receiver } = options;
  const { lookAtServer, lookForCameras } = await import('./init/look-around.ts');
  const servers = [];
  for (const [index, url] of opcua.entries()) {
    const source = opcua.length === 1 ? 'dcs' : `dcs-${index + 1}`;
    console.error(`browsing ${url} …`);
    const { found, note } = await lookAtServer(url, source);
    console.error(`${found.length} variables${note === undefined ? '' : `; ${note}`}`);
    // Two servers may call things alike.
    const mark = index === 0 ? '' : `${source}.`;
    const points = found.flatMap((thing) => thing.points?.replace(/(- id: "?)/, `$1${mark}`) ?? []);
    const remark = found.length === 0 ? `not browsed: ${note ?? 'it has no variables'}` : note;
    servers.push({ id: source, url, points, ...(remark !== undefined && { note: remark }) });
  }
  if (cameras) console.error('looking for cameras …');
  const seen = cameras ? (await lookForCameras()).found : [];
  return {
    id,
    name,
    timezone,
    servers,
    devices: modbus.map((target, index) => ({ id: modbus.length === 1 ? 'plc' : `plc-${index + 1}`, target })),
    cameras: seen.map(({ sources = '', points = '' }) => ({ sources, points })),
    ...(receiver !== undefined && { receiver }),
  };
}
