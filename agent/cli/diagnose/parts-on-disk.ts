import { dirname, relative, resolve } from 'node:path';
import { readStatus } from '#agent/journal/status.ts';
import { toRecord } from '#agent/journal/record-table.ts';
import { endsOf, openForReading } from '#agent/journal/store.ts';
import type { Tables } from '#agent/journal/store.ts';
import { readHeartbeat } from '#agent/observe/heartbeat.ts';
import type { DiagnosticPart } from '#agent/observe/diagnostics/bundle.ts';
import type { SiteTexts } from '#config/site-texts.ts';
import type { SourceKind } from '#config/source-kind.ts';
import { checkSite } from '../check.ts';
import { digestOf, readLastGood } from '../run/last-good.ts';
import { commonParts, jsonPart, linesPart } from './common-parts.ts';
import { metricsOfAgent } from './metrics-of-agent.ts';

export interface DiskParts {
  /** Site file. */
  readonly path: string;
  readonly texts: SiteTexts;
  readonly kinds: readonly SourceKind[];
  /** Of the journal. */
  readonly directory: string;
  /** UTC ms. */
  readonly now: number;
}

const MOST_GAPS = 1000;

/** What can be told of a site beside its agent, which may run or not, from a site file that may have faults. */
export function partsOnDisk({ path, texts, kinds, directory, now }: DiskParts): readonly DiagnosticPart[] {
  const root = dirname(resolve(path));
  const kept = readLastGood(directory);
  const isOther = kept !== undefined && digestOf(kept.texts) !== digestOf(texts);
  const named = (some: SiteTexts, folder = '') =>
    [...some].map(([file, text]) => ({ name: `${folder}${relative(root, file)}`, text }));
  const heartbeat = readHeartbeat(directory, now);
  return [
    jsonPart('health.json', () => heartbeat),
    { name: 'metrics.txt', read: () => metricsOfAgent(heartbeat.heartbeat?.page, directory) },
    { name: 'configuration/check.txt', read: () => `${checkSite(path, { kinds, isJson: false }).text}\n` },
    jsonPart('journal/status.json', () =>
      reading(directory, (tables) => readStatus(tables, (stream) => endsOf(tables, stream)?.last ?? 0, Infinity)),
    ),
    linesPart('journal/gaps.jsonl', () => reading(directory, newestGaps)),
    ...commonParts({
      files: [...named(texts), ...(isOther ? named(kept.texts, 'last-good/') : [])],
      directory,
      now,
    }),
  ];
}

function reading<T>(directory: string, read: (tables: Tables) => T): T {
  const tables = openForReading(directory);
  try {
    return read(tables);
  } finally {
    tables.close();
  }
}

function newestGaps(tables: Tables): readonly unknown[] {
  const last = endsOf(tables, 'gap')?.last ?? 0;
  const rows = tables.records.rows('gap', Math.max(0, last - MOST_GAPS), Number.MAX_SAFE_INTEGER, MOST_GAPS);
  return rows.map((row) => toRecord('gap', row) ?? { seq: row.seq, fault: 'damaged' });
}
