import { expect, it } from 'vitest';
import { receiverId } from '#agent/model/ids.ts';
import { deliveredUpTo } from '#agent/uplink/delivered.ts';
import { receiverOptions } from './harness.ts';
import { memoryJournal } from './memory-journal.ts';

const receiver = (id: string) => ({ ...receiverOptions('mqtt://127.0.0.1'), id: receiverId(id) });
const cursor = (acknowledged: number, holes: [number, number][] = []) => JSON.stringify({ acknowledged, holes });

it('counts as delivered what the slowest receiver has, up to its first hole', () => {
  const journal = memoryJournal();
  journal.setCursors(receiverId('park'), new Map([['sample', cursor(900, [[400, 500]])]]));
  journal.setCursors(receiverId('city'), new Map([['sample', cursor(700)]]));
  expect(deliveredUpTo(journal, [receiver('park'), receiver('city')], 'sample')).toBe(400);
  expect(deliveredUpTo(journal, [receiver('city')], 'sample')).toBe(700);
});

it('keeps everything for a receiver that has nothing yet or whose cursor is damaged', () => {
  const journal = memoryJournal();
  journal.setCursors(receiverId('city'), new Map([['alarm', '{"acknowledged":']]));
  expect(deliveredUpTo(journal, [receiver('park')], 'alarm')).toBe(0);
  expect(deliveredUpTo(journal, [receiver('city')], 'alarm')).toBe(0);
});

it('keeps nothing for anybody where no receiver wants the stream', () => {
  const wantsAlarms = { ...receiver('park'), lanes: { ...receiver('park').lanes, live: { streams: [], withinMs: 1 } } };
  expect(deliveredUpTo(memoryJournal(), [wantsAlarms], 'sample')).toBe(Infinity);
});
