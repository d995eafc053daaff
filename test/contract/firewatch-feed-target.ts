import type { Driver } from '#drivers/driver.ts';
import { firewatchFeed } from '#drivers/firewatch-feed/driver.ts';
import { OtherAgent } from '#simulators/firewatch-feed/other-agent.ts';
import type { ContractTarget } from './driver-contract.ts';

/** An agent in another part of the site. */
export async function firewatchFeedTarget(): Promise<ContractTarget> {
  const agent = new OtherAgent('tank-farm', [
    { id: 'T-101.level', value: 4.25 },
    { id: 'XV-101.open', value: true },
    { id: 'P-101.state', value: 'running' },
    { id: 'T-101.temperature', value: 21.5 },
  ]);
  await agent.start();
  const [host = '', port] = agent.endpoint.split(':');
  return {
    driver: firewatchFeed as Driver,
    device: { host, port: Number(port) },
    options: (at) => ({
      url: `mqtt://${at.host}:${at.port}`,
      site: 'tank-farm',
      connectTimeout: '1s',
      silence: '1s',
      expect: '300ms',
    }),
    points: [
      { id: 'FARM.level', kind: 'number', address: 'T-101.level', value: 4.25 },
      { id: 'FARM.valve', kind: 'state', address: 'XV-101.open', value: true },
      { id: 'FARM.pump', kind: 'state', address: 'P-101.state', value: 'running' },
      { id: 'FARM.temperature', kind: 'temperature', address: 'T-101.temperature', value: 21.5 },
    ],
    unknownAddress: 'T-999.level',
    silenceWithinMs: 4_000,
    close: () => agent.stop(),
  };
}
