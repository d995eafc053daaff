import { NEVER, Observable, of, concat } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { changingSet } from '#agent/line/changing-set.ts';

const member = (id: string, fingerprint = '') => ({ id, item: `${id}${fingerprint}`, fingerprint });

function recorded() {
  const log: string[] = [];
  const open = (item: string) =>
    new Observable<string>((subscriber) => {
      log.push(`+${item}`);
      const own = concat(of(item), NEVER).subscribe(subscriber);
      return () => {
        own.unsubscribe();
        log.push(`-${item}`);
      };
    });
  return { log, open };
}

describe('a set of streams', () => {
  it('lets those that stay as they are go on, and releases what leaves before it opens what comes', () => {
    const { log, open } = recorded();
    const set = changingSet([member('a'), member('b', '1'), member('c')], open);
    const told: string[] = [];
    const line = set.out$.subscribe((item) => told.push(item));
    expect(log.splice(0)).toEqual(['+a', '+b1', '+c']);

    expect(set.become([member('a'), member('b', '2'), member('d')])).toEqual({
      added: ['d'],
      removed: ['c'],
      restarted: ['b'],
    });
    expect(log.splice(0)).toEqual(['-b1', '-c', '+b2', '+d']);
    expect(told).toEqual(['a', 'b1', 'c', 'b2', 'd']);

    expect(set.become([member('a'), member('b', '2'), member('d')])).toEqual({ added: [], removed: [], restarted: [] });
    expect(log).toEqual([]);
    line.unsubscribe();
    expect(log).toEqual(['-a', '-b2', '-d']);
  });
});
