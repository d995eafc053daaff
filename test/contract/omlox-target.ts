import type { Driver } from '#drivers/driver.ts';
import { omlox } from '#drivers/omlox/driver.ts';
import { Crowd } from '#simulators/locating/crowd.ts';
import { LocatingHub } from '#simulators/locating/hub.ts';
import { OmloxWire } from '#simulators/locating/omlox-wire.ts';
import type { ContractTarget } from './driver-contract.ts';
import { feedPoints, standStill } from './locating-target.ts';

/** A hub that hears three people who stand about and are awake. */
export async function omloxTarget(): Promise<ContractTarget> {
  const crowd = standStill(new Crowd({ people: 3 }));
  const hub = new LocatingHub(crowd, new OmloxWire({ port: 0, plan: crowd.plan }), 100);
  await hub.start();
  const [host = '', port] = hub.endpoint.split(':');
  return {
    driver: omlox as Driver,
    device: { host, port: Number(port) },
    options: (at) => ({
      url: `http://${at.host}:${at.port}/v2`,
      connectTimeout: '1s',
      silence: '1s',
      interval: '400ms',
      quiet: '30s',
    }),
    points: feedPoints,
    facts: ['tag-fix'],
    unknownAddress: 'humidity',
    silenceWithinMs: 3_000,
    close: () => hub.stop(),
  };
}
