import { stripVTControlCharacters, styleText } from 'node:util';
import { demoSites } from './demo-sites.ts';
import type { AlarmRecord, Stage } from './stage.ts';

type Style = Parameters<typeof styleText>[0];

const ALARM_LINES = 10;

/** The site as lines for a terminal, at one moment. */
export function drawPicture(stage: Stage, now: number): string[] {
  const report = stage.report();
  const received = stage.received();
  const seconds = Math.round((now - stage.startedAt) / 1000);
  const raised = stage.alarms().filter(({ body }) => body.event === 'raised');
  return [
    styleText('bold', `Firewatch demo, ${seconds} s: ${demoSites[stage.site].title}`),
    styleText('dim', 'everything here is simulated and says so to the receiver'),
    '',
    ...(report?.sources ?? []).map(({ id, kind, points, perSecond, samples, notGood, status }) => {
      const state = status?.state ?? 'connecting';
      const figures = `${points} points  ${perSecond.toFixed(0).padStart(5)} values/s  ${samples} so far, ${notGood} not good`;
      return `${pad(`source ${id}`, 24)}${pad(kind, 8)}${paint(pad(state, 11), state === 'online' ? 'green' : 'red')}${figures}`;
    }),
    '',
    `alarms   ${raised.length} raised, ${report?.alarms.filter(({ state }) => state !== 'normal').length ?? 0} standing`,
    ...stage
      .alarms()
      .slice(-ALARM_LINES)
      .map((record) => `  ${alarmLine(record)}`),
    '',
    `journal  ${journalLine(stage)}`,
    `evidence ${stage.pictures()} pictures kept with alarms`,
    `receiver ${received.records} records verified, ${received.samples} samples, ${received.gaps} gaps, ` +
      `${received.duplicates} duplicates, ${received.invalid} invalid; all marked sim: ${received.simulated === received.verified ? 'yes' : 'NO'}`,
    ...(report?.uplinks ?? []).map(({ receiver, state, reason }) => `uplink   ${receiver} ${state} ${reason}`),
    `faults   curl ${stage.endpoints.control ?? ''}/fault -H content-type:application/json -d '{"device":"modbus","fault":{"kind":"gone"}}'`,
    ...pageLines(stage),
  ];
}

function pageLines({ page }: Stage): readonly string[] {
  if (!page) return [];
  const code =
    page.setupCode === undefined ? '' : `; to acknowledge alarms make an account there with code ${page.setupCode}`;
  return [`page     ${page.url}${code}`];
}

/** One alarm transition in a line. */
export function alarmLine({ body }: AlarmRecord): string {
  const { time, priority, alarm, event, value, to } = body;
  const clock = new Date(time).toISOString().slice(11, 19);
  const shown = typeof value === 'number' ? value.toFixed(2) : String(value ?? '');
  const style: Style = event === 'raised' ? (priority === 'critical' ? ['bold', 'red'] : 'yellow') : 'dim';
  return paint(`${clock}Z ${pad(priority, 9)}${pad(alarm, 34)}${pad(event, 16)}${pad(to, 18)}${shown}`, style);
}

export function journalLine(stage: Stage): string {
  const journal = stage.report()?.journal;
  if (!journal) return 'opening';
  const depth = Object.entries(journal.streams)
    .filter(([, { head }]) => head > 0)
    .map(([stream, { head }]) => `${stream} ${head}`);
  const buffer = journal.hoursOfBuffer === undefined ? '' : `, room for ${journal.hoursOfBuffer.toFixed(0)} h`;
  return `${depth.join(', ')}; ${(journal.bytes / 1024).toFixed(0)} KiB${buffer}`;
}

const paint = (text: string, style: Style): string => styleText(style, text);

/** Pads by what a terminal shows: Chinese characters are two columns wide. */
function pad(text: string, columns: number): string {
  const plain = stripVTControlCharacters(text);
  const width = plain.length + (plain.match(/[\u2E80-\uFFFF]/g)?.length ?? 0);
  return text + ' '.repeat(Math.max(1, columns - width));
}
