import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { hasFlag } from '#agent/model/flags.ts';
import { GasSimulator, type GasSimulatorOptions } from '#simulators/gas/gas-simulator.ts';
import { ptyPair } from '../pty-pair.ts';
import { runSite, type SiteRun } from './site-run.ts';

async function simulate(options: GasSimulatorOptions): Promise<GasSimulator> {
  const simulator = new GasSimulator(options);
  await simulator.start();
  onTestFinished(() => simulator.stop());
  return simulator;
}

function run(transport: string, device: string, stateDir?: string): SiteRun {
  const site = runSite(
    `site: { id: demo }
sources:
  - { id: gas, kind: modbus, interval: 50ms, timeout: 2s, transport: ${transport} }
devices:
  - ${device}
`,
    stateDir,
  );
  onTestFinished(site.stop);
  return site;
}

const tcp = ({ endpoint }: GasSimulator): string => `{ kind: tcp, host: 127.0.0.1, port: ${endpoint.split(':')[1]} }`;

describe('a site with a profile reads a panel', () => {
  const device =
    '{ profile: draeger-regard-3900, source: gas, prefix: GD-, channels: 1-16, gas: { kind: combustible } }';

  it('over TCP: sixteen detectors, their values, states and alarms, marked as simulated', async () => {
    const panel = await simulate({ layout: 'thousandths-of-range', channels: 16 });
    panel.set(3, { gas: 40 });
    panel.fault({ kind: 'sensor-fault', channel: 5, code: 1 });
    const site = run(tcp(panel), device);
    const gas = await site.when('GD-3.gas', ({ value }) => value === 40);
    expect(gas.quality.level).toBe('good');
    expect(hasFlag(gas.flags, 'sim')).toBe(true);
    expect((await site.when('GD-3.state', () => true)).value).toBe('alarm1');
    expect((await site.when('GD-3.alarm1', () => true)).value).toBe(true);
    expect((await site.when('GD-5.gas', () => true)).quality).toEqual({ level: 'bad', reason: 'sensor-fault' });
    expect((await site.when('GD-16.state', () => true)).value).toBe('normal');
    expect(site.config.points).toHaveLength(16 * 8);
    panel.set(3, { gas: 60 });
    expect((await site.when('GD-3.alarm2', ({ value }) => value === true)).sourceTime).toBeGreaterThan(0);
    expect(panel.writesSeen).toBe(0);
  });

  it('over RTU over TCP', async () => {
    const panel = await simulate({
      layout: 'thousandths-of-range',
      channels: 16,
      unit: 4,
      wire: { kind: 'rtu-over-tcp' },
    });
    panel.set(16, { gas: 12.5 });
    const transport = `{ kind: rtu-over-tcp, host: 127.0.0.1, port: ${panel.endpoint.split(':')[1]}, baudRate: 115200 }`;
    const site = run(transport, device.replace('source: gas', 'source: gas, unit: 4'));
    expect((await site.when('GD-16.gas', ({ value }) => value === 12.5)).quality.level).toBe('good');
  });

  it('over a serial line', async () => {
    const line = await ptyPair();
    onTestFinished(line.stop);
    const panel = await simulate({
      layout: 'thousandths-of-range',
      channels: 16,
      wire: { kind: 'rtu', path: line.theirs },
    });
    panel.set(1, { gas: 30 });
    const site = run(`{ kind: rtu, path: "${line.ours}", baudRate: 115200 }`, device);
    expect((await site.when('GD-1.gas', ({ value }) => value === 30)).quality.level).toBe('good');
    panel.fault({ kind: 'bus-down' });
    const lost = await site.when('GD-1.gas', ({ quality }) => quality.level === 'bad');
    expect(lost.quality.reason).toBe('comm-lost');
    expect(site.last('GD-1.alarm1')).toMatchObject({ value: true, quality: { level: 'bad' } });
  });
});

