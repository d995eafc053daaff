import Database from 'better-sqlite3';
import {
  closeSync,
  cpSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Flag } from '#agent/model/flags.ts';
import type { Gap } from '#agent/model/event.ts';
import type { Journal } from '#agent/journal/journal.ts';
import { event, FakeClock, open, samplesAt, temporaryDirectory } from './journal-fixture.ts';

const gaps = (journal: Journal): Gap[] => journal.read('gap', 0, 100).map((each) => each.body as Gap);

/** What the disk holds if the process died now. */
function diedNow(directory: string): string {
  const copy = temporaryDirectory();
  cpSync(directory, copy, { recursive: true });
  return copy;
}

function overwrite(file: string, at: number, bytes: Uint8Array): void {
  const handle = openSync(file, 'r+');
  writeSync(handle, bytes, 0, bytes.length, at);
  closeSync(handle);
}

const pretendReboot = (directory: string): void => {
  const file = join(directory, 'journal.run.json');
  writeFileSync(file, readFileSync(file, 'utf8').replace(/"bootId":"[^"]*"/, '"bootId":"another"'));
};

/** Which of the numbers 1 … `all` the opening says are lost. */
const statedLost = (journal: Journal, stream: string, all: number): number[] =>
  journal.opening.lost
    .filter((range) => range.stream === stream)
    .flatMap(({ first, last }) => Array.from({ length: last - first + 1 }, (_, i) => first + i))
    .filter((seq) => seq <= all);

const missingFrom = (records: readonly { readonly seq: number }[], all: number): number[] => {
  const kept = new Set(records.map((record) => record.seq));
  return Array.from({ length: all }, (_, i) => i + 1).filter((seq) => !kept.has(seq));
};

describe('opening a journal', () => {
  it('says nothing of a gap the first time', () => {
    const journal = open(temporaryDirectory(), new FakeClock());
    expect(journal.opening.kind).toBe('new');
    expect(gaps(journal)).toStrictEqual([]);
  });

  it('reports the time between a clean stop and the next start', () => {
    const directory = temporaryDirectory();
    const clock = new FakeClock();
    const journal = open(directory, clock);
    const lastSample = clock.now();
    journal.appendSamples(samplesAt(lastSample, 5));
    clock.pass(400);
    journal.close();
    clock.pass(60_000);
    const again = open(directory, clock);
    expect(again.opening.kind).toBe('clean');
    expect(gaps(again)).toMatchObject([
      { reason: 'agent-stopped', from: lastSample, to: clock.now(), flags: Flag.sim },
    ]);
  });

  it('reports a crash from the last committed sample on, loses no commit and goes on with the numbers', () => {
    const directory = temporaryDirectory();
    const clock = new FakeClock();
    const journal = open(directory, clock);
    journal.commit([event('a')]);
    journal.appendSamples(samplesAt(clock.now(), 5, 0));
    journal.flush();
    const lastSample = clock.now();
    clock.pass(5000);
    journal.appendSamples(samplesAt(clock.now(), 5, 0));
    const copy = diedNow(directory);
    const again = open(copy, clock);
    expect(again.opening.kind).toBe('crash');
    expect(gaps(again)).toMatchObject([{ reason: 'crash', from: lastSample, to: clock.now(), flags: 0 }]);
    expect(again.read('event', 0, 9)).toHaveLength(1);
    expect(again.commit([event('b')])[0]?.seq).toBe(2);
    again.appendSamples(samplesAt(clock.now(), 5));
    again.flush();
    expect(again.head('sample')).toBe(2);
  });

  it('never uses a sample number again after a loss of power, and names the numbers that may be lost', () => {
    const directory = temporaryDirectory();
    const clock = new FakeClock();
    const journal = open(directory, clock);
    for (let i = 0; i < 10; i++) {
      journal.appendSamples(samplesAt(clock.now(), 5));
      journal.flush();
    }
    const copy = diedNow(directory);
    truncateSync(join(copy, 'journal.sqlite-wal'), Math.floor(statSync(join(copy, 'journal.sqlite-wal')).size * 0.8));
    pretendReboot(copy);
    const again = open(copy, clock);
    expect(again.opening.kind).toBe('power-loss');
    const lost = again.opening.lost[0];
    const kept = again.read('sample', 0, 100).length;
    expect(kept).toBeGreaterThan(0);
    expect(kept).toBeLessThan(10);
    expect(lost?.first).toBe(kept + 1);
    expect(gaps(again).map((gap) => gap.records)).toStrictEqual([undefined, lost]);
    again.appendSamples(samplesAt(clock.now(), 5));
    again.flush();
    expect(again.head('sample')).toBeGreaterThan(10);
    expect(again.head('sample')).toBe((lost?.last ?? 0) + 1);
  });

  it('starts on a file that is no database any more: set aside, everything reported, numbers go on above', () => {
    const directory = temporaryDirectory();
    const clock = new FakeClock();
    const journal = open(directory, clock);
    for (let i = 0; i < 5; i++) journal.commit([event(`e${i}`)]);
    journal.close();
    writeFileSync(join(directory, 'journal.sqlite'), Buffer.alloc(20_000, 0x5a));
    const again = open(directory, clock);
    expect(again.opening.kind).toBe('damaged');
    expect(again.opening.setAside).toHaveLength(1);
    expect(readdirSync(directory).filter((name) => name.includes('.damaged-'))).toHaveLength(1);
    const lost = again.opening.lost.find((range) => range.stream === 'event');
    expect(lost?.first).toBe(1);
    expect(lost?.last).toBeGreaterThanOrEqual(5);
    expect(
      gaps(again)
        .filter((gap) => gap.reason === 'damaged')
        .map((gap) => gap.records),
    ).toContainEqual(lost);
    expect(again.commit([event('next')])[0]?.seq).toBe((lost?.last ?? 0) + 1);
  });

  it('keeps the last two files that were set aside, no more', () => {
    const directory = temporaryDirectory();
    const clock = new FakeClock();
    for (let i = 0; i < 5; i++) {
      clock.pass(60_000);
      writeFileSync(join(directory, 'journal.sqlite'), Buffer.alloc(20_000, i + 1));
      open(directory, clock).close();
    }
    const aside = readdirSync(directory).filter((name) => name.includes('.damaged-'));
    expect(aside.map((name) => readFileSync(join(directory, name))[0])).toStrictEqual([4, 5]);
  });

  it('saves what can be read from a file with damaged pages and names exactly the rest', () => {
    const directory = temporaryDirectory();
    const clock = new FakeClock();
    const journal = open(directory, clock);
    const texts = Array.from({ length: 400 }, (_, i) => `event ${i} ${'x'.repeat(300)}`);
    for (let i = 0; i < texts.length; i += 20) journal.commit(texts.slice(i, i + 20).map((text) => event(text)));
    for (let i = 0; i < 100; i++) {
      journal.appendSamples(samplesAt(clock.now() + i, 200));
      journal.flush();
    }
    journal.commit([], [{ scope: 'alarm', key: 'k', value: 7 }]);
    journal.close();
    const file = join(directory, 'journal.sqlite');
    const pages = statSync(file).size / 4096;
    let damagedRuns = 0;
    for (let page = 12; page < pages; page += 9) {
      const copy = temporaryDirectory();
      cpSync(directory, copy, { recursive: true });
      overwrite(join(copy, 'journal.sqlite'), page * 4096, Buffer.alloc(4096, 0xa5));
      const again = open(copy, clock);
      const events = again.read('event', 0, 1000);
      const samples = again.read('sample', 0, 1000);
      for (const record of events) expect(record.stream === 'event' && record.body.text).toBe(texts[record.seq - 1]);
      if (again.opening.kind === 'damaged') damagedRuns += 1;
      expect(statedLost(again, 'event', 400)).toStrictEqual(missingFrom(events, 400));
      expect(statedLost(again, 'sample', 100)).toStrictEqual(missingFrom(samples, 100));
      expect(events.length + samples.length).toBeGreaterThan(250);
      again.close();
    }
    expect(damagedRuns).toBeGreaterThan(3);
  });

  it('opens whatever is left of the log: any length of it, with any tail torn', () => {
    const directory = temporaryDirectory();
    const clock = new FakeClock();
    const journal = open(directory, clock);
    const marks: { readonly events: number; readonly bytes: number }[] = [];
    const wal = join(directory, 'journal.sqlite-wal');
    for (let i = 0; i < 12; i++) {
      journal.appendSamples(samplesAt(clock.now() + i, 50));
      journal.flush();
      journal.commit([event(`e${i}`)]);
      marks.push({ events: i + 1, bytes: statSync(wal).size });
    }
    const size = statSync(wal).size;
    for (let cut = 0; cut <= size; cut += Math.ceil(size / 25)) {
      const copy = diedNow(directory);
      truncateSync(join(copy, 'journal.sqlite-wal'), cut);
      if (cut % 2 === 1 && cut > 100) overwrite(join(copy, 'journal.sqlite-wal'), cut - 60, Buffer.alloc(60, 1));
      pretendReboot(copy);
      const again = open(copy, clock);
      const survived = marks.findLast((mark) => mark.bytes <= cut - 60)?.events ?? 0;
      const events = again.read('event', 0, 100);
      expect(events.length).toBeGreaterThanOrEqual(survived);
      expect(events.map((record) => record.seq)).toStrictEqual(events.map((_, i) => i + 1));
      again.close();
    }
  });

  it('opens after a loss of power within a checkpoint: any part of the database written, the log whole', () => {
    const directory = temporaryDirectory();
    const clock = new FakeClock();
    // A log long enough that none of it is written back before.
    const journal = open(directory, clock, { reserveBytes: 16 * 1024 * 1024 });
    const file = join(directory, 'journal.sqlite');
    const before = readFileSync(file);
    for (let i = 0; i < 40; i++) {
      journal.appendSamples(samplesAt(clock.now() + i, 100));
      journal.flush();
      journal.commit([event(`e${i}`)], [{ scope: 's', key: 'last', value: i }]);
    }
    const log = diedNow(directory);
    const stranger = new Database(file);
    stranger.pragma('wal_checkpoint(PASSIVE)');
    const after = readFileSync(file);
    stranger.close();
    expect(after.length).toBeGreaterThan(before.length);
    const pages = after.length / 4096;
    for (let round = 0; round < 12; round++) {
      const copy = temporaryDirectory();
      cpSync(log, copy, { recursive: true });
      const torn = Buffer.from(after);
      for (let page = 0; page < pages; page++) {
        const kind = Math.floor(Math.random() * 3);
        const old = before.subarray(page * 4096, (page + 1) * 4096);
        if (kind === 0) torn.fill(0, page * 4096, (page + 1) * 4096).set(old, page * 4096);
        // A page that was being written: its first half is new, its second half old.
        if (kind === 1) torn.fill(0, page * 4096 + 2048, (page + 1) * 4096).set(old.subarray(2048), page * 4096 + 2048);
      }
      writeFileSync(join(copy, 'journal.sqlite'), torn);
      pretendReboot(copy);
      const again = open(copy, clock);
      expect(again.opening.kind).toBe('power-loss');
      expect(again.read('event', 0, 100)).toHaveLength(40);
      expect(again.read('sample', 0, 100)).toHaveLength(40);
      expect(again.state('s').get('last')).toBe(39);
      again.close();
    }
  });

  it('serves what lies around pages that get damaged while running, and states the rest', () => {
    const directory = temporaryDirectory();
    const clock = new FakeClock();
    const journal = open(directory, clock);
    for (let i = 0; i < 300; i++) journal.commit([event(`event ${i} ${'x'.repeat(400)}`)]);
    journal.close();
    const running = open(directory, clock);
    const file = join(directory, 'journal.sqlite');
    const pages = statSync(file).size / 4096;
    for (const page of [Math.floor(pages / 2), Math.floor(pages / 2) + 1]) {
      overwrite(file, page * 4096, Buffer.alloc(4096, 0xa5));
    }
    const events = running.read('event', 0, 1000);
    expect(events.length).toBeGreaterThan(250);
    expect(events.length).toBeLessThan(300);
    clock.pass(5000);
    running.tick();
    const stated = gaps(running)
      .filter((gap) => gap.reason === 'damaged')
      .flatMap(({ records: { first, last } = { first: 1, last: 0 } }) =>
        Array.from({ length: last - first + 1 }, (_, i) => first + i),
      );
    expect(stated).toStrictEqual(missingFrom(events, 300));
  });

  it('replaces a file that gets damaged while running: alarms keep their numbers and are on the disk again at once', () => {
    const directory = temporaryDirectory();
    const clock = new FakeClock();
    const before = open(directory, clock);
    for (let i = 0; i < 50; i++) before.commit([event(`event ${i} ${'x'.repeat(400)}`)]);
    before.commit([], [{ scope: 'alarm', key: 'a', value: 1 }]);
    before.appendSamples(samplesAt(clock.now(), 100));
    before.close();
    const journal = open(directory, clock);
    const file = join(directory, 'journal.sqlite');
    const pages = statSync(file).size / 4096;
    // All but the first page: no write of any kind succeeds any more.
    overwrite(file, 4096, Buffer.alloc((pages - 1) * 4096, 0xa5));
    journal.appendSamples(samplesAt(clock.now() + 1000, 7));
    const [record] = journal.commit([event('while damaged')], [{ scope: 'alarm', key: 'b', value: 2 }]);
    expect(record?.seq).toBe(51);
    expect(journal.health()).toMatchObject({ heldRecords: 0, disk: { trouble: 'none' } });
    expect(readdirSync(directory).filter((name) => name.includes('.damaged-')).length).toBeGreaterThan(0);
    journal.flush();
    expect(journal.read('event', 50, 10).map((each) => each.seq)).toContain(51);
    const next = journal.commit([event('after')])[0]?.seq ?? 0;
    expect(next).toBeGreaterThan(51);
    const copy = diedNow(directory);
    const again = open(copy, clock);
    const events = again.read('event', 0, 1000).map((each) => each.seq);
    expect(events).toContain(51);
    expect(events).toContain(next);
    expect(again.state('alarm').get('b')).toBe(2);
    const lost = gaps(again)
      .filter((gap) => gap.records?.stream === 'event')
      .flatMap(({ records: { first, last } = { first: 1, last: 0 } }) =>
        Array.from({ length: last - first + 1 }, (_, i) => first + i),
      );
    expect(lost.filter((seq) => seq < next)).toStrictEqual(missingFrom(again.read('event', 0, 1000), next - 1));
    const samples = again.history({ points: [samplesAt(0, 1)[0]!.point], from: 0, to: Infinity, limit: 100 }).samples;
    expect(samples.at(-1)?.receiveTime).toBe(clock.now() + 1000);
  });
});
