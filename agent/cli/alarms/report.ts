import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { monthSpan } from '#agent/alarms/report/month-span.ts';
import { reportHtml } from '#agent/alarms/report/report-html.ts';
import type { Language } from '#agent/alarms/report/report-html.ts';
import { readAlarmReport } from '#agent/line/read-alarm-report.ts';
import { formatFinding } from '#config/findings.ts';
import { loadSite } from '#config/load-site.ts';
import { shippedPacks } from '#config/rules/load-packs.ts';
import { refuse } from '../rules/command-parts.ts';

interface ReportOptions {
  readonly month?: string;
  readonly language: string;
  readonly json?: true;
}

/** `firewatch alarms report SITE [FILE]`: the monthly report, to be printed. */
export const reportCommand = (alarms: Command): void => {
  alarms
    .command('report')
    .description('write the monthly report as one HTML file to be printed, with advice against chatter from history')
    .argument('<site>', 'site file (YAML)')
    .argument('[file]', 'a new file; default standard output')
    .option('--month <month>', "such as 2026-11, in the site's own time; default the month before this one")
    .option('--language <language>', 'zh or en', 'zh')
    .option('--json', 'print the figures as one JSON object')
    .action(report);
};

async function report(path: string, file: string | undefined, options: ReportOptions): Promise<void> {
  const { language, json } = options;
  if (language !== 'zh' && language !== 'en') return refuse('--language is zh or en', 2);
  const { drivers: kinds } = await import('#drivers/registry.ts');
  const loaded = loadSite(path, { kinds });
  if (!loaded.ok) return refuse(loaded.errors.map(formatFinding).join('\n'), 1);
  const { site, alarms, journal } = loaded.config;
  const now = Date.now();
  const month = options.month ?? monthBefore(now, site.timezone);
  const span = monthSpan(month, site.timezone, now);
  if (!span) return refuse(`"${month}" is no month that has begun; write for example 2026-11`, 2);
  const found = readAlarmReport({
    directory: journal.directory,
    definitions: alarms,
    rules: shippedPacks().rules,
    span,
    now,
  });
  const heading = { site: site.name, timezone: site.timezone, definitions: alarms };
  const text = json
    ? `${JSON.stringify(found, undefined, 2)}\n`
    : reportHtml(found, heading, language satisfies Language);
  if (file === undefined) process.stdout.write(text);
  else {
    writeFileSync(file, text, { flag: 'wx' });
    console.log(`${file}: alarms of ${month}`);
  }
}

const monthBefore = (now: number, timezone: string): string =>
  Temporal.Instant.fromEpochMilliseconds(now)
    .toZonedDateTimeISO(timezone)
    .toPlainDate()
    .toPlainYearMonth()
    .subtract({ months: 1 })
    .toString();