describe('what can be wrong with a panel shows as what it is', () => {
  const xrl = '{ profile: honeywell-sensepoint-xrl, source: gas, prefix: GD, order: ABCD, gas: { kind: combustible } }';
  const gateway =
    '{ profile: draeger-regard-7000, source: gas, prefix: GD-, channels: 1-2, order: ABCD, gas: { kind: combustible }, settings: { value: "modicon:313101", state: "modicon:310001", type: "modicon:311601" } }';

  it('a reading frozen in inhibit is uncertain, while the alarm of the device is told', async () => {
    const transmitter = await simulate({ layout: 'code-and-mode-at-103' });
    transmitter.set(1, { gas: 60 });
    transmitter.fault({ kind: 'inhibit-frozen', channel: 1, shown: 12.5 });
    const site = run(tcp(transmitter), xrl);
    const gas = await site.when('GD.gas', ({ value }) => value === 12.5);
    expect(gas.quality).toEqual({ level: 'uncertain', reason: 'inhibited' });
    expect(hasFlag(gas.flags, 'inhibit')).toBe(true);
    expect(site.last('GD.alarm2')).toMatchObject({ value: true, quality: { level: 'good' } });
    expect(site.last('GD.state')?.value).toBe('inhibit');
  });

  it('an absent channel, and one whose data is no longer renewed', async () => {
    const panel = await simulate({ layout: 'aged-tables', channels: 2 });
    panel.set(2, { gas: 12.5 });
    const site = run(tcp(panel), gateway);
    await site.when('GD-2.gas', ({ value }) => value === 12.5);
    panel.fault({ kind: 'absent', channel: 1 });
    panel.fault({ kind: 'lost', channel: 2 });
    await site.when('GD-1.state', ({ value }) => value === 'not-present');
    expect((await site.when('GD-2.state', ({ value }) => value === 'stale')).quality.level).toBe('good');
    expect(site.last('GD-2.gas')).toMatchObject({ quality: { level: 'bad', reason: 'stale' } });
    panel.clearFaults();
    await site.when('GD-2.state', ({ value }) => value === 'normal');
  });

  it('a latched alarm is marked', async () => {
    const transmitter = await simulate({ layout: 'code-and-mode-at-3' });
    transmitter.fault({ kind: 'latch', channel: 1 });
    const site = run(tcp(transmitter), xrl.replace('-xrl', '-xcd'));
    const alarm = await site.when('GD.alarm1', ({ value }) => value === true);
    expect(hasFlag(alarm.flags, 'latched')).toBe(true);
    expect(site.last('GD.gas')).toMatchObject({ value: 0, quality: { level: 'good' } });
  });

  it('firmware with another scale: only the setting of the site makes the number right', async () => {
    const panel = await simulate({ layout: 'status-bit-tables', channels: 1 });
    panel.set(1, { gas: 12.5, range: 50 });
    panel.fault({ kind: 'wrong-scale' });
    const device = (unitsPerCount: number): string =>
      `{ profile: honeywell-touchpoint-pro-integer, source: gas, prefix: GD-, gas: { kind: toxic, unit: ppm, range: 50, oel: 10 }, settings: { unitsPerCount: ${unitsPerCount} } }`;
    const wrong = run(tcp(panel), device(0.1));
    expect((await wrong.when('GD-1.gas', ({ value }) => value !== null && value !== 0)).value).toBe(25);
    const right = run(tcp(panel), device(0.05));
    expect((await right.when('GD-1.gas', ({ value }) => value !== null && value !== 0)).value).toBe(12.5);
  });

  it('oxygen alarms when it falls: by the device, and by the limit of the site', async () => {
    const panel = await simulate({ layout: 'thousandths-of-range', channels: 1 });
    panel.set(1, { gas: 20.9, range: 25, unit: '%vol', isFalling: true, limits: [19.5, 18, 17] });
    const site = run(
      tcp(panel),
      '{ profile: draeger-regard-3900, source: gas, prefix: O2-, channels: 1, gas: { kind: oxygen } }',
    );
    await site.when('O2-1.gas', ({ value }) => value === 20.9);
    expect(site.last('O2-1.alarm1')?.value).toBe(false);
    panel.set(1, { gas: 19 });
    await site.when('O2-1.alarm1', ({ value }) => value === true);
    expect(site.last('O2-1.gas')).toMatchObject({ value: 19, quality: { level: 'good' } });
    const low = site.config.alarms.find(({ id }) => id === 'O2-1.gas/L');
    expect(low).toMatchObject({ condition: { kind: 'L', setpoint: 19.5 }, safetyRole: 'gas', onDelayMs: 0 });
  });

  it('the newer variant of a packed decimal is refused rather than misread', async () => {
    const monitor = await simulate({ layout: 'packed-decimal' });
    monitor.set(1, { gas: 20.9, range: 25 });
    const device =
      '{ profile: cn-oxygen-packed-decimal, source: gas, prefix: O2, gas: { kind: oxygen }, settings: { oxygen: "holding:1" } }';
    const site = run(tcp(monitor), device);
    await site.when('O2.gas', ({ value }) => value === 20.9);
    monitor.fault({ kind: 'wrong-scale' });
    expect((await site.when('O2.gas', ({ quality }) => quality.level === 'bad')).quality.reason).toBe('decode');
  });

  it('a catalytic sensor that went over range stays there, also over a lost connection', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'firewatch-latch-'));
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
    const panel = await simulate({ layout: 'thousandths-of-range', channels: 1 });
    const device =
      '{ profile: draeger-regard-3900, source: gas, prefix: GD-, channels: 1, sensor: catalytic, gas: { kind: combustible } }';
    const before = run(tcp(panel), device, directory);
    panel.fault({ kind: 'over-range', channel: 1 });
    await before.when('GD-1.gas', ({ value }) => value === 110);
    before.stop();
    panel.clearFaults();
    panel.set(1, { gas: 8 });
    const after = run(tcp(panel), device, directory);
    const held = await after.when('GD-1.gas', ({ quality }) => quality.level !== 'bad');
    expect(held).toMatchObject({ value: 110, quality: { level: 'uncertain', reason: 'over-range' } });
    panel.set(1, { mode: 'calibration' });
    await after.when('GD-1.state', ({ value }) => value === 'calibration');
    panel.set(1, { mode: 'normal' });
    expect((await after.when('GD-1.gas', ({ quality }) => quality.level === 'good')).value).toBe(8);
  });
});
