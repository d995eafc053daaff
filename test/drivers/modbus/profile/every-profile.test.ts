import { describe, expect, it, onTestFinished } from 'vitest';
import { shippedProfiles } from '#config/load-profile.ts';
import { GasSimulator } from '#simulators/gas/gas-simulator.ts';
import { encoders, type Layout } from '#simulators/gas/layouts.ts';
import { runSite } from './site-run.ts';

interface Case {
  /** The layout of the simulated device. */
  readonly layout: Layout;
  /** Keys of the device beside profile, source and prefix. */
  readonly device: string;
  /** What the simulated channel measures, and its range. */
  readonly shows: number;
  readonly range?: number;
  readonly channels?: number;
  readonly reading?: string;
  /** What a sensor fault of the device makes; absent where the device has no way to tell one. */
  readonly faulty?: 'bad' | 'state';
}

const combustible = 'gas: { kind: combustible }';
const perHundred = 'settings: { current: "input:0", countsAt4mA: 400, countsAt20mA: 2000 }';
const relays = 'alarm1Relay: 0, alarm1Resting: 4, alarm2Relay: 1, alarm2Resting: 5, faultRelay: 2, faultResting: 6';

const cases: Readonly<Record<string, Case>> = {
  'cn-controller-ax100': {
    layout: 'probes-in-turn',
    device: `channels: 1-8, ${combustible}`,
    shows: 25.3,
    channels: 8,
    faulty: 'bad',
  },
  'cn-controller-ax100-system': {
    layout: 'probes-in-turn',
    device: '',
    shows: 0,
    reading: 'probes',
    channels: 1,
    faulty: 'state',
  },
  'cn-oxygen-packed-decimal': {
    layout: 'packed-decimal',
    device: 'gas: { kind: oxygen }, settings: { oxygen: "holding:1" }',
    shows: 20.9,
  },
  'cn-transmitter-unit-precision': {
    layout: 'unit-and-precision',
    device: `${combustible}, settings: { value: "holding:0", unit: "holding:1", precision: "holding:2" }`,
    shows: 12.5,
  },
  'crowcon-vortex': {
    layout: 'ten-register-blocks',
    device: `channels: 1-12, ${combustible}`,
    shows: 33.3,
    channels: 12,
  },
  'detcon-1000': {
    layout: 'resting-relays',
    device: `${combustible}, settings: { first: "modicon:40001", unitsPerCount: 0.1, ${relays} }`,
    shows: 20.7,
    faulty: 'bad',
  },
  'draeger-polytron-8000': { layout: 'float-alone', device: combustible, shows: 40 },
  'draeger-polytron-8000-loop': {
    layout: 'loop-with-maintenance',
    device: `${combustible}, ${perHundred}`,
    shows: 50,
    faulty: 'bad',
  },
  'draeger-regard-3900': {
    layout: 'thousandths-of-range',
    device: `channels: 1-16, ${combustible}`,
    shows: 12.5,
    channels: 16,
    faulty: 'bad',
  },
  'draeger-regard-7000': {
    layout: 'aged-tables',
    device: `channels: 1-40, ${combustible}, order: ABCD, settings: { value: "modicon:313101", state: "modicon:310001", type: "modicon:311601" }`,
    shows: 12.5,
    channels: 40,
  },
  'esd-valve-typical': {
    layout: 'valve-signals',
    device: 'channels: 1-4, settings: { first: "discrete:0" }',
    shows: 1,
    reading: 'open',
    channels: 4,
    faulty: 'state',
  },
  'field-mill-typical': {
    layout: 'field-mill',
    device: 'settings: { first: "holding:0" }',
    shows: -4.25,
    range: 50,
    reading: 'field',
    faulty: 'bad',
  },
  'filling-skid-typical': {
    layout: 'loading-arm',
    device: 'channels: 1-2, order: ABCD, settings: { first: "holding:0" }',
    shows: 40,
    reading: 'flow',
    channels: 2,
  },
  'general-monitors-s4000': {
    layout: 'current-and-mode',
    device: `${combustible}, settings: { countsAt4mA: 800, countsAt20mA: 4000 }`,
    shows: 50,
    faulty: 'bad',
  },
  'honeywell-sensepoint-xcd': {
    layout: 'code-and-mode-at-3',
    device: `${combustible}, order: ABCD`,
    shows: 12.5,
    faulty: 'bad',
  },
  'honeywell-sensepoint-xrl': {
    layout: 'code-and-mode-at-103',
    device: `${combustible}, order: ABCD`,
    shows: 12.5,
    faulty: 'bad',
  },
  'honeywell-touchpoint-pro': {
    layout: 'status-bit-tables',
    device: `channels: 1-64, ${combustible}, order: ABCD`,
    shows: 12.5,
    channels: 64,
    faulty: 'bad',
  },
  'honeywell-touchpoint-pro-integer': {
    layout: 'status-bit-tables',
    device: `channels: 1-64, ${combustible}, settings: { unitsPerCount: 0.1 }`,
    shows: 12.5,
    channels: 64,
    faulty: 'bad',
  },
  'loop-4-20ma-gas': {
    layout: 'plain-loop',
    device: `channels: 1-8, ${combustible}, ${perHundred}`,
    shows: 50,
    channels: 8,
    faulty: 'bad',
  },
  'msa-ultima-x': {
    layout: 'three-sensors',
    device: `channels: 1-3, ${combustible}, order: ABCD, settings: { status: "modicon:40201" }`,
    shows: 12.5,
    channels: 3,
    faulty: 'bad',
  },
  'vibration-rack-typical': {
    layout: 'rack',
    device:
      'channels: 1-8, readings: { vibration: { unit: µm, range: 100 } }, settings: { value: "modicon:40001", status: "modicon:40101", countsAtHigh: 32768 }',
    shows: 50,
    reading: 'vibration',
    channels: 8,
    faulty: 'bad',
  },
  'vibration-wireless-typical': {
    layout: 'wireless-sensors',
    device: 'channels: 1-4, settings: { first: "holding:0" }',
    shows: 2.81,
    reading: 'velocity',
    channels: 4,
    faulty: 'bad',
  },
};

