import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** What a process holds after garbage was collected. */
export interface Weight {
  /**
   * Objects and buffers, without compiled code: what an engine makes of functions that run often settles only after
   * thousands of runs. Bytes.
   */
  readonly alive: number;
  /** Of it what lies outside the JavaScript heap. Bytes. */
  readonly buffers: number;
  readonly resident: number;
  /** Sockets, timers, and whatever else keeps an event loop. */
  readonly resources: number;
}

const CODE = new Set(['code_space', 'code_large_object_space', 'trusted_space', 'trusted_large_object_space']);

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Of this process. Takes some hundred milliseconds: garbage is collected first. */
export function weigh(): Weight {
  // The second time for what the first one found only finalizers of.
  collect();
  collect();
  const spaces = getHeapSpaceStatistics().filter(({ space_name: name }) => !CODE.has(name));
  const { external, arrayBuffers, rss } = process.memoryUsage();
  return {
    alive: spaces.reduce((sum, { space_used_size: used }) => sum + used, external),
    buffers: arrayBuffers,
    resident: rss,
    resources: process.getActiveResourcesInfo().length,
  };
}
