import { bookIn, bookName, type BookEntry } from './delivery-book.ts';
import type { Stream } from '#agent/model/record.ts';

/**
 * The texts of a platform's book under which it no longer has what is picked, and is sent the newest version again. What waits
 * for it as its parent waits until it is there.
 *
 * @param now UTC ms
 */
export function resendItems(
  cursors: ReadonlyMap<string, string>,
  isPicked: (key: string, has: { readonly stream: Stream; readonly seq: number }) => boolean,
  now: number,
): ReadonlyMap<string, string> {
  const changed = new Map<string, string>();
  for (const [key, { has, ...rest }] of bookIn(cursors)) {
    if (!has || !isPicked(key, { stream: rest.stream, seq: has.seq })) continue;
    const lacks = { seq: has.seq, why: 'waiting', reason: 'it was ordered once more', at: now } as const;
    const entry: BookEntry = { lacks, ...rest };
    changed.set(bookName(key), JSON.stringify(entry));
  }
  return changed;
}