describe('every profile reads a device that writes its map by itself', () => {
  it('has a simulated device for each', () => {
    expect(Object.keys(cases).toSorted()).toEqual(shippedProfiles());
    const used = new Set(Object.values(cases).map(({ layout }) => layout as string));
    expect(Object.keys(encoders).filter((layout) => !used.has(layout))).toEqual([]);
  });

  it.each(Object.entries(cases))('%s', async (profile, { layout, device, shows, channels = 1, ...rest }) => {
    const { reading = 'gas', range = 100, faulty } = rest;
    const simulator = new GasSimulator({ layout, channels });
    await simulator.start();
    onTestFinished(() => simulator.stop());
    for (let channel = 1; channel <= channels; channel += 1) simulator.set(channel, { gas: 0, range });
    simulator.set(channels, { gas: shows });
    const port = simulator.endpoint.split(':')[1];
    const keys = [`profile: ${profile}`, 'source: gas', 'prefix: X', ...(device === '' ? [] : [device])].join(', ');
    const site = runSite(`site: { id: demo }
sources:
  - { id: gas, kind: modbus, interval: 50ms, transport: { kind: tcp, host: 127.0.0.1, port: ${port} } }
devices:
  - { ${keys} }
`);
    onTestFinished(site.stop);
    const id =
      site.config.points.find((point) => point.id.endsWith(`.${reading}`) && idOf(point.id, channels))?.id ?? '';
    const wanted = reading === 'probes' ? channels : reading === 'open' ? true : shows;
    const sample = await site.when(id, ({ quality, value }) => quality.level === 'good' && isNear(value, wanted));
    expect(sample.flags & 1).toBe(1);
    const state = id.replace(/\.[^.]+$/, '.state');
    expect((await site.when(state, ({ value }) => value !== null)).value).not.toBe('fault');
    simulator.fault({ kind: 'sensor-fault', channel: channels, code: 3 });
    if (faulty) await site.when(state, ({ value }) => value === 'fault');
    if (faulty === 'bad') await site.when(id, ({ quality }) => quality.reason === 'sensor-fault');
    expect(simulator.writesSeen).toBe(0);
  });
});

/** The last channel's points: `X16.gas`, or `X.gas` where there is one channel. */
const idOf = (id: string, channels: number): boolean => id.startsWith(`X${channels}.`) || id.startsWith('X.');

const isNear = (value: unknown, wanted: number | boolean): boolean =>
  typeof value === 'number' && typeof wanted === 'number' ? Math.abs(value - wanted) < 0.01 : value === wanted;
