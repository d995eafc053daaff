import { expect, it } from 'vitest';
import type { Journal } from '#agent/journal/journal.ts';
import type { SiteEvent } from '#agent/model/event.ts';
import { openForReading } from '#agent/journal/store.ts';
import { verify } from '#agent/journal/verify.ts';
import { event, FakeClock, open, samplesAt, temporaryDirectory } from './journal-fixture.ts';

const accounts = (journal: Journal): SiteEvent[] =>
  journal
    .read('event', 0, 1000)
    .map((each) => each.body as SiteEvent)
    .filter(({ kind }) => kind === 'journal.account');

const giveAccount = (journal: Journal): void => {
  const due = journal.accountDue();
  if (due) journal.commit(due.drafts, due.state);
};

const halfADay = (journal: Journal, clock: FakeClock): void => {
  for (let hour = 0; hour < 12; hour++) {
    clock.pass(3_600_000);
    journal.appendSamples(samplesAt(clock.now(), 10));
    journal.commit([event('e')]);
    journal.flush();
    giveAccount(journal);
  }
};

it('a journal gives account once a day of what was numbered and what is lost, across restarts', () => {
  const directory = temporaryDirectory();
  const clock = new FakeClock();
  const first = open(directory, clock, { maxAgeMs: 1e12 });
  giveAccount(first);
  halfADay(first, clock);
  first.close();
  const journal = open(directory, clock, { maxAgeMs: 1e12 });
  halfADay(journal, clock);
  const lostNow = { from: 0, to: 1, reason: 'disk-full', lost: 7, text: 'gone', flags: 0 } as const;
  journal.commit([{ stream: 'gap', body: lostNow }]);
  halfADay(journal, clock);
  halfADay(journal, clock);
  const told = accounts(journal);
  expect(told).toHaveLength(2);
  // Each begins where the one before ended.
  const [before, after] = told.map(({ detail }) => detail ?? {});
  for (const stream of ['sample', 'event', 'gap'])
    expect(after?.[`${stream}From`]).toBe(Number(before?.[`${stream}To`]) + 1);
  expect(told.reduce((sum, { detail }) => sum + Number(detail?.['lost']), 0)).toBe(7);
  const chain = told.at(-1)?.detail?.['gapChain'];
  journal.close();
  const tables = openForReading(directory);
  expect(chain).toBe(verify(tables).streams.gap.chainEnd);
  tables.close();
});
