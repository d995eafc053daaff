import type { Command } from 'commander';
import { systemClock } from '#agent/model/clock.ts';
import { formatFinding } from '#config/findings.ts';
import type { Finding } from '#config/findings.ts';
import type { Environment } from '#config/follow-references.ts';
import { loadSite } from '#config/load-site.ts';
import type { LoadedSite } from '#config/load-site.ts';
import type { SiteConfig } from '#config/site.ts';
import type { SourceKind } from '#config/source-kind.ts';
import { milliseconds } from './milliseconds.ts';

/** `firewatch check SITE.yaml`: every error at once; `--live` every value too; exit 0 good, 1 errors. */
export const command = (program: Command): void => {
  program
    .command('check')
    .description('check a site file and everything that it includes: every error at once, with its line and column')
    .argument('<site>', 'site file (YAML)')
    .option('--json', 'print one JSON object')
    .option('--live', 'then read every point once from its device, and tell which are wrong and why')
    .option('--within <duration>', 'with --live: longest time for all of it', milliseconds, 20_000)
    .action(check);
};

interface CommandOptions {
  readonly json?: true;
  readonly live?: true;
  readonly within: number;
}

async function check(path: string, options: CommandOptions): Promise<void> {
  const { drivers } = await import('#drivers/registry.ts');
  const isJson = options.json ?? false;
  const { text, isGood } = checkSite(path, { kinds: drivers, isJson });
  process.exitCode = isGood ? 0 : 1;
  const loaded = options.live && isGood ? loadSite(path, { kinds: drivers }) : undefined;
  if (!loaded?.ok) return console.log(text);
  const { readLive } = await import('./check-live.ts');
  const { judgeLive, liveJson, liveText } = await import('./check-live-text.ts');
  const readings = await readLive(loaded.config, { drivers, clock: systemClock, withinMs: options.within });
  const points = judgeLive(loaded.config, readings);
  if (isJson) console.log(JSON.stringify(liveJson(loaded.config, points, readings), undefined, 2));
  else console.log([text, '', ...liveText(path, points, readings)].join('\n'));
  if (points.some(({ wrong }) => wrong !== undefined)) process.exitCode = 1;
  // Whatever still holds the process then, no device may keep the answer from ending.
  setTimeout(() => process.exit(), Math.max(...drivers.map(({ releaseWithinMs }) => releaseWithinMs))).unref();
}

export interface CheckOptions {
  readonly kinds: readonly SourceKind[];
  readonly isJson: boolean;
  readonly env?: Environment;
}

/** What the command prints, and whether the site may run. */
export function checkSite(path: string, options: CheckOptions): { readonly text: string; readonly isGood: boolean } {
  const { kinds, isJson, env = process.env } = options;
  const loaded = loadSite(path, { kinds, env });
  const text = isJson ? JSON.stringify(asJson(loaded), undefined, 2) : asText(path, loaded).join('\n');
  return { text, isGood: loaded.ok };
}

function asJson(loaded: LoadedSite) {
  const { ok, warnings } = loaded;
  if (!ok) return { ok, errorCount: loaded.errorCount, errors: loaded.errors, warnings };
  const { site, sources, points, alarms, receivers, files } = loaded.config;
  const counts = { sources: sources.length, points: points.length, alarms: alarms.length, receivers: receivers.length };
  return { ok, site, ...counts, files, warnings };
}

function asText(path: string, loaded: LoadedSite): readonly string[] {
  const warnings = loaded.warnings.map((warning) => `${formatFinding(warning)} (warning)`);
  if (loaded.ok) return [...warnings, ...table(path, loaded.config, loaded.warnings.length)];
  const { errors, errorCount } = loaded;
  const hidden = errorCount - errors.length;
  return [
    ...errors.map(formatFinding),
    ...(hidden > 0 ? [`… and ${hidden} more`] : []),
    ...warnings,
    `${path}: ${count(errorCount, 'error')} in ${count(filesOf(errors), 'file')}${loaded.warnings.length > 0 ? `, ${count(loaded.warnings.length, 'warning')}` : ''}`,
  ];
}

const filesOf = (findings: readonly Finding[]): number => new Set(findings.map(({ file }) => file)).size;

/** What was found, so that an integrator sees at a glance whether something is missing. */
function table(path: string, config: SiteConfig, warnings: number): readonly string[] {
  const { site, sources, points, derivations, alarms, receivers, files } = config;
  const pointsOf = (source: string) => points.filter((point) => point.source === source).length;
  const rows = [
    ['sources', sources.length, sources.map(({ id, kind }) => `${id} (${kind}, ${count(pointsOf(id), 'point')})`)],
    ['points', points.length, tally(points.map(({ kind }) => kind))],
    ['derived', derivations.length, tally(derivations.map(({ kind }) => kind))],
    ['alarms', alarms.length, tally(alarms.map(({ condition }) => condition.kind))],
    ['receivers', receivers.length, receivers.map(({ id, transport }) => `${id} (${transport.url})`)],
  ] as const;
  const found = warnings > 0 ? `, ${count(warnings, 'warning')}` : '';
  return [
    ...rows
      .filter(([name, number]) => number > 0 || name !== 'derived')
      .map(([name, number, parts]) => `${name.padEnd(10)}${String(number).padStart(7)}  ${parts.join(', ')}`.trimEnd()),
    `${path}: good: site ${site.id} "${site.name}" from ${count(files.length, 'file')}${found}`,
  ];
}

function tally(words: readonly string[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].map(([word, number]) => `${number} ${word}`);
}

const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`;
