import { weigh } from '../weight/weigh.ts';
import type { Weight } from '../weight/weigh.ts';
import { connectionOf } from './connections.ts';
import type { Protocol } from './connections.ts';

/** Connects again and again for as long as somebody cuts the line; tells its weight each time that it is connected. */
export interface Told {
  /** After each EVERY connections; else there was only a connection. */
  readonly weight?: Weight;
}

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
