import { setTimeout as delay } from 'node:timers/promises';
import type { Done } from './evidence.ts';
import type { Plan, Step } from './plan.ts';
import type { Stage } from './stage.ts';
import { strike } from './strike.ts';

export interface Played {
  readonly done: readonly Done[];
  /** From the end of a blow until all was well again. A blow that met the next one is not counted. Milliseconds. */
  readonly recoveryMs: readonly number[];
}

/** A report that was made before the blow was felt says nothing yet. */
const FELT_AFTER_MS = 400;
const LOOK_EVERY_MS = 100;

/** Deals the blows of the plan, each at its time. */
export async function play(stage: Stage, plan: Plan, onStep: (step: Step) => void): Promise<Played> {
  const done: Done[] = [];
  const recoveryMs: number[] = [];
  const started = performance.now();
  const at = (time: number): Promise<unknown> => delay(Math.max(0, time - (performance.now() - started)));
  let newest: Step | undefined;

  const recover = async (step: Step, freed: number): Promise<void> => {
    await delay(FELT_AFTER_MS);
    for (;;) {
      if (newest !== step || performance.now() - started > plan.ms) return;
      if (stage.isWell()) break;
      await delay(LOOK_EVERY_MS);
    }
    recoveryMs.push(performance.now() - freed);
  };

  const dealing = plan.steps.map(async (step) => {
    await at(step.at);
    onStep(step);
    const isFault = step.blow.kind !== 'plant';
    if (isFault) newest = step;
    const from = Date.now();
    const undo = await strike(stage, step.blow);
    await at(step.at + step.forMs);
    const freed = performance.now();
    await undo();
    done.push({ blow: step.blow, from, to: Date.now() });
    if (isFault) await recover(step, freed);
  });
  await Promise.all([...dealing, at(plan.ms)]);
  return { done, recoveryMs };
}
