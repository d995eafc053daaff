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

function run(transport: string, device: string): SiteRun {
  const site = runSite(`site: { id: demo }
sources:
  - { id: gas, kind: modbus, interval: 50ms, timeout: 2s, transport: ${transport} }
devices:
  - ${device}
`);
  onTestFinished(site.stop);
  return site;
}

const tcp = ({ endpoint }: GasSimulator): string => `{ kind: tcp, host: 127.0.0.1, port: ${endpoint.split(':')[1]} }`;

describe('a site with a profile reads a panel', () => {
  const device =
    '{ profile: draeger-regard-3900, source: gas, prefix: GD-, channels: 1-16, gas: { kind: combustible } }';

  it('over TCP: sixteen detectors, their values, states and alarms, marked as simulated', async () => {
    const panel = await simulate({ make: 'draeger-regard-3900', channels: 16 });
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
    expect(site.config.points).toHaveLength(16 * 7);
    panel.set(3, { gas: 60 });
    expect((await site.when('GD-3.alarm2', ({ value }) => value === true)).sourceTime).toBeGreaterThan(0);
    expect(panel.writesSeen).toBe(0);
  });

  it('over RTU over TCP', async () => {
    const panel = await simulate({
      make: 'draeger-regard-3900',
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
      make: 'draeger-regard-3900',
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
