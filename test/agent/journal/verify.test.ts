import Database from 'better-sqlite3';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { backUp, restore } from '#agent/journal/backup.ts';
import { JournalInUse } from '#agent/journal/directory-lock.ts';
import { csvLines, exportSqlite } from '#agent/journal/export.ts';
import type { Journal } from '#agent/journal/journal.ts';
import { journalFile, openForReading } from '#agent/journal/store.ts';
import { verify, type Verdict } from '#agent/journal/verify.ts';
import { pointId } from '#agent/model/ids.ts';
import { bad } from '#agent/model/quality.ts';
import type { Draft } from '#agent/model/record.ts';
import { event, FakeClock, open, samplesAt, temporaryDirectory } from './journal-fixture.ts';

const audit = (who: string): Draft => ({ stream: 'audit', body: { time: 1, who, action: 'acknowledge', what: 'x' } });

function filled(directory: string, clock: FakeClock): Journal {
  const journal = open(directory, clock);
  for (let i = 0; i < 20; i++) {
    clock.pass(1000);
    journal.commit([event(`e${i}`), audit(`operator ${i}`)]);
    journal.appendSamples(samplesAt(clock.now(), 1000));
    journal.flush();
  }
  return journal;
}

function verdictOf(directory: string): Verdict {
  const tables = openForReading(directory);
  const verdict = verify(tables);
  tables.close();
  return verdict;
}

function tamper(directory: string, sql: string): void {
  const database = new Database(journalFile(directory));
  expect(database.prepare(sql).run().changes).toBeGreaterThan(0);
  database.close();
}

describe('verify', () => {
  it('finds a running journal sound and counts what is in it', () => {
    const directory = temporaryDirectory();
    filled(directory, new FakeClock());
    const verdict = verdictOf(directory);
    expect(verdict).toMatchObject({ isSound: true, file: 'ok', samples: 20_000 });
    expect(verdict.streams.audit).toMatchObject({ records: 20, first: 1, last: 20, chainBreaks: [] });
    expect(verdict.streams.sample).toMatchObject({ records: 20, first: 1, last: 20 });
  });

  it('finds an audit entry that was changed, even with its checksum made right', () => {
    const directory = temporaryDirectory();
    filled(directory, new FakeClock()).close();
    tamper(
      directory,
      `UPDATE record SET body = replace(body, 'operator 7', 'nobody'), check_sum =
       (SELECT check_sum FROM record WHERE stream = 3 AND seq = 8) WHERE stream = 3 AND seq = 8`,
    );
    const { isSound, streams } = verdictOf(directory);
    expect(isSound).toBe(false);
    expect(streams.audit.chainBreaks).toStrictEqual([8]);
    expect(streams.audit.damaged).toStrictEqual([{ first: 8, last: 8 }]);
    expect(streams.event.damaged).toStrictEqual([]);
  });

  it('finds records taken out without a reason, and damaged samples', () => {
    const directory = temporaryDirectory();
    filled(directory, new FakeClock()).close();
    tamper(directory, 'DELETE FROM record WHERE stream = 1 AND seq IN (5, 6)');
    tamper(
      directory,
      "UPDATE block SET body = CAST(body || x'00' AS BLOB) WHERE first = (SELECT max(first) FROM block)",
    );
    const { isSound, streams } = verdictOf(directory);
    expect(isSound).toBe(false);
    expect(streams.event.unexplained).toStrictEqual([{ first: 5, last: 6 }]);
    expect(streams.sample.damaged).toHaveLength(1);
    expect(streams.sample.damaged[0]?.last).toBe(20);
  });

  it('accepts a hole that a gap explains', () => {
    const directory = temporaryDirectory();
    const clock = new FakeClock();
    const journal = filled(directory, clock);
    journal.close();
    tamper(directory, "UPDATE record SET body = body || ' ' WHERE stream = 1 AND seq = 4");
    const again = open(directory, clock);
    expect(again.opening.kind).toBe('damaged');
    const { streams } = verdictOf(directory);
    expect(streams.event.explained).toStrictEqual([{ first: 4, last: 4 }]);
    expect(streams.event.unexplained).toStrictEqual([]);
  });

  it('serves what lies around a record that was damaged while running, and owes a gap for it', () => {
    const directory = temporaryDirectory();
    const clock = new FakeClock();
    const journal = filled(directory, clock);
    tamper(directory, "UPDATE record SET body = body || ' ' WHERE stream = 1 AND seq = 4");
    expect(journal.read('event', 0, 100).map((each) => each.seq)).toStrictEqual([
      1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20,
    ]);
    clock.pass(5000);
    journal.tick();
    journal.read('event', 0, 100);
    clock.pass(5000);
    journal.tick();
    const gaps = journal.read('gap', 0, 10);
    expect(gaps.map((each) => each.body)).toMatchObject([
      { reason: 'damaged', records: { stream: 'event', first: 4, last: 4 } },
    ]);
  });
});

