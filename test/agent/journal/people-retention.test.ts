import { existsSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Journal } from '#agent/journal/journal.ts';
import { openConnection } from '#agent/journal/connection.ts';
import { RecordTable } from '#agent/journal/record-table.ts';
import { journalFile, openForReading } from '#agent/journal/store.ts';
import { verify } from '#agent/journal/verify.ts';
import type { SiteEvent } from '#agent/model/event.ts';
import { Flag } from '#agent/model/flags.ts';
import type { PermitFact } from '#agent/model/permit.ts';
import type { Draft } from '#agent/model/record.ts';
import { event, FakeClock, open, temporaryDirectory } from './journal-fixture.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const WHO = 'QmVhdXRpZnVsQ29k';

const sos = (time: number, person = WHO): Draft => ({
  stream: 'event',
  body: {
    time,
    kind: 'person.sos',
    text: `SOS: ${person} in tank-farm`,
    detail: { zone: 'tank-farm', code: 0, person, lon: 121.4737, lat: 31.2304 },
    flags: Flag.sim,
  },
});

function upkeep(journal: Journal, clock: FakeClock, forMs = 2 * HOUR): void {
  for (let passed = 0; passed < forMs; passed += HOUR / 4) {
    clock.pass(HOUR / 4);
    journal.tick();
  }
}

const events = (journal: Journal): readonly SiteEvent[] =>
  journal.read('event', 0, 10_000).flatMap(({ stream, body }) => (stream === 'event' ? [body] : []));
const isOnDisk = (directory: string, text: string): boolean =>
  readdirSync(directory).some((name) => readFileSync(join(directory, name), 'latin1').includes(text));

