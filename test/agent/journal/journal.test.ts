import { describe, expect, it } from 'vitest';
import { JournalInUse } from '#agent/journal/directory-lock.ts';
import { alarmId, receiverId, siteId, sourceId } from '#agent/model/ids.ts';
import type { Draft, Stream } from '#agent/model/record.ts';
import { event, FakeClock, open, samplesAt, temporaryDirectory } from './journal-fixture.ts';

const raised: Draft = {
  stream: 'alarm',
  body: {
    alarm: alarmId('T-101/HH'),
    source: sourceId('dcs'),
    kind: 'HH',
    event: 'raised',
    from: 'normal',
    to: 'unacknowledged',
    overlay: 'none',
    priority: 'critical',
    occurrence: 1,
    time: 5,
    condition: { kind: 'HH', setpoint: 95, deadband: 1 },
    flags: 1,
  },
};

describe('journal', () => {
  it('numbers each stream from 1 without holes and gives the records back', () => {
    const clock = new FakeClock();
    const journal = open(temporaryDirectory(), clock);
    const first = journal.commit([event('a'), raised, event('b')]);
    expect(first.map(({ stream, seq }) => [stream, seq])).toStrictEqual([
      ['event', 1],
      ['alarm', 1],
      ['event', 2],
    ]);
    journal.commit([event('c')]);
    expect(journal.head('event')).toBe(3);
    expect(journal.tail('event')).toBe(1);
    expect(journal.read('event', 0, 10).map((each) => each.stream === 'event' && each.body.text)).toStrictEqual([
      'a',
      'b',
      'c',
    ]);
    expect(journal.read('event', 1, 1).map((each) => each.seq)).toStrictEqual([2]);
    expect(journal.read('event', 0, 10, 3).map((each) => each.seq)).toStrictEqual([1, 2]);
    expect(journal.read('alarm', 0, 10)).toStrictEqual([first[1]]);
    expect(journal.head('audit')).toBe(0);
    expect(journal.tail('audit')).toBe(1);
  });

  it('keeps state, records and cursors over a restart', () => {
    const directory = temporaryDirectory();
    const clock = new FakeClock();
    const journal = open(directory, clock);
    journal.commit(
      [raised],
      [
        { scope: 'alarm', key: 'T-101/HH', value: { state: 'unacknowledged', since: 5 } },
        { scope: 'alarm', key: 'T-102/HH', value: 1 },
      ],
    );
    journal.commit([], [{ scope: 'alarm', key: 'T-102/HH', value: undefined }]);
    journal.setCursors(
      receiverId('park'),
      new Map([
        ['alarm', '1'],
        ['sample', '17'],
      ]),
    );
    journal.setCursors(receiverId('park'), new Map([['sample', '18']]));
    journal.close();
    const again = open(directory, clock);
    expect(again.state('alarm')).toStrictEqual(new Map([['T-101/HH', { state: 'unacknowledged', since: 5 }]]));
    expect(again.state('other').size).toBe(0);
    expect(again.read('alarm', 0, 5).map((each) => each.body)).toStrictEqual([raised.body]);
    expect(again.cursors(receiverId('park'))).toStrictEqual(
      new Map([
        ['alarm', '1'],
        ['sample', '18'],
      ]),
    );
    expect(again.commit([raised])[0]?.seq).toBe(2);
  });

  it('takes back the whole commit when one part of it cannot be stored', () => {
    const journal = open(temporaryDirectory(), new FakeClock());
    const circular: Record<string, unknown> = {};
    circular['self'] = circular;
    expect(() => journal.commit([event('a')], [{ scope: 's', key: 'k', value: circular }])).toThrow(/circular/);
    expect(journal.head('event')).toBe(0);
    expect(journal.read('event', 0, 9)).toStrictEqual([]);
    expect(journal.commit([event('b')])[0]?.seq).toBe(1);
  });

  it('commits samples when their time has come, when a record is full, and at flush', () => {
    const clock = new FakeClock();
    const journal = open(temporaryDirectory(), clock, { sampleCommitMs: 60_000 });
    journal.appendSamples(samplesAt(clock.now(), 10));
    journal.tick();
    expect(journal.head('sample')).toBe(0);
    clock.pass(60_000);
    journal.tick();
    expect(journal.head('sample')).toBe(1);
    journal.appendSamples(samplesAt(clock.now(), 5000));
    expect(journal.head('sample')).toBe(3);
    journal.appendSamples(samplesAt(clock.now(), 3));
    journal.flush();
    const bodies = journal.read('sample', 0, 10).map((each) => each.body);
    expect(bodies.map((each) => Array.isArray(each) && each.length)).toStrictEqual([10, 4096, 904, 3]);
  });

  it('commits samples by its own timer', async () => {
    const clock = new FakeClock();
    const journal = open(temporaryDirectory(), clock, { sampleCommitMs: 1 });
    const told = new Promise<Stream>((resolve) => {
      journal.committed$.subscribe(resolve);
    });
    journal.appendSamples(samplesAt(clock.now(), 2));
    expect(await told).toBe('sample');
    expect(journal.head('sample')).toBe(1);
  });

  it('gives samples back exactly after a restart, record by record', () => {
    const directory = temporaryDirectory();
    const clock = new FakeClock();
    const journal = open(directory, clock);
    const given = Array.from({ length: 30 }, (_, i) => samplesAt(clock.now() + i * 1000, 7, i % 4));
    for (const samples of given) {
      journal.appendSamples(samples);
      journal.flush();
    }
    const before = journal.read('sample', 0, 100);
    expect(before.map((each) => each.body)).toStrictEqual(given);
    journal.close();
    const again = open(directory, clock);
    expect(again.read('sample', 0, 100)).toStrictEqual(before);
    expect(again.read('sample', 12, 3)).toStrictEqual(before.slice(12, 15));
    expect(again.read('sample', 12, 100, 15)).toStrictEqual(before.slice(12, 14));
    expect(again.read('sample', 30, 5)).toStrictEqual([]);
  });

  it('tells each stream once after a commit, before the call returns', () => {
    const journal = open(temporaryDirectory(), new FakeClock());
    const told: Stream[] = [];
    journal.committed$.subscribe((stream) => {
      told.push(stream);
      expect(journal.head(stream)).toBeGreaterThan(0);
    });
    journal.commit([event('a'), raised, event('b')]);
    expect(told).toStrictEqual(['event', 'alarm']);
  });

  it('never lets the time of records go back, whatever the clock does', () => {
    const directory = temporaryDirectory();
    const clock = new FakeClock();
    const journal = open(directory, clock);
    journal.commit([event('a')]);
    clock.step(-86_400_000);
    journal.commit([event('b')]);
    journal.close();
    const again = open(directory, clock);
    again.commit([event('c')]);
    clock.step(2 * 86_400_000);
    again.commit([event('d')]);
    const times = again.read('event', 0, 9).map((each) => each.time);
    // Four of the test, and the journal's own: the clock was set back, and is behind.
    expect(times).toHaveLength(6);
    expect(times).toStrictEqual(times.toSorted((a, b) => a - b));
    expect(times[5]).toBe(clock.now());
  });

  it('refuses a second agent on the same directory, and says which one works there', () => {
    const directory = temporaryDirectory();
    open(directory, new FakeClock());
    expect(() => open(directory, new FakeClock())).toThrow(JournalInUse);
    expect(() => open(directory, new FakeClock())).toThrow(
      new RegExp(`another agent \\(process ${process.pid}, since`),
    );
  });

  it('refuses the journal of another site', () => {
    const directory = temporaryDirectory();
    open(directory, new FakeClock()).close();
    expect(() => open(directory, new FakeClock(), { site: siteId('other') })).toThrow(
      /belongs to site test-site, not other/,
    );
    open(directory, new FakeClock());
  });

  it('tells its size in hours of buffer and when a backlog will be gone', () => {
    const clock = new FakeClock();
    const journal = open(temporaryDirectory(), clock, { maxBytes: 1e6 });
    for (let second = 0; second < 60; second++) {
      clock.pass(1000);
      journal.appendSamples(samplesAt(clock.now(), 100));
      journal.flush();
    }
    const status = journal.status();
    expect(status.samples).toBe(6000);
    expect(status.streams.sample).toStrictEqual({ head: 60, tail: 1 });
    expect(status.samplesPerSecond).toBeCloseTo(6000 / 59, 0);
    expect(status.bytesPerSample).toBeGreaterThan(0);
    expect(status.hoursOfBuffer).toBeCloseTo(1e6 / (status.bytesPerSample * status.samplesPerSecond) / 3600, 5);
    expect(status.bytes).toBeGreaterThan(6000 * status.bytesPerSample);
  });
});
