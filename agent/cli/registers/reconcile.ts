import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { receiverId } from '#agent/model/ids.ts';
import { bookIn } from '#agent/uplink/platform/delivery-book.ts';
import { reconcile } from '#agent/uplink/platform/reconcile.ts';
import type { Reconciled } from '#agent/uplink/platform/reconcile.ts';
import { withTables } from '../journal-place.ts';

interface ReconcileOptions {
  readonly against?: string;
  readonly all?: true;
  readonly json?: true;
}

/** Beside a running agent, or without one. */
export async function reconciliation(site: string, receiver: string, options: ReconcileOptions): Promise<void> {
  const { against, all, json } = options;
  const listed = against === undefined ? undefined : listOf(against);
  await withTables(site, (tables) => {
    const cursors = tables.cursors.of(receiverId(receiver));
    if (cursors.size === 0)
      throw new Error(`reconcile ${receiver}: the journal knows no receiver of this id, or it was never connected`);
    const found = reconcile(bookIn(cursors), listed);
    if (json) console.log(JSON.stringify(found, undefined, 2));
    else for (const line of textOf(found, all ?? false)) console.log(line);
    process.exitCode = found.lacks.length === 0 ? 0 : 1;
  });
}

function textOf({ has, lacks, unknown, counts }: Reconciled, isAll: boolean): readonly string[] {
  return [
    ...(isAll ? has.map(({ message, id, at }) => `has     ${message}/${id}  since ${new Date(at).toISOString()}`) : []),
    ...lacks.map(({ message, id, why, reason }) => `${why.padEnd(8)}${message}/${id}  ${reason}`),
    ...unknown.map(
      ({ message, id }) => `foreign ${message}/${id}  the platform has it, and it was never sent from here`,
    ),
    ...Object.entries(counts).map(
      ([message, { has: there, lacks: not }]) => `${message}: ${there} there, ${not} lacking`,
    ),
    lacks.length === 0 ? 'the platform has everything' : `the platform lacks ${lacks.length} records`,
    ...(lacks.some(({ why }) => why === 'lost')
      ? ['what was lost is sent once more by POST /api/uplinks/RECEIVER/resend, or by firewatch journal resend']
      : []),
  ];
}

/** `[{message, id}]`, or CSV with these columns. */
function listOf(file: string): readonly { readonly message: string; readonly id: string }[] {
  const text = readFileSync(file, 'utf8');
  const rows: unknown = file.endsWith('.json')
    ? JSON.parse(text)
    : parse(text, { columns: true, bom: true, trim: true, skip_empty_lines: true });
  if (!Array.isArray(rows)) throw new Error(`${file}: expected a list of records with message and id`);
  return rows.map((row: unknown, index) => {
    const { message, id } = (typeof row === 'object' && row !== null ? row : {}) as Readonly<Record<string, unknown>>;
    if (typeof message !== 'string' || (typeof id !== 'string' && typeof id !== 'number'))
      throw new Error(`${file}: record ${index + 1} has no message or no id; name the columns message and id`);
    return { message, id: String(id) };
  });
}
