import { describe, expect, it } from 'vitest';
import type { Journal } from '#agent/journal/journal.ts';
import { csvLines } from '#agent/journal/export.ts';
import { openForReading } from '#agent/journal/store.ts';
import type { SiteEvent } from '#agent/model/event.ts';
import { Flag } from '#agent/model/flags.ts';
import { pointId } from '#agent/model/ids.ts';
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

  it('costs no sample its time: what was stamped before the clock was set is found where it belongs', () => {
    const directory = temporaryDirectory();
    const clock = new FakeClock();
    const journal = open(directory, clock);
    journal.appendSamples(samplesAt(clock.now(), 1));
    journal.close();
    const away = clock.now();
    clock.pass(DAY);
    const truth = clock.now();
    clock.step(-3 * DAY);
    const again = open(directory, clock);
    for (let second = 0; second < 10; second++) {
      const [sample] = samplesAt(clock.now(), 1);
      if (sample)
        again.appendSamples([
          sample,
          { ...sample, point: pointId('OPC'), sourceTime: truth + second * 1000, flags: Flag.clockSuspect },
        ]);
      again.flush();
      clock.pass(1000);
    }
    const query = { points: [pointId('P-0'), pointId('OPC')], to: Infinity, limit: 100 };
    expect(again.history({ ...query, points: [pointId('P-0')], from: away })).toMatchObject({ samples: [] });
    const minutes = () =>
      again.trend({ point: pointId('P-0'), resolution: 'minute', from: away - 4 * DAY, to: away - DAY });
    expect(minutes()).toEqual([]);
    clock.step(3 * DAY);
    again.appendSamples(samplesAt(clock.now(), 1));
    again.flush();
    const corrected = again.history({ ...query, from: away });
    const times = (id: string) =>
      corrected.samples.filter(({ point }) => point === id).map(({ receiveTime }) => receiveTime - truth);
    expect(times('P-0')).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((second) => second * 1000));
    expect(times('OPC')).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((second) => second * 1000));
    // A device that knew the time is believed again.
    expect(corrected.samples.filter(({ point, flags }) => point === 'OPC' && flags !== 0)).toEqual([]);
    expect(clockEvents(again).at(-1)).toMatchObject({
      kind: 'clock.stepped',
      text: expect.stringContaining('wrong since the start'),
      detail: { stepMs: 3 * DAY, firstSample: 2, lastSample: 12 },
    });
    again.close();
    const tables = openForReading(directory);
    const lines = [...csvLines(tables, { from: away + 1, to: Infinity })];
    tables.close();
    expect(lines).toHaveLength(22);
  });

  it('makes no gap of hours to come when it was ahead for a while and the agent then died', () => {
    const directory = temporaryDirectory();
    const clock = new FakeClock();
    const journal = open(directory, clock);
    clock.step(DAY);
    journal.appendSamples(samplesAt(clock.now(), 1));
    journal.flush();
    clock.step(-DAY);
    clock.pass(1000);
    const last = clock.now();
    journal.appendSamples(samplesAt(last, 1));
    journal.flush();
    journal.close();
    clock.pass(5000);
    const { gaps } = open(directory, clock).opening;
    expect(gaps).toMatchObject([{ from: last, to: last + 5000 }]);
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