describe('personal data', () => {
  it('is removed from records at its own age, sooner than the rest, and what was removed is counted and dated', () => {
    const directory = temporaryDirectory();
    const clock = new FakeClock();
    const journal = open(directory, clock, { maxAgeMs: 30 * DAY, peopleMaxAgeMs: 2 * DAY });
    const began = clock.now();
    journal.commit([event('before'), sos(began), event('between'), sos(began)]);
    clock.pass(DAY);
    journal.commit([sos(clock.now())]);
    upkeep(journal, clock);
    expect(events(journal).filter(({ detail }) => detail?.['person'] === WHO)).toHaveLength(3);
    clock.pass(DAY);
    upkeep(journal, clock);

    const after = events(journal);
    expect(after[1]).toStrictEqual({
      time: began,
      kind: 'person.sos',
      text: 'person.sos: who it was is removed: older than the configured age of personal data',
      detail: { zone: 'tank-farm', code: 0, person: null, zh: '个人信息已按期限删除' },
      flags: Flag.sim,
    });
    expect(after.map(({ text }) => text).slice(0, 3)).toContain('between');
    expect(after.filter(({ detail }) => detail?.['person'] === WHO)).toHaveLength(1);
    const told = after.filter(({ kind }) => kind === 'people.expired');
    expect(told).toHaveLength(1);
    expect(told[0]?.detail).toMatchObject({
      stream: 'event',
      first: 2,
      last: 4,
      records: 2,
      from: began,
      undelivered: 2,
    });
    expect(told[0]?.flags).toBe(Flag.sim);
  });

  it('is gone from the disk, and the chain of the journal is whole because an event accounts for it', () => {
    const directory = temporaryDirectory();
    const clock = new FakeClock();
    const journal = open(directory, clock, { maxAgeMs: 30 * DAY, peopleMaxAgeMs: DAY });
    for (let n = 0; n < 300; n++) journal.commit([sos(clock.now(), `${WHO}${n}`), event(`e${n}`)]);
    expect(isOnDisk(directory, WHO)).toBe(true);
    clock.pass(DAY);
    upkeep(journal, clock);
    journal.close();
    expect(isOnDisk(directory, WHO)).toBe(false);
    expect(isOnDisk(directory, '"e299"')).toBe(true);
    const tables = openForReading(directory);
    const verdict = verify(tables);
    tables.close();
    expect(verdict).toMatchObject({
      isSound: true,
      streams: { event: { nameless: 300, chainBreaks: [], unexplained: [] } },
    });
    expect(verdict.streams.event.records).toBeGreaterThan(600);
  });

  it('taken out by hand still breaks the chain', () => {
    const directory = temporaryDirectory();
    const clock = new FakeClock();
    const journal = open(directory, clock, { peopleMaxAgeMs: DAY });
    journal.commit([event('a'), sos(clock.now()), event('b')]);
    const [told] = journal.read('event', 1, 1);
    journal.close();
    if (told?.stream !== 'event') throw new Error('there is no such record');
    const body = { ...told.body, text: '', detail: { ...told.body.detail, person: null } };
    const hand = openConnection(journalFile(directory), 'durable', 1000);
    new RecordTable(hand).rewrite('event', { ...told, body });
    hand.close();
    const after = openForReading(directory);
    const verdict = verify(after);
    after.close();
    expect(verdict.streams.event.chainBreaks).toContain(2);
  });

  it('is kept longer than the rest where it is configured so, and is gone with its record then', () => {
    const directory = temporaryDirectory();
    const clock = new FakeClock();
    const options = { maxAgeMs: DAY, maxUndeliveredAgeMs: DAY, peopleMaxAgeMs: 5 * DAY, deliveredUpTo: () => Infinity };
    const journal = open(directory, clock, options);
    journal.commit([{ stream: 'gap', body: { from: 1, to: 2, reason: 'comm-lost', text: 'g', flags: 0 } }, sos(1)]);
    clock.pass(3 * DAY);
    journal.commit([
      event('later'),
      { stream: 'gap', body: { from: 1, to: 2, reason: 'comm-lost', text: 'h', flags: 0 } },
    ]);
    upkeep(journal, clock);
    expect(journal.tail('gap')).toBe(2);
    expect(events(journal)[0]?.detail?.['person']).toBe(WHO);
    clock.pass(3 * DAY);
    upkeep(journal, clock);
    journal.close();
    expect(isOnDisk(directory, WHO)).toBe(false);
  });

  it('of a permit in a register goes too, and the permit stays', () => {
    const clock = new FakeClock();
    const journal = open(temporaryDirectory(), clock, { maxAgeMs: 30 * DAY, peopleMaxAgeMs: DAY });
    const permit = {
      kind: 'permit',
      id: 'HW-7',
      people: [{ person: 'E006', role: 'guardian' }],
      flags: 0,
    } as unknown as PermitFact;
    journal.commit([{ stream: 'register', body: permit }]);
    clock.pass(DAY);
    upkeep(journal, clock);
    const [kept] = journal.read('register', 0, 10);
    expect(kept?.body).toMatchObject({ id: 'HW-7', people: [{ person: '', role: 'guardian' }] });
    expect(events(journal).find(({ kind }) => kind === 'people.expired')?.detail).toMatchObject({ stream: 'register' });
  });

  it('outlives a wrong clock: an hour after a great step forward nothing has expired yet', () => {
    const clock = new FakeClock();
    const journal = open(temporaryDirectory(), clock, { maxAgeMs: 30 * DAY, peopleMaxAgeMs: DAY });
    journal.commit([sos(clock.now())]);
    clock.step(20 * DAY);
    upkeep(journal, clock, HOUR / 2);
    expect(events(journal)[0]?.detail?.['person']).toBe(WHO);
    expect(journal.ageTime()).toBeUndefined();
  });

  it('in a journal that was set aside is removed with it', () => {
    const directory = temporaryDirectory();
    const clock = new FakeClock();
    const aside = join(directory, 'journal.sqlite.damaged-2026-01-01T00-00-00.000Z');
    writeFileSync(aside, WHO);
    utimesSync(aside, clock.now() / 1000, clock.now() / 1000);
    const journal = open(directory, clock, { peopleMaxAgeMs: DAY });
    upkeep(journal, clock);
    expect(existsSync(aside)).toBe(true);
    clock.pass(DAY);
    upkeep(journal, clock);
    expect(existsSync(aside)).toBe(false);
    expect(events(journal).find(({ kind }) => kind === 'people.expired')?.text).toContain('damaged-2026');
  });
});
