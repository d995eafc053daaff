import type { Driver } from '#drivers/driver.ts';
import { localSense } from '#drivers/local-sense/driver.ts';
import { holdSecret } from '#config/secret.ts';
import { Crowd } from '#simulators/locating/crowd.ts';
import { LocatingHub } from '#simulators/locating/hub.ts';
import { LocalSenseWire } from '#simulators/locating/local-sense-wire.ts';
import { feedPoints, standStill } from './locating-target.ts';
import type { ContractTarget } from './driver-contract.ts';

/** A hub that hears three people who stand about and are awake. */
export async function localSenseTarget(): Promise<ContractTarget> {
  const crowd = standStill(new Crowd({ people: 3 }));
  const hub = new LocatingHub(crowd, new LocalSenseWire({ port: 0, plan: crowd.plan }), 100);
  await hub.start();
  const [host = '', port] = hub.endpoint.split(':');
  return {
    driver: localSense as Driver,
    device: { host, port: Number(port) },
    options: (at) => ({
      url: `ws://${at.host}:${at.port}`,
      user: 'admin',
      password: holdSecret('${env:HUB}', () => 'localsense'),
      connectTimeout: '1s',
      silence: '1s',
      interval: '400ms',
      quiet: '30s',
    }),
    points: feedPoints,
    facts: ['tag-fix', 'tag-state'],
    unknownAddress: 'humidity',
    silenceWithinMs: 3_000,
    close: () => hub.stop(),
  };
}
