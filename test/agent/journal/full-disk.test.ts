import Database from 'better-sqlite3';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Journal, JournalHealth } from '#agent/journal/journal.ts';
import { journalFile } from '#agent/journal/store.ts';
import type { Gap } from '#agent/model/event.ts';
import { Flag } from '#agent/model/flags.ts';
import type { Sample } from '#agent/model/sample.ts';
import { event, FakeClock, open, samplesAt, temporaryDirectory } from './journal-fixture.ts';

const canMount = ((): boolean => {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  const probe = '/dev/shm/firewatch-mount-probe';
  try {
    execFileSync('mkdir', ['-p', probe]);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', probe], { stdio: 'ignore' });
    execFileSync('umount', [probe]);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(probe, { recursive: true, force: true });
  }
})();

/** A disk of its own of so many MiB. */
function smallDisk(megabytes: number): string {
  const directory = temporaryDirectory();
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', directory]);
  onTestFinished(() => {
    execFileSync('umount', ['-l', directory]);
  });
  return directory;
}

interface FaultyDisk {
  readonly directory: string;
  /** The kernel finds a fault in the file system and makes it read-only. */
  readonly failNow: () => void;
  readonly repair: () => void;
}

function faultyDisk(): FaultyDisk {
  const base = temporaryDirectory();
  const image = join(base, 'image');
  const directory = join(base, 'disk');
  writeFileSync(image, Buffer.alloc(24 * 1024 * 1024));
  execFileSync('mkfs.ext4', ['-q', image]);
  mkdirSync(directory);
  const mount = (): void => {
    execFileSync('mount', ['-o', 'loop,errors=remount-ro', image, directory]);
  };
  mount();
  onTestFinished(() => {
    execFileSync('umount', ['-l', directory]);
  });
  const device = basename(execFileSync('findmnt', ['-n', '-o', 'SOURCE', directory]).toString().trim());
  return {
    directory,
    failNow: () => {
      writeFileSync(`/sys/fs/ext4/${device}/trigger_fs_error`, '1');
    },
    repair: () => {
      execFileSync('umount', [directory]);
      spawnSync('e2fsck', ['-fy', image]);
      mount();
    },
  };
}

const noisy = (clock: FakeClock, count: number) =>
  samplesAt(clock.now(), count).map((each) => ({ ...each, value: Math.random() }));

function fillWithSamples(journal: Journal, clock: FakeClock, records: number): void {
  for (let i = 0; i < records; i++) {
    clock.pass(1000);
    journal.appendSamples(noisy(clock, 1500));
    journal.flush();
  }
}

const gapsOf = (journal: Journal, reason: Gap['reason']): Gap[] =>
  journal
    .read('gap', 0, 1e6)
    .map((each) => each.body as Gap)
    .filter((gap) => gap.reason === reason);

// Mounting takes root.
describe.runIf(canMount)('a disk that is full', () => {
  it('takes every alarm while the oldest samples make room, and states what went', () => {
    const clock = new FakeClock();
    const directory = smallDisk(8);
    const journal = open(directory, clock, { maxBytes: 1e9, reserveBytes: 1024 * 1024, deliveredUpTo: () => 0 });
    clock.pass(5000);
    journal.tick();
    for (let i = 0; i < 60; i++) {
      fillWithSamples(journal, clock, 15);
      journal.commit([event(`e${i}`)]);
    }
    expect(journal.tail('sample')).toBeGreaterThan(1);
    expect(journal.health().heldRecords).toBe(0);
    clock.pass(5000);
    journal.tick();
    const gone = gapsOf(journal, 'disk-full').map((gap) => gap.records);
    expect(gone[0]?.first).toBe(1);
    expect(gone.at(-1)?.last).toBe(journal.tail('sample') - 1);
    journal.close();
    const again = open(directory, clock, { reserveBytes: 1024 * 1024 });
    expect(['clean', 'crash']).toContain(again.opening.kind);
    expect(again.read('event', 0, 1000)).toHaveLength(60);
    expect(again.commit([event('more')])[0]?.seq).toBe(61);
  }, 180_000);

  it('goes on with alarms on its reserve when something else has filled the disk', () => {
    const clock = new FakeClock();
    const directory = smallDisk(8);
    const journal = open(directory, clock, { reserveBytes: 1024 * 1024 });
    clock.pass(5000);
    journal.tick();
    expect(readdirSync(directory)).toContain('journal.reserve');
    expect(() => {
      writeFileSync(join(directory, 'something-else'), Buffer.alloc(16 * 1024 * 1024));
    }).toThrow(/ENOSPC/);
    for (let i = 0; i < 100; i++) journal.commit([event(`e${i}`)], [{ scope: 'alarm', key: 'last', value: i }]);
    expect(journal.health()).toMatchObject({ heldRecords: 0 });
    rmSync(join(directory, 'something-else'));
    clock.pass(5000);
    journal.tick();
    expect(readdirSync(directory)).toContain('journal.reserve');
    journal.close();
    const again = open(directory, clock);
    expect(again.read('event', 0, 1000)).toHaveLength(100);
    expect(again.state('alarm').get('last')).toBe(99);
  });

  it('goes on when the kernel makes the disk read-only, and finds everything that was committed after the repair', () => {
    const clock = new FakeClock();
    const { directory, failNow, repair } = faultyDisk();
    const journal = open(directory, clock);
    journal.commit([event('before')]);
    failNow();
    const held = journal.commit([event('during')]);
    expect(held.map((each) => each.seq)).toStrictEqual([2]);
    expect(journal.read('event', 0, 10).map((each) => each.seq)).toStrictEqual([1, 2]);
    expect(journal.health()).toMatchObject({ heldRecords: 1 });
    expect(['read-only', 'failing']).toContain(journal.health().disk.trouble);
    journal.close();
    repair();
    const again = open(directory, clock);
    expect(again.read('event', 0, 10).map((each) => each.stream === 'event' && each.body.text)).toStrictEqual([
      'before',
    ]);
  });
});

