import type { SiteEvent } from '#agent/model/event.ts';
import type { Draft, Stream } from '#agent/model/record.ts';
import { toRecord } from './record-table.ts';
import type { StateChange } from './state-table.ts';
import type { Tables } from './store.ts';
import { DURABLE_STREAMS, perStream, STREAMS, type PerStream } from './streams.ts';

/** Where the journal remembers up to what it has given account. */
const ACCOUNT_SCOPE = 'journal.account';
const KEY = 'last';
const DAY_MS = 86_400_000;
const PAGE = 500;

interface Accounted {
  /** UTC ms. */
  readonly time: number;
  readonly heads: PerStream<number>;
}

/** The first one only begins: it has no event. */
export interface Account {
  readonly drafts: readonly Draft[];
  readonly state: readonly StateChange[];
}

/**
 * What was numbered since the last account, and what of it is lost, once a UTC day: an event like any other, so it goes to
 * every receiver, signed where its seal signs. The chain's ends let a receiver prove later that nothing was changed.
 * Undefined: none is due.
 */
export function accountDue(tables: Tables, head: (stream: Stream) => number, now: number): Account | undefined {
  const last = readAccounted(tables);
  if (last && Math.floor(last.time / DAY_MS) >= Math.floor(now / DAY_MS)) return undefined;
  const heads = perStream(head);
  const state = [{ scope: ACCOUNT_SCOPE, key: KEY, value: { time: now, heads } }];
  return { drafts: last ? [{ stream: 'event', body: accountOf(tables, last, { time: now, heads }) }] : [], state };
}

function accountOf(tables: Tables, from: Accounted, { time, heads }: Accounted): SiteEvent {
  const { gaps, lost } = lostSince(tables, from.heads.gap);
  const numbered = STREAMS.flatMap((stream): [string, number][] => [
    [`${stream}From`, from.heads[stream] + 1],
    [`${stream}To`, heads[stream]],
  ]);
  const chains = DURABLE_STREAMS.flatMap((stream): [string, string][] => {
    const row = tables.records.rows(stream, heads[stream] - 1, Number.MAX_SAFE_INTEGER, 1)[0];
    return row?.seq === heads[stream] ? [[`${stream}Chain`, row.chain.toString('hex')]] : [];
  });
  return {
    time,
    kind: 'journal.account',
    text: `Since ${new Date(from.time).toISOString()}: ${heads.sample - from.heads.sample} records of samples and ${heads.alarm - from.heads.alarm} of alarms, ${gaps} gaps with ${lost} samples or records known to be lost.`,
    detail: { from: from.time, to: time, gaps, lost, ...Object.fromEntries([...numbered, ...chains]) },
    flags: 0,
  };
}

function lostSince(tables: Tables, after: number): { readonly gaps: number; readonly lost: number } {
  let [gaps, lost] = [0, 0];
  for (let from = after; ;) {
    const rows = tables.records.rows('gap', from, Number.MAX_SAFE_INTEGER, PAGE);
    for (const row of rows) {
      from = row.seq;
      const record = toRecord('gap', row);
      gaps += 1;
      if (record?.stream === 'gap') lost += record.body.lost ?? 0;
    }
    if (rows.length === 0) return { gaps, lost };
  }
}

function readAccounted({ state }: Tables): Accounted | undefined {
  const value = state.scope(ACCOUNT_SCOPE).get(KEY);
  if (typeof value !== 'object' || value === null || !('time' in value) || !('heads' in value)) return undefined;
  const { time, heads } = value;
  if (typeof time !== 'number' || typeof heads !== 'object' || heads === null) return undefined;
  return { time, heads: perStream((stream) => Number(Reflect.get(heads, stream) ?? 0)) };
}
