import { describe, expect, it } from 'vitest';
import { receiverId } from '#agent/model/ids.ts';
import { handoverOf, parseHandover, skippedThrough } from '#agent/uplink/standby/handover.ts';
import { receiverOptions } from '../harness.ts';
import { memoryJournal, samples } from '../memory-journal.ts';

const START = 1_790_000_000_000;
const receivers = [receiverOptions('mqtt://none')];

function journalOf(alarms: number) {
  const journal = memoryJournal();
  for (let second = 1; second <= alarms; second += 1) journal.addAlarm(START + second * 1000);
  return journal;
}

describe('a handover', () => {
  it('ends before the first record that some receiver lacks, and now where all have everything', () => {
    const journal = journalOf(50);
    const acknowledged = (seq: number): void =>
      journal.setCursors(receivers[0]?.id ?? ('' as never), new Map([['alarm', `{"acknowledged":${seq},"holes":[]}`]]));
    acknowledged(20);
    const now = START + 60_000;
    expect(handoverOf('a', journal, receivers, now).through).toMatchObject({ alarm: START + 21_000 - 1, gap: now });
    acknowledged(50);
    expect(handoverOf('a', journal, receivers, now).through.alarm).toBe(now);
  });

  it('tells of each receiver by itself, so that one that is out of reach costs the others no repeats', () => {
    const journal = journalOf(50);
    const down = { ...receiverOptions('mqtt://none'), id: receiverId('county') };
    journal.setCursors(receiverId('park'), new Map([['alarm', '{"acknowledged":50,"holes":[]}']]));
    journal.setCursors(receiverId('county'), new Map([['alarm', '{"acknowledged":5,"holes":[]}']]));
    const now = START + 60_000;
    const told = parseHandover(JSON.stringify(handoverOf('a', journal, [...receivers, down], now)));
    expect(told?.receivers).toMatchObject({ park: { alarm: now }, county: { alarm: START + 6000 - 1 } });
    const skipped = (receiver: string) =>
      skippedThrough(journal, { stream: 'alarm', receiver: receiverId(receiver) }, told);
    expect([skipped('park'), skipped('county'), skipped('added-since')]).toEqual([50, 0, 0]);
  });

  it('lets the other box begin ten seconds earlier, so that nothing falls between two clocks', () => {
    const journal = journalOf(50);
    const through = (alarm: number) => ({ box: 'a', through: { alarm }, receivers: {} });
    const park = { stream: 'alarm', receiver: receiverId('park') } as const;
    expect(skippedThrough(journal, park, through(START + 30_500))).toBe(20);
    expect(skippedThrough(journal, park, through(START))).toBe(0);
    expect(skippedThrough(journal, park, through(START + 1e9))).toBe(50);
    expect(skippedThrough(journal, { ...park, stream: 'audit' }, through(START + 1e9))).toBe(0);
    expect(skippedThrough(journal, park, undefined)).toBe(0);
  });

  it('skips blocks of samples by the same rule', () => {
    const journal = memoryJournal();
    for (let second = 1; second <= 30; second += 1)
      journal.addSamples(START + second * 1000, samples(START + second * 1000, 3));
    const handover = { box: 'a', through: { sample: START + 25_000 }, receivers: {} };
    expect(skippedThrough(journal, { stream: 'sample', receiver: receiverId('park') }, handover)).toBe(15);
  });

  it('that can not be read means that everything is delivered', () => {
    for (const text of [undefined, '', 'x', '7', '{"box":1}', '{"box":"a","through":null}'])
      expect(parseHandover(text)).toBeUndefined();
    expect(parseHandover('{"box":"a","through":{"alarm":5,"sample":"x"}}')).toEqual({
      box: 'a',
      through: { alarm: 5 },
      receivers: {},
    });
    expect(parseHandover('{"box":"a","through":{},"receivers":{"park":{"alarm":5},"county":7}}')?.receivers).toEqual({
      park: { alarm: 5 },
      county: {},
    });
  });
});
