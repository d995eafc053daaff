import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { formatFinding } from '#config/findings.ts';
import type { Finding } from '#config/findings.ts';
import type { SiteConfig } from '#config/site.ts';
import type { Driver } from '#drivers/driver.ts';
import { version } from '../version.ts';
import { exerciseReceivers } from './exercise-receivers.ts';
import { exerciseSite } from './exercise-site.ts';
import { inspectBox } from './inspect-box.ts';
import { loopChecks } from './loop-checks.ts';
import { confirmed, failed, passed } from './outcome.ts';
import type { Acceptance, Check, PartName } from './outcome.ts';
import { positioningChecks } from './positioning.ts';
import { readPoints } from './read-points.ts';

export interface AcceptanceOptions {
  readonly path: string;
  readonly config: SiteConfig;
  readonly warnings: readonly Finding[];
  readonly drivers: readonly Driver[];
  /** Everything of this run is kept below it. */
  readonly directory: string;
  readonly withinMs: number;
  readonly by?: string;
  /** What people confirm of what the run can not see, by subject. */
  readonly confirmations: ReadonlyMap<string, string>;
  /** Hears of each check as it is made, and of each part as it begins. */
  readonly tell: (part: PartName, check?: Check) => void;
}

/** Every part after another; none is left out because one before it failed. */
export async function runAcceptance(options: AcceptanceOptions): Promise<Acceptance> {
  const { path, config, warnings, drivers, directory, withinMs, tell } = options;
  const begun = Date.now();
  const at = (part: PartName) => (check: Check) => tell(part, check);
  const all = (part: PartName, checks: readonly Check[]): readonly Check[] => {
    tell(part);
    checks.forEach(at(part));
    return checks;
  };
  const configuration = all('configuration', judgeConfiguration(path, config, warnings));
  const byHand = (check: Check): Check => confirmed(check, options.confirmations);
  const box = all('box', (await inspectBox(config)).map(byHand));
  tell('points');
  const reading = await readPoints(config, { drivers, withinMs, tell: at('points') });
  const loops = all('loops', loopChecks(config));
  const positioning = all('positioning', positioningChecks(config, begun));
  tell('alarms');
  const exercise = exerciseSite(config, join(directory, 'alarms'), at('alarms'));
  tell('receivers');
  const sent = await exerciseReceivers(config, {
    directory: join(directory, 'receivers'),
    withinMs,
    tell: at('receivers'),
  });
  return {
    site: config.site,
    version,
    host: hostname(),
    begun,
    ended: Date.now(),
    files: config.files.map((file) => ({
      name: relative(dirname(resolve(path)), file),
      sha256: createHash('sha256').update(readFileSync(file)).digest('hex'),
    })),
    parts: [
      { name: 'configuration', checks: configuration },
      { name: 'box', checks: box },
      { name: 'points', checks: reading.points },
      { name: 'loops', checks: loops },
      { name: 'positioning', checks: positioning },
      { name: 'alarms', checks: exercise.alarms },
      { name: 'outage', checks: exercise.outage },
      { name: 'receivers', checks: sent.receivers.map(byHand) },
      { name: 'restart', checks: [...sent.restart, ...reading.again] },
    ],
    ...(options.by !== undefined && { by: options.by }),
  };
}

function judgeConfiguration(path: string, config: SiteConfig, warnings: readonly Finding[]): readonly Check[] {
  const { sources, points, alarms, receivers } = config;
  const counts = `${sources.length} / ${points.length} / ${alarms.length} / ${receivers.length}`;
  const good = passed(relative('.', path), config.site.name, {
    zh: `无错误；数据源 / 测点 / 报警 / 上级平台：${counts}`,
    en: `no error; sources / points / alarms / receivers: ${counts}`,
  });
  const doubts = warnings.map((warning) => {
    const text = formatFinding(warning);
    return failed(relative('.', path), 'warning', { zh: `警告：${text}`, en: text });
  });
  return [good, ...doubts];
}
