import type { Driver } from '#drivers/driver.ts';
import { pozyx } from '#drivers/pozyx/driver.ts';
import { Crowd } from '#simulators/locating/crowd.ts';
import { LocatingHub } from '#simulators/locating/hub.ts';
import { PozyxWire } from '#simulators/locating/pozyx-wire.ts';
import type { ContractTarget } from './driver-contract.ts';
import { feedPoints, standStill } from './locating-target.ts';

/** A system that hears three people who stand about and are awake. */
export async function pozyxTarget(): Promise<ContractTarget> {
  const hub = new LocatingHub(standStill(new Crowd({ people: 3 })), new PozyxWire({ port: 0 }), 100);
  await hub.start();
  const [host = '', port] = hub.endpoint.split(':');
  return {
    driver: pozyx as Driver,
    device: { host, port: Number(port) },
    options: (at) => ({
      url: `mqtt://${at.host}:${at.port}`,
      connectTimeout: '1s',
      silence: '1s',
      interval: '400ms',
      quiet: '30s',
    }),
    points: feedPoints,
    facts: ['tag-fix'],
    unknownAddress: 'humidity',
    silenceWithinMs: 4_000,
    close: () => hub.stop(),
  };
}
