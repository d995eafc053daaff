import { array, assert, integer, oneof, property } from 'fast-check';
import { expect, test } from 'vitest';
import { groupByPoint } from '#agent/journal/block-codec/point-order.ts';

test('places samples by point and keeps the order of arrival within each, close together or far apart', () => {
  const close = integer({ min: 1000, max: 1040 });
  const far = integer({ min: 0, max: 0xffff_ffff });
  assert(
    property(array(oneof(close, far), { minLength: 1, maxLength: 60 }), (arrivals) => {
      const order = groupByPoint(Uint32Array.from(arrivals));
      const grouped = [...arrivals.keys()].sort((a, b) => (order.slots[a] ?? 0) - (order.slots[b] ?? 0));
      expect(order.numbers).toEqual([...new Set(arrivals)].sort((a, b) => a - b));
      expect([...order.members].map((member) => order.numbers[member])).toEqual(arrivals);
      expect(grouped).toEqual([...arrivals.keys()].sort((a, b) => (arrivals[a] ?? 0) - (arrivals[b] ?? 0) || a - b));
      expect([...order.starts]).toEqual([
        ...order.numbers.map((number) => arrivals.filter((one) => one < number).length),
        arrivals.length,
      ]);
    }),
  );
  assert(
    property(array(close, { minLength: 20, maxLength: 60 }), (arrivals) => {
      const order = groupByPoint(Uint32Array.from(arrivals));
      expect([...order.members].map((member) => order.numbers[member])).toEqual(arrivals);
    }),
  );
});
