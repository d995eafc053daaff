import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { connectionOf } from './connections.ts';
import type { Protocol } from './connections.ts';

/** Connects again and again for as long as somebody cuts the line; tells its weight each time that it is connected. */
export interface Told {
  /** After each EVERY connections; else there was only a connection. */
  readonly weight?: Weight;
}

export interface Weight {
  /**
   * Alive after garbage was collected, without compiled code: what an engine makes of functions that run often settles
   * only after thousands of runs, and belongs to no connection. Bytes.
   */
  readonly alive: number;
  readonly resident: number;
  /** Sockets, timers, and whatever else keeps an event loop. */
  readonly resources: number;
}

const CODE = new Set(['code_space', 'code_large_object_space', 'trusted_space', 'trusted_large_object_space']);

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const [protocol, port, every] = process.argv.slice(2);
let wasUp = false;
let connections = 0;

connectionOf(protocol as Protocol, Number(port)).subscribe((isUp) => {
  if (isUp && !wasUp) {
    connections += 1;
    const told: Told = connections % Number(every) === 0 ? { weight: weigh() } : {};
    process.stdout.write(`${JSON.stringify(told)}\n`);
  }
  wasUp = isUp;
});

function weigh(): Weight {
  // The second time for what the first one found only finalizers of.
  collect();
  collect();
  const spaces = getHeapSpaceStatistics().filter(({ space_name: name }) => !CODE.has(name));
  const { external, rss } = process.memoryUsage();
  return {
    alive: spaces.reduce((sum, { space_used_size: used }) => sum + used, external),
    resident: rss,
    resources: process.getActiveResourcesInfo().length,
  };
}
