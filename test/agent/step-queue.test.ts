import { describe, expect, it } from 'vitest';
import type { Draft, JournalRecord } from '#agent/model/record.ts';
import { StepQueue } from '#agent/step-queue.ts';
import { event, FakeClock, open, temporaryDirectory } from './journal/journal-fixture.ts';

function queueOver(commit: (drafts: readonly Draft[]) => readonly JournalRecord[]) {
  const told: string[] = [];
  const queue = new StepQueue({
    journal: { commit },
    clock: new FakeClock(),
    committed: (records) => told.push(...records.map(({ stream, body }) => ('text' in body ? body.text : stream))),
    refused: (_, waiting) => told.push(`refused, ${waiting} wait`),
    givenUp: (steps) => told.push(`${steps} given up`),
  });
  const add = (draft: Draft): void => {
    queue.add({ drafts: [draft], memory: [] });
  };
  return { queue, add, told };
}

describe('steps on their way to the disk', () => {
  it('gives up a step that can never be written alone, and states it in a gap', () => {
    const journal = open(temporaryDirectory(), new FakeClock());
    const { add, told } = queueOver((drafts) => journal.commit(drafts));
    const unsayable: unknown = 10n;
    const { body } = event('bad') as Extract<Draft, { stream: 'event' }>;
    add(event('before'));
    add({ stream: 'event', body: { ...body, detail: { count: unsayable as number } } });
    add(event('after'));
    expect(told).toEqual(['before', '1 given up', 'after', expect.stringMatching(/^1 alarm transitions.* given up/)]);
    expect(journal.read('gap', 0, 10)).toMatchObject([{ body: { reason: 'overload', lost: 1 } }]);
  });

  it('keeps the order while the journal takes nothing, and tells the refusal once', () => {
    const journal = open(temporaryDirectory(), new FakeClock());
    let isRefusing = true;
    const { queue, add, told } = queueOver((drafts) => {
      if (isRefusing) throw new Error('not now');
      return journal.commit(drafts);
    });
    add(event('first'));
    add(event('second'));
    queue.settle();
    expect(told).toEqual(['refused, 1 wait']);
    isRefusing = false;
    queue.settle();
    expect(told).toEqual(['refused, 1 wait', 'first', 'second']);
    expect(queue.isEmpty).toBe(true);
  });

  it('keeps the youngest where too many wait, and says how many went', () => {
    const journal = open(temporaryDirectory(), new FakeClock());
    let isRefusing = true;
    const { queue, add, told } = queueOver((drafts) => {
      if (isRefusing) throw new Error('not now');
      return journal.commit(drafts);
    });
    for (let i = 1; i <= 10_050; i++) add(event(`${i}`));
    isRefusing = false;
    queue.settle();
    expect(told).not.toContain('50');
    expect(told.filter((text) => /^\d+$/.test(text))).toHaveLength(10_000);
    expect(told.at(-1)).toMatch(/^50 alarm transitions/);
  });
});
