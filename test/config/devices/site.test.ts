import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { AlarmDefinition } from '#agent/model/alarm.ts';
import { loadSite } from '#config/load-site.ts';
import type { LoadedSite } from '#config/load-site.ts';
import { drivers } from '#drivers/registry.ts';
import { configOf, loadText, siteFolder } from '../site-folder.ts';

const head = `site: { id: demo }
sources:
  - { id: gas, kind: modbus, transport: { kind: tcp, host: 127.0.0.1, port: 502 } }
`;
const site = (device: string): string => `${head}devices:\n${device}`;
const load = (device: string): LoadedSite => loadText(site(device));

/** `line:column path: what` of each error. */
const faults = (loaded: LoadedSite): readonly string[] =>
  loaded.ok ? [] : loaded.errors.map(({ line, column, path, what }) => `${line}:${column} ${path}: ${what}`);

const limitsOf = (loaded: LoadedSite, point: string) =>
  Object.fromEntries(
    configOf(loaded)
      .alarms.filter((alarm) => alarm.point === point)
      .map(({ condition }) => [condition.kind, 'setpoint' in condition ? condition.setpoint : condition.kind]),
  );

const panel = `  - profile: draeger-regard-3900
    source: gas
    prefix: GD-1-
`;

describe('devices of a site', () => {
  it('makes sixteen detectors out of one entry, with all that the profile decodes', () => {
    const { points, sources } = configOf(load(`${panel}    channels: 1-16\n    gas: { kind: combustible }\n`));
    expect(points).toHaveLength(16 * 8);
    expect(points[0]).toMatchObject({
      id: 'GD-1-1.gas',
      source: 'gas',
      kind: 'gas-combustible',
      unit: '%LEL',
      range: { low: 0, high: 100 },
      safetyRole: 'gas',
    });
    expect(points.slice(0, 8).map(({ id }) => id)).toEqual(
      ['gas', 'state', 'alarm1', 'alarm2', 'alarm3', 'calibration', 'fault1', 'fault2'].map(
        (output) => `GD-1-1.${output}`,
      ),
    );
    expect(sources[0]?.addresses.size).toBe(points.length);
  });

  it('loads the example of its README', () => {
    const readme = readFileSync(join(import.meta.dirname, '../../../config/devices/README.md'), 'utf8');
    const example = /```yaml\n([\s\S]+?)```/.exec(readme)?.[1] ?? '';
    const { points } = configOf(loadText(`site: { id: demo }\n${example}`));
    expect(points.find(({ id }) => id === 'GD-1-7.gas')).toMatchObject({ name: '硫化氢', zone: 'compressor-house' });
  });

  it('alarms as GB/T 50493-2019 asks, each gas by its own limits', () => {
    const loaded = load(`${panel}    channels: 1-5
    gas: { kind: combustible }
    channel:
      2: { gas: { kind: toxic, unit: ppm, range: 50, oel: 6.6 } }
      3: { gas: { kind: oxygen } }
      4: { gas: { kind: open-path } }
      5: { gas: { kind: toxic, unit: mg/m³, range: 10, oel: 8, idlh: 60 } }
`);
    expect(limitsOf(loaded, 'GD-1-1.gas')).toEqual({ H: 25, HH: 50 });
    expect(limitsOf(loaded, 'GD-1-2.gas')).toEqual({ H: 6.6, HH: 13.2 });
    expect(limitsOf(loaded, 'GD-1-3.gas')).toEqual({ H: 23.5, L: 19.5 });
    expect(limitsOf(loaded, 'GD-1-4.gas')).toEqual({ H: 1, HH: 2 });
    expect(limitsOf(loaded, 'GD-1-5.gas')).toEqual({ H: 3, HH: 6 });
    const { alarms } = configOf(loaded);
    const priority = (id: string) => alarms.find((alarm) => alarm.id === id)?.priority;
    expect([priority('GD-1-1.gas/HH'), priority('GD-1-2.gas/HH'), priority('GD-1-1.gas/H')]).toEqual([
      'high',
      'critical',
      'medium',
    ]);
    const ofGas = alarms.filter(({ point }) => point?.endsWith('.gas'));
    expect(ofGas.every(({ safetyRole, onDelayMs }) => safetyRole === 'gas' && onDelayMs === 0)).toBe(true);
  });

  it('tells the own alarms of the device as statutory, and a long inhibit as a report that may wait', () => {
    const { alarms } = configOf(
      load(
        `  - { profile: cn-controller-ax100, source: gas, prefix: GD-, channels: 1, gas: { kind: combustible }, inhibitReport: 4h }\n`,
      ),
    );
    const of = (id: string): AlarmDefinition | undefined => alarms.find((alarm) => alarm.id === id);
    expect(of('GD-1.alarm2/state')).toMatchObject({ safetyRole: 'gas', priority: 'high', onDelayMs: 0 });
    expect(of('GD-1.inhibit/state')).toMatchObject({ safetyRole: 'none', priority: 'low', onDelayMs: 4 * 3_600_000 });
    expect(of('GD-1.state/state')?.condition).toMatchObject({
      values: ['fault', 'comm-fault', 'stale', 'not-present'],
    });
  });

  it('lets a site alarm earlier than the standard, and never later', () => {
    const own = (limits: string) =>
      load(`${panel}    channels: 1-2
    gas: { kind: combustible }
    channel:
      2: { alarms: ${limits} }
`);
    expect(limitsOf(own('{ H: { setpoint: 10, latch: true } }'), 'GD-1-2.gas')).toEqual({ H: 10, HH: 50 });
    expect(faults(own('{ H: 30, HH: 60 }'))).toEqual([
      '11:25 devices[0].channel.2.alarms.H: H 30 %LEL is above 25 %LEL',
      '11:33 devices[0].channel.2.alarms.HH: HH 60 %LEL is above 50 %LEL',
    ]);
    expect(faults(own('{ H: { setpoint: 10, onDelay: 5s } }'))).toEqual([
      expect.stringContaining('devices[0].channel.2.alarms.H.onDelay: an on-delay on a point with safety role "gas"'),
    ]);
  });

  it('does not put the limits of one gas on another', () => {
    const loaded = load(`${panel}    channels: 1-2
    gas: { kind: combustible }
    alarms: { H: 20, HH: 40 }
    channel:
      2: { gas: { kind: oxygen } }
`);
    expect(limitsOf(loaded, 'GD-1-1.gas')).toEqual({ H: 20, HH: 40 });
    expect(limitsOf(loaded, 'GD-1-2.gas')).toEqual({ H: 23.5, L: 19.5 });
  });

  it.each([
    [
      'a profile that there is not',
      '  - { profile: draeger-regard-390, source: gas, prefix: G- }\n',
      'there is no device profile "draeger-regard-390"',
    ],
    ['a channel that the device has not', `${panel}    channels: 1-17\n    gas: { kind: combustible }\n`, 'channel 17'],
    ['a gas that is not told', `${panel}    channels: 1\n`, 'the gas of channel 1 is not given'],
    ['a toxic gas without its limit', `${panel}    gas: { kind: toxic, unit: ppm }\n`, 'a toxic gas without its OEL'],
    ['an unknown key', `${panel}    chanels: 1\n`, 'unknown key "chanels"'],
    [
      'a list of channels that is none',
      `${panel}    channels: 5-1\n    gas: { kind: oxygen }\n`,
      '"5-1" is no list of channels',
    ],
    [
      'settings of a channel that is not used',
      `${panel}    gas: { kind: oxygen }\n    channel: { 4: { name: x } }\n`,
      'settings for channel 4',
    ],
    [
      'a source of another kind',
      '  - { profile: draeger-regard-3900, source: dcs, prefix: G-, gas: { kind: oxygen } }\n',
      'the source is of kind opcua',
    ],
    [
      'a source that there is not',
      '  - { profile: draeger-regard-3900, source: gsa, prefix: G-, gas: { kind: oxygen } }\n',
      'there is no source "gsa"',
    ],
    [
      'a setting that only the site knows',
      '  - { profile: msa-ultima-x, source: gas, order: ABCD, prefix: G-, gas: { kind: oxygen } }\n',
      'setting "status" is missing for channel 1',
    ],
    ['an unknown setting', `${panel}    gas: { kind: oxygen }\n    settings: { base: 1 }\n`, 'unknown setting "base"'],
    [
      'a byte order that nobody told',
      '  - { profile: honeywell-sensepoint-xrl, source: gas, prefix: G, gas: { kind: combustible } }\n',
      'float32 level without a byte order',
    ],
    [
      'a base that is no address',
      '  - { profile: msa-ultima-x, source: gas, order: ABCD, prefix: G-, gas: { kind: oxygen }, settings: { status: 40201 } }\n',
      'setting status is 40201',
    ],
    [
      'a range that the value needs',
      '  - { profile: vibration-rack-typical, source: gas, prefix: V-, settings: { value: "holding:0", status: "holding:9" } }\n',
      'the range of vibration of channel 1 is not given',
    ],
    [
      'a gas that the device does not measure',
      '  - { profile: field-mill-typical, source: gas, prefix: F, gas: { kind: oxygen }, settings: { first: "holding:0" } }\n',
      'a gas for a device that measures none',
    ],
    [
      'a reading that there is not',
      '  - { profile: field-mill-typical, source: gas, prefix: F, readings: { feild: {} }, settings: { first: "holding:0" } }\n',
      'there is no reading "feild"',
    ],
    [
      'limits of the gas that go round the standard',
      `${panel}    gas: { kind: combustible }\n    readings: { gas: { alarms: { H: 80 } } }\n`,
      '"gas" is the gas',
    ],
    [
      'a range too short for its second limit',
      `${panel}    gas: { kind: toxic, unit: ppm, range: 10, oel: 6.6 }\n`,
      'outside the range',
    ],
  ])('tells %s at its place', (_, device, what) => {
    const source = '  - { id: dcs, kind: opcua, endpoint: "opc.tcp://127.0.0.1:4840" }\n';
    const told = faults(loadText(`${head}${source}devices:\n${device}`));
    expect(told.join('\n')).toContain(what);
    expect(told.join('\n')).toMatch(/devices\[0\]/);
  });

  it('takes a profile of the site, and tells its faults in its own file', () => {
    const own = `id: own
vendor: Somebody
model: panel
class: gas-controller
protocol: modbus
source: its papers
confidence: vendor-manual
line: { transports: [rtu] }
channels: { last: 2 }
registers:
  level: { at: "holding:0", stride: 1 }
readings:
  gas: { from: level }
golden:
  - { about: x, given: { "holding:0": [1] }, expect: { gas: 1, state: normal } }
`;
    const text = site(
      '  - { profile: ./own.yaml, source: gas, prefix: P-, channels: 1-2, gas: { kind: combustible } }\n',
    );
    const root = siteFolder({ 'site.yaml': text, 'own.yaml': own });
    const path = join(root, 'site.yaml');
    const loaded = loadSite(path, { kinds: drivers, env: {} });
    expect(configOf(loaded).points).toHaveLength(4);
    expect(configOf(loaded).files).toContain(join(root, 'own.yaml'));
    writeFileSync(join(root, 'own.yaml'), own.replace('from: level', 'from: levle'));
    const broken = loadSite(path, { kinds: drivers, env: {} });
    expect(broken.ok ? [] : broken.errors).toMatchObject([
      { file: './own.yaml', line: 13, path: 'readings.gas.from', what: 'there is no register "levle"' },
    ]);
  });
});
