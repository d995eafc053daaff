import { describe, expect, it } from 'vitest';
import type { Draft, JournalRecord } from '#agent/model/record.ts';
import { createLedger } from '#agent/line/ledger.ts';
import { event, FakeClock, open, temporaryDirectory } from '../journal/journal-fixture.ts';

function ledgerOver(commit: (drafts: readonly Draft[]) => readonly JournalRecord[]) {
  const told: string[] = [];
  const ledger = createLedger({
    journal: { commit },
    clock: new FakeClock(),
    onCommitted: (records) => told.push(...records.map(({ stream, body }) => ('text' in body ? body.text : stream))),
    onTrouble: (text) => told.push(text),
    onLost: () => {},
  });
  const add = (draft: Draft): void => {
    ledger.enter({ drafts: [draft] });
  };
  return { ledger, add, told };
}

const refused = 'the journal takes no record, they wait';

describe('entries on their way to the disk', () => {
  it('gives up an entry that can never be written alone, and states it in a gap', () => {
    const journal = open(temporaryDirectory(), new FakeClock());
    const { add, told } = ledgerOver((drafts) => journal.commit(drafts));
    const unsayable: unknown = 10n;
    const { body } = event('bad') as Extract<Draft, { stream: 'event' }>;
    add(event('before'));
    add({ stream: 'event', body: { ...body, detail: { count: unsayable as number } } });
    add(event('after'));
    expect(told).toEqual([
      'before',
      '1 entries of the journal are given up',
      'after',
      expect.stringMatching(/^1 alarm transitions.* given up/),
    ]);
    expect(journal.read('gap', 0, 10)).toMatchObject([{ body: { reason: 'overload', lost: 1 } }]);
  });

  it('keeps the order while the journal takes nothing, and tells the refusal once', () => {
    const journal = open(temporaryDirectory(), new FakeClock());
    let isRefusing = true;
    const { ledger, add, told } = ledgerOver((drafts) => {
      if (isRefusing) throw new Error('not now');
      return journal.commit(drafts);
    });
    add(event('first'));
    add(event('second'));
    ledger.settle();
    expect(told).toEqual([refused]);
    isRefusing = false;
    ledger.settle();
    expect(told).toEqual([refused, 'first', 'second']);
    expect(ledger.isWaiting).toBe(false);
  });

  it('keeps the youngest where too many wait, and says how many went', () => {
    const journal = open(temporaryDirectory(), new FakeClock());
    let isRefusing = true;
    const { ledger, add, told } = ledgerOver((drafts) => {
      if (isRefusing) throw new Error('not now');
      return journal.commit(drafts);
    });
    for (let i = 1; i <= 10_050; i++) add(event(`${i}`));
    isRefusing = false;
    ledger.settle();
    expect(told).not.toContain('50');
    expect(told.filter((text) => /^\d+$/.test(text))).toHaveLength(10_000);
    expect(told.at(-1)).toMatch(/^50 alarm transitions/);
  });
});
