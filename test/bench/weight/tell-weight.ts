import { appendFileSync } from 'node:fs';
import { weigh } from './weigh.ts';
import type { Weight } from './weigh.ts';

/**
 * Loaded into the agent before anything else (`node --import`): adds a line to the file named in FIREWATCH_WEIGHT each
 * 15 s. By monotonic time: the clock of the agent may be stepped meanwhile.
 */
export interface ToldWeight extends Weight {
  /** Since the process began. */
  readonly seconds: number;
}

const EVERY_MS = 15_000;
const file = process.env['FIREWATCH_WEIGHT'];

if (file !== undefined)
  setInterval(() => {
    const told: ToldWeight = { seconds: performance.now() / 1000, ...weigh() };
    appendFileSync(file, `${JSON.stringify(told)}\n`);
  }, EVERY_MS).unref();
