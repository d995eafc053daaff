import type { BookEntry } from './delivery-book.ts';

interface Named {
  readonly message: string;
  readonly id: string;
}

export interface Reconciled {
  readonly has: readonly (Named & { readonly at: number; readonly seq: number })[];
  /**
   * `refused`, `held` for a parent, `waiting` to be sent again, `unconfirmed`: its receipt has not come, `lost`: taken by
   * the platform's own words, and not in its list.
   */
  readonly lacks: readonly (Named & { readonly why: string; readonly reason: string; readonly seq: number })[];
  /** In the platform's list, and never sent from here. */
  readonly unknown: readonly Named[];
  readonly counts: Readonly<Record<string, { has: number; lacks: number }>>;
}

/**
 * Compares what was delivered with what a platform says it has.
 *
 * @param listed the platform's own list; absent: its answers are believed
 */
export function reconcile(book: ReadonlyMap<string, BookEntry>, listed?: readonly Named[]): Reconciled {
  const has: Reconciled['has'][number][] = [];
  const lacks: Reconciled['lacks'][number][] = [];
  const counts: Record<string, { has: number; lacks: number }> = {};
  const there = listed && new Set(listed.map(keyOf));
  for (const [key, entry] of book) {
    const named = namedBy(key);
    const count = (counts[named.message] ??= { has: 0, lacks: 0 });
    const fault = faultOf(key, entry, there);
    if (fault) {
      count.lacks += 1;
      lacks.push({ ...named, ...fault });
    } else if (entry.has) {
      count.has += 1;
      has.push({ ...named, at: entry.has.at, seq: entry.has.seq });
    }
  }
  return { has, lacks, unknown: (listed ?? []).filter((one) => !book.has(keyOf(one))), counts };
}

function faultOf(key: string, { has, lacks }: BookEntry, there: ReadonlySet<string> | undefined) {
  if (lacks) {
    const { why, reason, seq } = lacks;
    return { why, reason: has ? `${reason} (it has an older version)` : reason, seq };
  }
  if (has && !has.isConfirmed)
    return { why: 'unconfirmed', reason: `no receipt of batch ${has.batch ?? ''} yet`, seq: has.seq };
  if (has && there && !there.has(key))
    return { why: 'lost', reason: 'the platform said that it took it, and does not list it', seq: has.seq };
  return undefined;
}

const keyOf = ({ message, id }: Named): string => `${message}/${id}`;

const namedBy = (key: string): Named => {
  const [message = '', ...id] = key.split('/');
  return { message, id: id.join('/') };
};
