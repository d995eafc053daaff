import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { stringify } from 'yaml';
import { startCommand } from '#agent/cli/demo/child-lines.ts';
import { exportSqlite } from '#agent/journal/export.ts';
import { openForReading } from '#agent/journal/store.ts';
import type { Gap } from '#agent/model/event.ts';
import type { SiteReport, SourceReport } from '#agent/line/tally.ts';
import { until } from './whole-line.ts';

export interface RunPoint {
  readonly id: string;
  readonly address: string;
}

/** One sample as it stands in the journal. */
export interface RecordedSample {
  readonly point: string;
  readonly value: number | string | null;
  readonly quality: 'good' | 'uncertain' | 'bad';
  readonly reason: string;
  readonly raw: number | null;
  readonly sourceTime: number;
  readonly receiveTime: number;
}

/** What the journal holds when the agent has ended. */
export interface Recording {
  readonly samples: readonly RecordedSample[];
  readonly gaps: readonly Gap[];
}

/** A real agent, as a process of its own, over one device. */
export interface RecordedRun {
  /** Of the agent's data. */
  readonly directory: string;
  readonly source: () => SourceReport | undefined;
  /** Waits until the source's status is as described. */
  readonly untilStatus: (what: string, fits: (report: SourceReport) => boolean) => Promise<SourceReport>;
  /** Waits until the source is online and has taken so many good samples from now on. */
  readonly untilGood: (samples: number) => Promise<void>;
  /** Ends the agent and reads its journal. */
  readonly finish: () => Promise<Recording>;
  /** Ends whatever runs and removes the data. */
  readonly close: () => Promise<void>;
}

const SOURCE = 'device';

/** `prepare` may put into the data directory what an earlier run would have left there. */
export async function startRecordedRun(
  source: object,
  points: readonly RunPoint[],
  prepare: (data: string) => void = () => {},
): Promise<RecordedRun> {
  const directory = await mkdtemp(join(tmpdir(), 'firewatch-faults-'));
  const data = join(directory, 'data');
  prepare(data);
  const site = {
    site: { id: 'faults', name: 'faults', timezone: 'UTC' },
    journal: { directory: data },
    sources: [{ id: SOURCE, ...source }],
    points: points.map((point) => ({ ...point, name: point.id, source: SOURCE, kind: 'number', staleAfter: '5s' })),
  };
  await writeFile(join(directory, 'site.yaml'), stringify(site));
  let report: SiteReport | undefined;
  const agent = startCommand(['run', join(directory, 'site.yaml'), '--json', '--report', '100ms'], (line) => {
    const { type } = line as { readonly type: string };
    if (type === 'report' || type === 'stopped') report = line as SiteReport;
  });
  const ofSource = (): SourceReport | undefined => report?.sources[0];
  const good = (): number => (ofSource()?.samples ?? 0) - (ofSource()?.notGood ?? 0);

  const untilStatus = (what: string, fits: (found: SourceReport) => boolean): Promise<SourceReport> =>
    until(what, () => {
      if (agent.isGone()) throw new Error(`the agent ended: ${agent.lastWords()}`);
      const found = ofSource();
      return found && fits(found) ? found : undefined;
    }).catch((cause: unknown) => {
      throw new Error(`the source is ${JSON.stringify(ofSource())}`, { cause });
    });

  return {
    directory: data,
    source: ofSource,
    untilStatus,
    untilGood: async (samples) => {
      const enough = good() + samples;
      await untilStatus(
        `${samples} more good samples`,
        ({ status }) => status?.state !== 'offline' && good() >= enough,
      );
    },
    finish: async () => {
      await agent.stop(30_000);
      return readJournal(data, join(directory, 'export.sqlite'));
    },
    close: async () => {
      await agent.stop(5000);
      await rm(directory, { recursive: true, force: true });
    },
  };
}

function readJournal(data: string, target: string): Recording {
  const tables = openForReading(data);
  exportSqlite(tables, { from: -Infinity, to: Infinity }, target);
  tables.close();
  const database = new Database(target, { readonly: true });
  const samples = database
    .prepare(
      `SELECT point, value, quality, coalesce(reason, '') AS reason, raw, source_time AS sourceTime,
         receive_time AS receiveTime FROM sample ORDER BY rowid`,
    )
    .all() as RecordedSample[];
  const gaps = database
    .prepare(`SELECT body FROM record WHERE stream = 'gap' ORDER BY seq`)
    .pluck()
    .all()
    .map((body) => JSON.parse(String(body)) as Gap);
  database.close();
  return { samples, gaps };
}

/** Whether the journal says that nothing is known of the source at this time. A gap that was never closed lasts. */
export const isInGap = (gaps: readonly Gap[], time: number, marginMs: number): boolean =>
  gaps.some((gap) => {
    const end = gaps.find(({ from, to, source }) => to !== undefined && from === gap.from && source === gap.source)?.to;
    return time >= gap.from - marginMs && time < (end ?? Infinity) + marginMs;
  });
