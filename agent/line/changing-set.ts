import { from, merge, Subject } from 'rxjs';
import type { Observable } from 'rxjs';
import { filter, mergeMap, takeUntil } from 'rxjs/operators';

/** One of several that run side by side, e.g. a source. */
export interface Member<Item> {
  readonly id: string;
  readonly item: Item;
  /** All that makes it what it is: where this is the same it goes on undisturbed. */
  readonly fingerprint: string;
}

export interface SetChange {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly restarted: readonly string[];
}

export interface ChangingSet<Item, Out> {
  /** What all of them tell. To be subscribed to once, before the first {@link become}. */
  readonly out$: Observable<Out>;
  /** From now on these: who left or changed is released before who is new is opened. */
  readonly become: (members: readonly Member<Item>[]) => SetChange;
}

/** Runs a set of streams whose members come and go while the others do not notice. */
export function changingSet<Item, Out>(
  initial: readonly Member<Item>[],
  open: (item: Item) => Observable<Out>,
): ChangingSet<Item, Out> {
  const leaving$ = new Subject<Member<Item>>();
  const added$ = new Subject<Member<Item>>();
  let running = [...initial];

  return {
    out$: merge(from(initial), added$).pipe(
      mergeMap((member) => open(member.item).pipe(takeUntil(leaving$.pipe(filter((one) => one === member))))),
    ),
    become(members) {
      const stays = (one: Member<Item>, others: readonly Member<Item>[]): boolean =>
        others.some(({ id, fingerprint }) => id === one.id && fingerprint === one.fingerprint);
      const leaving = running.filter((one) => !stays(one, members));
      const coming = members.filter((one) => !stays(one, running));
      running = [...running.filter((one) => stays(one, members)), ...coming];
      for (const one of leaving) leaving$.next(one);
      for (const one of coming) added$.next(one);
      const [left, came] = [leaving, coming].map((all) => new Set(all.map(({ id }) => id)));
      return {
        added: coming.flatMap(({ id }) => (left?.has(id) ? [] : [id])),
        removed: leaving.flatMap(({ id }) => (came?.has(id) ? [] : [id])),
        restarted: coming.flatMap(({ id }) => (left?.has(id) ? [id] : [])),
      };
    },
  };
}
