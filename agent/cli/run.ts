import type { Command } from 'commander';
import type { Logger } from 'pino';
import type { DiskTrouble } from '#agent/journal/disk-trouble.ts';
import type { Opening } from '#agent/journal/opening.ts';
import { createChangeLog } from '#agent/observe/change-log.ts';
import { openLogFile } from '#agent/observe/log-file.ts';
import { createLogger } from '#agent/observe/logger.ts';
import { statusRemark } from '#agent/observe/status-remark.ts';
import { systemClock } from '#agent/model/clock.ts';
import type { SourceId } from '#agent/model/ids.ts';
import { startSite } from '#agent/site.ts';
import type { Told } from '#agent/site.ts';
import type { RunningPage } from '#agent/web/server.ts';
import type { SiteConfig } from '#config/site.ts';
import { drivers } from '#drivers/registry.ts';
import { milliseconds } from './milliseconds.ts';
import { startConfigLife } from './run/config-life.ts';
import { keepBeating } from './run/keep-beating.ts';
import { loadForRun } from './run/load-for-run.ts';
import { openOpcuaServer } from './run/open-opcua-server.ts';
import { saveMemory } from './run/save-memory.ts';
import { stopSignal } from './stop-signal.ts';

interface RunOptions {
  readonly json?: true;
  readonly report: number;
  readonly drain: number;
}

/** `firewatch run SITE.yaml`: the agent, until SIGINT or SIGTERM. */
export const command = (program: Command): void => {
  program
    .command('run')
    .description('run the agent on a site file until it is told to stop')
    .argument('<site>', 'site file (YAML)')
    .option('--json', 'one JSON object a line on standard output: ready, report, alarm, stopped')
    .option('--report <duration>', 'how often --json reports', milliseconds, 1000)
    .option(
      '--drain <duration>',
      'at the end, how long receivers may still take what is in the journal',
      milliseconds,
      5000,
    )
    .action(run);
};

async function run(path: string, options: RunOptions): Promise<void> {
  saveMemory();
  const loaded = loadForRun(path, (line) => console.error(line));
  if (!loaded) {
    process.exitCode = 1;
    return;
  }
  const { config } = loaded;
  const say = options.json ? printLine : () => {};
  const kept = openLogFile(config.journal.directory);
  const logger = createLogger({ keep: kept.write });
  const log = logTold(config, logger);
  let page: RunningPage | undefined;
  const site = startSite({
    config,
    drivers,
    clock: systemClock,
    tell: (told) => {
      log(told);
      if (told.type === 'alarm') say(told);
      if (told.type === 'alarm' || told.type === 'status') page?.tell(told);
    },
  });
  if (loaded.insteadBecause !== undefined) {
    logger.error(loaded.insteadBecause);
    site.note({ kind: 'config.last-good', text: loaded.insteadBecause });
  }
  const life = startConfigLife(loaded, {
    path,
    site,
    clock: systemClock,
    log: (text, isBad) => logger[isBad ? 'error' : 'info'](text),
  });
  process.on('SIGHUP', () => {
    const applied = life.reload('SIGHUP');
    if (!applied.accepted) logger.error(`${path} is not applied: ${applied.text}; see firewatch check ${path}`);
  });
  if (config.page) {
    // Loaded here: the page and all that it shows is a third of the program, and the devices are being called meanwhile.
    const { openPage } = await import('./run/open-page.ts');
    page = await openPage(site, { path, options: config.page, configuration: life, logger });
  }
  // It takes seconds to load; the watch and its heartbeat wait for nobody.
  const opcua = config.opcuaServer && openOpcuaServer(site, config.opcuaServer, logger);
  const beating = keepBeating(site, logger, page?.url);
  say({ type: 'ready', pid: process.pid, site: config.site.id, ...(page && pageOf(page)) });
  const timer = setInterval(() => say({ type: 'report', ...site.report() }), options.report);
  await stopSignal();
  clearInterval(timer);
  life.stop();
  await Promise.all([page?.stop(), opcua?.then((running) => running?.stop())]);
  beating.stop();
  say({ type: 'stopped', ...(await site.stop(options.drain)) });
}

function pageOf({ url, setupCode }: RunningPage): object {
  const code = setupCode();
  return { page: url, ...(code !== undefined && { setupCode: code }) };
}

const printLine = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

/** States are logged when they change; alarms always. */
function logTold({ sources }: SiteConfig, logger: Logger): (told: Told) => void {
  const remark = createChangeLog(logger, systemClock);
  const kinds = new Map<SourceId, string>(sources.map(({ id, kind }) => [id, kind]));

  return (told) => {
    switch (told.type) {
      case 'alarm': {
        const { alarm, event, to, priority, value } = told.record.body;
        logger.warn({ alarm, event, state: to, priority, value }, `alarm ${alarm} ${event}`);
        break;
      }
      case 'status':
        remark(statusRemark(told.status, kinds.get(told.status.source) ?? ''));
        break;
      case 'uplink': {
        const { receiver, state, reason } = told.report;
        // Between two attempts that fail nothing has changed.
        if (state === 'connecting' && reason !== '') break;
        remark({
          subject: `receiver ${receiver}`,
          level: state === 'waiting' ? 'error' : 'info',
          text: `receiver ${receiver} is ${state}${reason === '' ? '' : `: ${reason}`}`,
          fields: { receiver, state },
        });
        break;
      }
      case 'opening':
        logOpening(logger, told.opening);
        break;
      case 'disk': {
        const { trouble, text } = told.disk;
        if (trouble === 'none') logger.info({ disk: trouble }, 'the journal writes again');
        else
          logger.error(
            { disk: trouble },
            `the journal can not write, its disk is ${trouble}: ${text}; ${ADVICE[trouble]}`,
          );
        break;
      }
      case 'trouble':
        logger.error({ err: told.cause }, told.text);
        break;
    }
  };
}

const ADVICE: Readonly<Record<DiskTrouble, string>> = {
  full: 'free space on it; alarms are kept in memory and delivered meanwhile, samples as far as they fit',
  'read-only': 'the kernel does this after faults: check it and mount it again; records are kept in memory meanwhile',
  failing: 'check or replace it; records are kept in memory meanwhile',
  damaged: 'the file is set aside and a new one begun',
};

function logOpening(logger: Logger, { kind, fault, setAside, gaps, lost }: Opening): void {
  if (kind === 'clean') return;
  const range = lost.map(({ stream, first, last }) => `${stream} ${first} to ${last}`).join(', ');
  const said = [
    `the run before ended without being stopped (${kind})`,
    ...(fault === undefined ? [] : [`the journal's file was damaged: ${fault}; it is kept as ${setAside.join(', ')}`]),
    ...(lost.length === 0 ? [] : [`records lost: ${range}`]),
    `${gaps.length} gaps say what is missing`,
  ];
  logger[kind === 'crash' ? 'warn' : 'error']({ opening: kind }, said.join('; '));
}
