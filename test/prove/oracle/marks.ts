import { samplesOf } from '../evidence.ts';
import type { Evidence } from '../evidence.ts';
import type { Fault, Looked } from './verdict.ts';

/** Streams about the plant; the rest speaks of the site's own doing. */
const OF_THE_PLANT = new Set(['sample', 'alarm']);

/** Nothing that comes from a simulator passes for real. */
export function judgeMarks({ arrivals, sources, pointSource }: Evidence): Looked {
  const simulated = new Set(sources.map(({ id }) => id));
  const faults: Fault[] = [];
  let looked = 0;
  for (const each of arrivals) {
    for (const message of each.messages) {
      if (!('body' in message) || !OF_THE_PLANT.has(message.stream)) continue;
      looked += 1;
      if (!message.sim) faults.push({ kind: 'unmarked', what: `${each.receiver}: ${message.id}` });
    }
    for (const [point, samples] of samplesOf(each)) {
      if (!simulated.has(pointSource.get(point) ?? '')) continue;
      const bare = samples.filter(({ flags }) => !flags.includes('sim')).length;
      if (bare > 0) faults.push({ kind: 'unmarked', what: `${each.receiver}: ${bare} samples of ${point}` });
    }
  }
  return { looked, faults };
}
