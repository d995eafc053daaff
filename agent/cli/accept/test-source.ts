import { concat, interval, map, NEVER, of } from 'rxjs';
import { z } from 'zod';
import { Flag } from '#agent/model/flags.ts';
import { pointId } from '#agent/model/ids.ts';
import { GOOD } from '#agent/model/quality.ts';
import type { Sample } from '#agent/model/sample.ts';
import { defineDriver } from '#drivers/driver.ts';

/** True while the test alarm is to stand. */
export const TEST_POINT = pointId('acceptance.test');
export const TEST_ALARM_MESSAGE = { zh: '验收试验报警（仿真）', en: 'Acceptance test alarm (simulated)' };

const optionsSchema = z.strictObject({
  /** Of {@link TEST_POINT}; absent: nothing is known of it. */
  isRaised: z.boolean().optional(),
  /** Of every other point. */
  value: z.number(),
});

export type TestSourceOptions = z.infer<typeof optionsSchema>;

const AGAIN_MS = 1000;

/** Stands in for every device while receivers are tried: what it says is marked as simulated and forced. */
export const testSource = defineDriver({
  kind: 'acceptance',
  summary: 'input of an acceptance run; no device',
  schema: optionsSchema,
  address: z.null(),
  releaseWithinMs: 100,
  open: ({ isRaised, value }: TestSourceOptions, { points, clock }) => {
    const samples = (): readonly Sample[] => {
      const now = clock.now();
      const flags = Flag.sim | Flag.forced;
      return points.flatMap(({ id }): readonly Sample[] => {
        const shown = id === TEST_POINT ? isRaised : value;
        if (shown === undefined) return [];
        return [{ point: id, value: shown, quality: GOOD, sourceTime: now, receiveTime: now, flags }];
      });
    };
    const told = () => ({ type: 'samples', samples: samples() }) as const;
    const online = { type: 'status', state: 'online', reason: '' } as const;
    return concat(of(online, told()), points.length > 1 ? interval(AGAIN_MS).pipe(map(told)) : NEVER);
  },
});
