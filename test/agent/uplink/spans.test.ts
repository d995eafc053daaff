import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addSpan, boundSpans, countOf, removeSpan, type Span } from '#agent/uplink/spans.ts';

const span = fc
  .tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 10 }))
  .map(([after, length]): Span => ({ after, seq: after + length }));
const moves = fc.array(fc.record({ type: fc.constantFrom('add', 'remove'), span }), { maxLength: 30 });

const numbers = (spans: readonly Span[]): number[] =>
  spans.flatMap(({ after, seq }) => Array.from({ length: seq - after }, (_, index) => after + 1 + index));

describe('spans', () => {
  it('hold exactly the numbers that were added and not removed, ascending and apart', () => {
    fc.assert(
      fc.property(moves, (list) => {
        const model = new Set<number>();
        let spans: Span[] = [];
        for (const { type, span } of list) {
          spans = type === 'add' ? addSpan(spans, span) : removeSpan(spans, span);
          for (const number of numbers([span])) {
            if (type === 'add') model.add(number);
            else model.delete(number);
          }
        }
        expect(numbers(spans)).toEqual([...model].sort((a, b) => a - b));
        expect(countOf(spans)).toBe(model.size);
        for (const [index, { after }] of spans.entries()) expect(after).toBeGreaterThan(spans[index - 1]?.seq ?? -1);
      }),
    );
  });

  it('are bounded by joining the nearest, so that nothing falls out', () => {
    const spans = [
      { after: 0, seq: 2 },
      { after: 10, seq: 12 },
      { after: 13, seq: 20 },
      { after: 40, seq: 50 },
    ];
    expect(boundSpans(spans, 3)).toEqual([
      { after: 0, seq: 2 },
      { after: 10, seq: 20 },
      { after: 40, seq: 50 },
    ]);
    expect(boundSpans(spans, 1)).toEqual([{ after: 0, seq: 50 }]);
  });
});
