import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { connectionOf } from './connections.ts';
import type { Protocol } from './connections.ts';

/** Connects again and again for as long as somebody cuts the line; tells its weight each time that it is connected. */
export interface Weight {
  /** Alive after garbage was collected. Bytes. */
  readonly alive: number;
  readonly resident: number;
  /** Sockets, timers, and whatever else keeps an event loop. */
  readonly resources: number;
}

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const [protocol, port] = process.argv.slice(2);
let wasUp = false;

connectionOf(protocol as Protocol, Number(port)).subscribe((isUp) => {
  if (isUp && !wasUp) {
    collect();
    const { heapUsed, external, rss } = process.memoryUsage();
    const weight: Weight = {
      alive: heapUsed + external,
      resident: rss,
      resources: process.getActiveResourcesInfo().length,
    };
    process.stdout.write(`${JSON.stringify(weight)}\n`);
  }
  wasUp = isUp;
});