describe.runIf(canMount)('a disk that is read-only from the start', () => {
  it('is named in the refusal to open, and not taken for another agent', () => {
    const directory = smallDisk(4);
    execFileSync('mount', ['-o', 'remount,ro', directory]);
    expect(() => open(directory, new FakeClock())).toThrow(/can be written/);
  });
});

describe('a disk that refuses for a while', () => {
  /** Somebody else holds the database: the same to the journal as a disk that does not answer. */
  function refuse(directory: string): () => void {
    const stranger = new Database(journalFile(directory));
    stranger.exec('BEGIN IMMEDIATE');
    return () => {
      stranger.close();
    };
  }

  it('gets the records that were held meanwhile, in order', () => {
    const clock = new FakeClock();
    const directory = temporaryDirectory();
    const journal = open(directory, clock);
    const healths: JournalHealth[] = [];
    journal.health$.subscribe((health) => healths.push(health));
    journal.commit([event('before')]);
    const accept = refuse(directory);
    const held = journal.commit([event('during')], [{ scope: 's', key: 'k', value: 1 }]);
    expect(held.map((each) => each.seq)).toStrictEqual([2]);
    journal.appendSamples(noisy(clock, 10));
    journal.flush();
    expect(journal.health()).toMatchObject({ disk: { trouble: 'failing' }, heldRecords: 1, waitingSamples: 10 });
    expect(journal.read('event', 0, 10).map((each) => each.seq)).toStrictEqual([1, 2]);
    expect(journal.head('event')).toBe(2);
    accept();
    journal.commit([event('after')]);
    journal.flush();
    expect(journal.health()).toMatchObject({ disk: { trouble: 'none' }, heldRecords: 0, waitingSamples: 0 });
    expect(healths.map((each) => each.disk.trouble)).toStrictEqual(['failing', 'none']);
    journal.close();
    const again = open(directory, clock);
    const texts = again.read('event', 0, 10).map((each) => each.stream === 'event' && each.body.text);
    expect(texts).toStrictEqual(['before', 'during', 'after']);
    expect(again.state('s').get('k')).toBe(1);
    expect(again.read('sample', 0, 10)).toHaveLength(1);
  });

  it('costs the oldest waiting samples once there are too many, and a gap says exactly which', () => {
    const clock = new FakeClock();
    const directory = temporaryDirectory();
    const journal = open(directory, clock);
    const accept = refuse(directory);
    const start = clock.now();
    for (let i = 0; i < 10; i++) {
      clock.pass(1000);
      journal.appendSamples(samplesAt(clock.now(), 10_000));
      journal.flush();
    }
    const { shedSamples, waitingSamples } = journal.health();
    expect(shedSamples).toBeGreaterThan(0);
    expect(shedSamples + waitingSamples).toBe(100_000);
    accept();
    journal.flush();
    clock.pass(5000);
    journal.tick();
    const [gap] = gapsOf(journal, 'disk-full');
    expect(gap).toMatchObject({ lost: shedSamples, from: start + 1000, flags: Flag.sim });
    const stored = journal.read('sample', 0, 1000).flatMap((each) => each.body as readonly Sample[]);
    expect(stored).toHaveLength(waitingSamples);
    expect(stored[0]?.receiveTime).toBeGreaterThanOrEqual((gap?.to ?? Infinity) - 1);
  });
});
