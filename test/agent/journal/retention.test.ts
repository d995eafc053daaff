import { describe, expect, it } from 'vitest';
import type { Gap } from '#agent/model/event.ts';
import type { Journal } from '#agent/journal/journal.ts';
import { openForReading } from '#agent/journal/store.ts';
import { verify } from '#agent/journal/verify.ts';
import type { Sample } from '#agent/model/sample.ts';
import { event, FakeClock, open, samplesAt, temporaryDirectory } from './journal-fixture.ts';

const MINUTE = 60_000;
const gapsFor = (journal: Journal, stream: string): Gap[] =>
  journal
    .read('gap', 0, 10_000)
    .map((each) => each.body as Gap)
    .filter((gap) => gap.records?.stream === stream);

function record(journal: Journal, clock: FakeClock, count: number, perRecord = 100): void {
  for (let i = 0; i < count; i++) {
    clock.pass(1000);
    journal.appendSamples(samplesAt(clock.now(), perRecord));
    journal.flush();
  }
}

function upkeep(journal: Journal, clock: FakeClock): void {
  for (let i = 0; i < 20; i++) {
    clock.pass(5000);
    journal.tick();
  }
}

describe('retention', () => {
  it('lets samples go by age and states exactly what a receiver did not get', () => {
    const clock = new FakeClock();
    const journal = open(temporaryDirectory(), clock, { maxAgeMs: 10 * MINUTE, deliveredUpTo: () => 0 });
    record(journal, clock, 400, 300);
    const before = journal.read('sample', 0, 1000).map((each) => each.seq);
    expect(before).toHaveLength(400);
    clock.pass(5 * MINUTE);
    upkeep(journal, clock);
    const kept = journal.read('sample', 0, 1000).map((each) => each.seq);
    expect(kept.length).toBeGreaterThan(0);
    expect(kept.length).toBeLessThan(400);
    expect(journal.tail('sample')).toBe(kept[0]);
    const gone = gapsFor(journal, 'sample').flatMap((gap) => {
      const { first = 0, last = -1 } = gap.records ?? {};
      expect(gap.reason).toBe('expired');
      expect(gap.lost).toBe((last - first + 1) * 300);
      return Array.from({ length: last - first + 1 }, (_, i) => first + i);
    });
    expect([...gone, ...kept]).toStrictEqual(before);
  });

  it('says nothing of samples that every receiver has', () => {
    const clock = new FakeClock();
    const journal = open(temporaryDirectory(), clock, { maxAgeMs: MINUTE, deliveredUpTo: () => Infinity });
    record(journal, clock, 200, 200);
    clock.pass(10 * MINUTE);
    upkeep(journal, clock);
    expect(journal.tail('sample')).toBeGreaterThan(1);
    expect(journal.read('gap', 0, 10)).toStrictEqual([]);
  });

  it('keeps who did what for half a year, however short the rest is kept, and the chain stays whole', () => {
    const directory = temporaryDirectory();
    const clock = new FakeClock();
    const journal = open(directory, clock, { maxAgeMs: 10 * MINUTE, maxUndeliveredAgeMs: 20 * MINUTE });
    const enter = (n: number): void => {
      const entry = { time: clock.now(), who: `operator ${n}`, action: 'acknowledge', what: 'x' };
      journal.commit([event(`e${n}`), { stream: 'audit', body: entry }]);
    };
    for (let n = 0; n < 5; n++) enter(n);
    clock.pass(184 * 24 * 60 * MINUTE);
    for (let n = 5; n < 8; n++) enter(n);
    upkeep(journal, clock);
    expect(journal.tail('event')).toBeGreaterThan(5);
    expect(journal.tail('audit')).toBe(1);
    clock.pass(7 * 24 * 60 * MINUTE);
    upkeep(journal, clock);
    expect(journal.tail('audit')).toBe(6);
    journal.close();
    const tables = openForReading(directory);
    expect(verify(tables).streams.audit).toMatchObject({ records: 3, first: 6, last: 8, chainBreaks: [] });
    tables.close();
  });

  it('keeps the file below its size by letting the oldest samples go, never the alarms and events', () => {
    const clock = new FakeClock();
    const maxBytes = 2_000_000;
    const journal = open(temporaryDirectory(), clock, { maxBytes });
    for (let i = 0; i < 60; i++) {
      journal.commit([event(`e${i}`)]);
      for (let n = 0; n < 10; n++) {
        clock.pass(1000);
        journal.appendSamples(samplesAt(clock.now(), 1000).map((each) => ({ ...each, value: Math.random() })));
        journal.flush();
      }
      clock.pass(5000);
      journal.tick();
    }
    const { bytes } = journal.status();
    expect(journal.head('sample')).toBe(600);
    expect(journal.tail('sample')).toBeGreaterThan(1);
    expect(bytes).toBeGreaterThan(maxBytes / 2);
    // The log beside the database comes on top: a checkpoint comes every 2,000 pages.
    expect(bytes).toBeLessThan(maxBytes + 2500 * 4096);
    const kept = journal
      .read('sample', 0, 1000)
      .reduce((sum, each) => sum + (each.body as readonly Sample[]).length, 0);
    expect(kept * 7).toBeGreaterThan(maxBytes / 2);
    expect(journal.read('event', 0, 100)).toHaveLength(60);
    const [first] = gapsFor(journal, 'sample');
    expect(first?.records?.first).toBe(1);
    expect(gapsFor(journal, 'sample').at(-1)?.records?.last).toBe(journal.tail('sample') - 1);
  }, 180_000);

  it('keeps records that are not delivered beyond their age, and lets delivered ones go', () => {
    const clock = new FakeClock();
    let delivered = 3;
    const journal = open(temporaryDirectory(), clock, {
      maxAgeMs: MINUTE,
      maxUndeliveredAgeMs: 100 * MINUTE,
      deliveredUpTo: (stream) => (stream === 'event' ? delivered : Infinity),
    });
    for (let i = 1; i <= 6; i++) journal.commit([event(`e${i}`)]);
    clock.pass(10 * MINUTE);
    upkeep(journal, clock);
    expect(journal.read('event', 0, 10).map((each) => each.seq)).toStrictEqual([4, 5, 6]);
    expect(gapsFor(journal, 'event')).toStrictEqual([]);
    clock.pass(100 * MINUTE);
    upkeep(journal, clock);
    expect(journal.read('event', 0, 10).map((each) => each.seq)).toStrictEqual([6]);
    expect(gapsFor(journal, 'event')).toMatchObject([{ reason: 'expired', records: { first: 4, last: 5 }, lost: 2 }]);
    delivered = 6;
    journal.commit([event('e7')]);
    expect(journal.head('event')).toBe(7);
  });

  it('never gives a number again after everything has expired and the agent was restarted', () => {
    const directory = temporaryDirectory();
    const clock = new FakeClock();
    const journal = open(directory, clock, { maxAgeMs: MINUTE, deliveredUpTo: () => Infinity });
    journal.commit([event('a'), event('b')]);
    record(journal, clock, 5);
    clock.pass(100 * MINUTE);
    upkeep(journal, clock);
    journal.close();
    const again = open(directory, clock);
    expect(again.commit([event('c')])[0]?.seq).toBe(3);
    record(again, clock, 1);
    expect(again.head('sample')).toBe(6);
  });
});