describe('backup', () => {
  it('copies a running journal whole, and restoring it never gives a number again', async () => {
    const directory = temporaryDirectory();
    const clock = new FakeClock();
    const journal = filled(directory, clock);
    const tables = openForReading(directory);
    const file = join(temporaryDirectory(), 'backup.sqlite');
    await backUp(tables, file);
    tables.close();
    for (let i = 0; i < 5; i++) journal.commit([event(`later ${i}`)]);
    expect(() => {
      restore(file, directory, clock.now());
    }).toThrow(JournalInUse);
    journal.close();
    restore(file, directory, clock.now());
    const again = open(directory, clock);
    expect(again.opening.kind).toBe('restored');
    expect(again.read('event', 0, 100).filter((each) => each.seq <= 20)).toHaveLength(20);
    const lost = again.opening.lost.find((range) => range.stream === 'event');
    expect(lost?.first).toBe(21);
    expect(lost?.last).toBeGreaterThanOrEqual(25);
    expect(again.commit([event('new')])[0]?.seq).toBe((lost?.last ?? 0) + 1);
    expect(readdirSync(directory).some((name) => name.includes('before-restore'))).toBe(true);
    expect(verdictOf(directory)).toMatchObject({ isSound: true });
  });

  it('goes to a new box too, above every number that may have been used', async () => {
    const clock = new FakeClock();
    const directory = temporaryDirectory();
    filled(directory, clock).close();
    const tables = openForReading(directory);
    const file = join(temporaryDirectory(), 'backup.sqlite');
    await backUp(tables, file);
    tables.close();
    const box = join(temporaryDirectory(), 'new');
    restore(file, box, clock.now());
    const journal = open(box, clock);
    expect(journal.read('event', 0, 100)).toHaveLength(20);
    expect(journal.commit([event('new')])[0]?.seq).toBeGreaterThan(1000);
  });
});

describe('export', () => {
  it('writes samples as CSV, a line each, with quality, reason and flags', () => {
    const directory = temporaryDirectory();
    const clock = new FakeClock();
    const journal = open(directory, clock);
    const at = clock.now();
    const [first, second, third] = samplesAt(at, 3);
    journal.appendSamples([
      first!,
      { ...second!, value: 'say "open", then\nclose', quality: bad('server:BadSensorFailure', 0x808c0000) },
      { ...third!, value: null, sourceTime: 1e300, quality: bad('comm-lost') },
    ]);
    journal.flush();
    const tables = openForReading(directory);
    const iso = new Date(at).toISOString();
    const source = new Date(at - 5).toISOString();
    expect([...csvLines(tables, { from: -Infinity, to: Infinity })]).toStrictEqual([
      'seq,source_time,receive_time,point,value,quality,reason,raw,flags',
      `1,${source},${iso},"P-0",${at / 7},good,,,sim`,
      `1,${source},${iso},"P-1","say ""open"", then\nclose",bad,"server:BadSensorFailure",2156658688,sim`,
      `1,1e+300,${iso},"P-2",,bad,"comm-lost",,sim`,
    ]);
    expect([...csvLines(tables, { from: at, to: at + 1 })]).toHaveLength(1);
    tables.close();
  });

  it('writes plain SQLite tables', () => {
    const directory = temporaryDirectory();
    const clock = new FakeClock();
    filled(directory, clock);
    const tables = openForReading(directory);
    const file = join(temporaryDirectory(), 'export.sqlite');
    const counts = exportSqlite(tables, { from: 0, to: Infinity, points: new Set([pointId('P-5')]) }, file);
    expect(counts).toStrictEqual({ samples: 20, records: 40 });
    const database = new Database(file, { readonly: true });
    expect(database.prepare('SELECT count(*) AS n, min(point) AS point FROM sample').get()).toStrictEqual({
      n: 20,
      point: 'P-5',
    });
    expect(database.prepare("SELECT count(*) FROM record WHERE stream = 'audit'").pluck().get()).toBe(20);
    database.close();
    tables.close();
  });
});
