import type { Driver } from '#drivers/driver.ts';
import { jsonFeed } from '#drivers/json-feed/driver.ts';
import { Crowd } from '#simulators/locating/crowd.ts';
import { LocatingHub } from '#simulators/locating/hub.ts';
import { JsonWire, type JsonCarrier } from '#simulators/locating/json-wire.ts';
import type { ContractPoint, ContractTarget } from './driver-contract.ts';
import { standStill } from './locating-target.ts';
import type { Endpoint } from './wire-gate.ts';

const points: readonly ContractPoint[] = [
  { id: 'WX.temperature', kind: 'number', address: 'weather.temperature', value: 21.5 },
  { id: 'WX.wind', kind: 'state', address: { value: 'weather.wind' }, value: 'NE' },
  { id: 'WX.rain', kind: 'state', address: { value: 'weather.raining', when: 'weather != null' }, value: false },
  { id: 'RTLS.tags', kind: 'number', address: 'length(tags)', value: 3 },
];

const transports: Readonly<Record<JsonCarrier, (at: Endpoint) => unknown>> = {
  mqtt: (at) => ({
    kind: 'mqtt',
    url: `mqtt://${at.host}:${at.port}`,
    topics: ['plant/#'],
    connectTimeout: '1s',
    silence: '1s',
  }),
  'web-socket': (at) => ({
    kind: 'web-socket',
    url: `ws://${at.host}:${at.port}`,
    connectTimeout: '1s',
    silence: '1s',
  }),
  tcp: (at) => ({ kind: 'tcp', ...at, connectTimeout: '1s', silence: '1s' }),
};

/** A system of unknown make that hears three people who stand about. */
export async function jsonFeedTarget(carrier: JsonCarrier): Promise<ContractTarget> {
  const hub = new LocatingHub(standStill(new Crowd({ people: 3 })), new JsonWire(carrier), 100);
  await hub.start();
  const [host = '', port] = hub.endpoint.split(':');
  return {
    driver: jsonFeed as Driver,
    device: { host, port: Number(port) },
    options: (at) => ({
      transport: transports[carrier](at),
      facts: [
        {
          each: 'tags',
          tag: 'id',
          x: 'pos.x',
          y: 'pos.y',
          z: 'pos.z',
          scale: 0.001,
          floor: 'level',
          time: 'ts',
          battery: 'bat',
          asleep: 'rest',
        },
        { each: 'alarms', tag: 'id', sos: "alarm == 'sos'" },
      ],
      messageId: 'message_id',
      interval: '200ms',
      expect: '300ms',
      quiet: '30s',
    }),
    points,
    facts: ['tag-fix', 'tag-state'],
    unknownAddress: 'weather.humidity',
    silenceWithinMs: 4_000,
    close: () => hub.stop(),
  };
}
