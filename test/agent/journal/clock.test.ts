import { describe, expect, it } from 'vitest';
import type { Journal } from '#agent/journal/journal.ts';
import type { SiteEvent } from '#agent/model/event.ts';
import { event, FakeClock, open, samplesAt, temporaryDirectory } from './journal-fixture.ts';

const DAY = 86_400_000;
const clockEvents = (journal: Journal): SiteEvent[] =>
  journal
    .read('event', 0, 100)
    .map((each) => each.body as SiteEvent)
    .filter(({ kind }) => kind.startsWith('clock.'));

describe('a clock that is wrong', () => {
  it('is told at start when it is behind what is on record, and again when it is corrected, with the step', () => {
    const directory = temporaryDirectory();
    const clock = new FakeClock();
    const journal = open(directory, clock);
    journal.commit([event('a')]);
    const floor = clock.now();
    journal.close();
    clock.step(-20 * 365 * DAY);
    const again = open(directory, clock);
    expect(clockEvents(again)).toMatchObject([{ kind: 'clock.behind', detail: { floor, behindMs: 20 * 365 * DAY } }]);
    expect(again.health().clockBehindMs).toBe(20 * 365 * DAY);
    again.tick();
    clock.pass(30_000);
    clock.step(20 * 365 * DAY + 500);
    again.tick();
    expect(clockEvents(again)[1]).toMatchObject({ kind: 'clock.stepped', detail: { stepMs: 20 * 365 * DAY + 500 } });
    expect(again.health().clockBehindMs).toBe(0);
    expect(again.commit([event('b')])[0]?.time).toBe(clock.now());
  });

  it('says nothing while it runs evenly', () => {
    const clock = new FakeClock();
    const journal = open(temporaryDirectory(), clock);
    for (let i = 0; i < 20; i++) {
      clock.pass(7000);
      journal.tick();
    }
    expect(clockEvents(journal)).toStrictEqual([]);
  });

  it('does not expire the journal when it leaps into the future', () => {
    const clock = new FakeClock();
    const journal = open(temporaryDirectory(), clock, { maxAgeMs: DAY, deliveredUpTo: () => Infinity });
    for (let i = 0; i < 10; i++) {
      clock.pass(1000);
      journal.appendSamples(samplesAt(clock.now(), 2000));
      journal.flush();
    }
    clock.pass(6000);
    journal.tick();
    clock.step(50 * 365 * DAY);
    for (let i = 0; i < 5; i++) {
      clock.pass(6000);
      journal.tick();
    }
    expect(journal.tail('sample')).toBe(1);
    clock.pass(3_700_000);
    journal.tick();
    expect(journal.tail('sample')).toBeGreaterThan(1);
  });
});
