import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Atom } from '#drivers/modbus/atoms.ts';
import { halve, planReads, type PlanRules } from '#drivers/modbus/read-planner.ts';

const rules: PlanRules = {
  maxCount: 125,
  maxGap: 16,
  requestMs: 5,
  elementMs: 0.02,
  barriers: new Set(),
  alone: new Set(),
  refused: [],
};

const atom = (id: number, first: number, length = 1): Atom => ({
  id,
  area: 'holding',
  first,
  end: first + length,
  points: [id],
});

const spans = (atoms: readonly Atom[], changed: Partial<PlanRules> = {}) =>
  planReads(atoms, { ...rules, ...changed }).map(({ start, count }) => `${start}+${count}`);

const anyAtoms = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 65535 }), fc.integer({ min: 1, max: 12 })), { minLength: 1, maxLength: 60 })
  .map((list) => list.map(([first, length], id) => atom(id, Math.min(first, 65536 - length), length)));

/** Most atoms close together, as in real devices. */
const denseAtoms = fc
  .tuple(
    fc.integer({ min: 0, max: 65000 }),
    fc.array(fc.tuple(fc.nat(400), fc.integer({ min: 1, max: 8 })), { minLength: 1, maxLength: 80 }),
  )
  .map(([base, list]) => list.map(([at, length], id) => atom(id, Math.min(base + at, 65536 - length), length)));

describe('the read planner', () => {
  it('reads neighbours in one request', () => {
    expect(spans([atom(0, 10, 2), atom(1, 12, 2), atom(2, 14)])).toEqual(['10+5']);
  });

  it('reads over a gap up to the tolerance and no further', () => {
    expect(spans([atom(0, 0), atom(1, 17)])).toEqual(['0+18']);
    expect(spans([atom(0, 0), atom(1, 18)])).toEqual(['0+1', '18+1']);
  });

  it('leaves a gap alone when a second request is cheaper', () => {
    const slowLine = { requestMs: 40, elementMs: 4 };
    expect(spans([atom(0, 0), atom(1, 9)], slowLine)).toEqual(['0+10']);
    expect(spans([atom(0, 0), atom(1, 15)], slowLine)).toEqual(['0+1', '15+1']);
  });

  it('sees that a long value covers the gap behind a short one', () => {
    expect(spans([atom(0, 0, 50), atom(1, 10), atom(2, 48)])).toEqual(['0+50']);
  });

  it('never crosses a barrier, a refused register or the neighbour of a suspect', () => {
    const atoms = [atom(0, 0), atom(1, 5), atom(2, 10)];
    expect(spans(atoms, { barriers: new Set([5]) })).toEqual(['0+1', '5+6']);
    expect(spans([atom(0, 0), atom(2, 10)], { refused: [atom(1, 5)] })).toEqual(['0+1', '10+1']);
    expect(spans(atoms, { alone: new Set([1]), refused: [atom(1, 5)] })).toEqual(['5+1', '0+1', '10+1']);
  });

  it('keeps registers near the end of the address space', () => {
    expect(spans([atom(0, 65534), atom(1, 65535)])).toEqual(['65534+2']);
    expect(spans([atom(0, 65411), atom(1, 65535)], { maxGap: 125 })).toEqual(['65411+125']);
  });

  it.each([
    ['anywhere', anyAtoms],
    ['close together', denseAtoms],
  ])('covers each value exactly once within all limits, for values %s', (_, arbitrary) => {
    fc.assert(
      fc.property(arbitrary, fc.integer({ min: 12, max: 125 }), fc.nat(40), (atoms, maxCount, maxGap) => {
        const blocks = planReads(atoms, { ...rules, maxCount, maxGap });
        const served = blocks.flatMap((block) => block.atoms.map(({ id }) => id)).sort((a, b) => a - b);
        expect(served).toEqual(atoms.map(({ id }) => id));
        for (const { start, count, atoms: members } of blocks) {
          expect(count).toBeLessThanOrEqual(maxCount);
          expect(start + count).toBeLessThanOrEqual(65536);
          const wanted = new Set(
            members.flatMap(({ first, end }) => Array.from({ length: end - first }, (_, at) => first + at)),
          );
          expect(members.every(({ first, end }) => first >= start && end <= start + count)).toBe(true);
          let gap = 0;
          for (let at = start; at < start + count; at += 1) {
            gap = wanted.has(at) ? 0 : gap + 1;
            expect(gap).toBeLessThanOrEqual(maxGap);
          }
        }
      }),
    );
  });

  it('costs no more than one request for each value, nor than greedy merging', () => {
    const costOf = (blocks: readonly { count: number }[]) =>
      blocks.reduce((sum, { count }) => sum + rules.requestMs + count * rules.elementMs, 0);
    fc.assert(
      fc.property(denseAtoms, (atoms) => {
        const planned = costOf(planReads(atoms, rules));
        const sorted = atoms.toSorted((a, b) => a.first - b.first || a.end - b.end);
        const greedy: { start: number; end: number }[] = [];
        for (const { first, end } of sorted) {
          const open = greedy.at(-1);
          const fits =
            open && Math.max(open.end, end) - open.start <= rules.maxCount && first - open.end <= rules.maxGap;
          if (open && fits) open.end = Math.max(open.end, end);
          else greedy.push({ start: first, end });
        }
        expect(planned).toBeLessThanOrEqual(costOf(greedy.map(({ start, end }) => ({ count: end - start }))) + 1e-9);
        expect(planned).toBeLessThanOrEqual(costOf(atoms.map(({ first, end }) => ({ count: end - first }))) + 1e-9);
      }),
    );
  });
});

describe('halving a block', () => {
  it('ends at single values and keeps all of them', () => {
    const atoms = [atom(0, 0), atom(1, 1), atom(2, 5, 2)];
    const halves = halve({ start: 0, count: 7, atoms });
    expect(halves?.map(({ start, count }) => `${start}+${count}`)).toEqual(['0+2', '5+2']);
    expect(halve({ start: 5, count: 2, atoms: [atom(2, 5, 2)] })).toBeUndefined();
  });
});
