import { describe, expect, it } from 'vitest';
import { runChaos } from './chaos-run.ts';

describe('on a line where everything goes wrong', () => {
  it.each([
    ['tcp', 20_000, 4],
    ['rtu-over-tcp', 6_000, 4],
    ['rtu', 3_000, 3],
  ] as const)(
    'no wrong value comes through over %s',
    async (transport, reads, connections) => {
      const result = await runChaos({ transport, reads, connections, seed: 1 });
      expect(result.reads).toBeGreaterThanOrEqual(reads);
      expect(result.good).toBeGreaterThanOrEqual(reads);
      const mustHappen = Object.entries(result.happened).filter(
        ([fault]) => transport !== 'rtu' || (fault !== 'reset' && fault !== 'duplicate-late'),
      );
      for (const [fault, times] of mustHappen)
        expect({ fault, times }).toEqual({ fault, times: expect.toSatisfy((n: number) => n > 0) });
      expect(result.wrong).toEqual([]);
      expect(result.codes).toEqual([3]);
    },
    120_000,
  );
});
