import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '#agent/model/clock.ts';
import { hasFlag } from '#agent/model/flags.ts';
import type { AlarmTransition } from '#agent/model/alarm.ts';
import { startSite } from '#agent/site.ts';
import { drivers } from '#drivers/registry.ts';
import { GasSimulator } from '#simulators/gas/gas-simulator.ts';
import { configOf, loadText } from '../../../config/site-folder.ts';

/** The agent itself on a site of one panel, and every alarm that it has committed. */
async function watchPanel(panel: GasSimulator) {
  await panel.start();
  const config = configOf(
    loadText(`site: { id: demo }
sources:
  - id: gas
    kind: modbus
    interval: 50ms
    transport: { kind: tcp, host: 127.0.0.1, port: ${panel.endpoint.split(':')[1]} }
devices:
  - { profile: cn-controller-ax100, source: gas, prefix: GD-, channels: 1-2, gas: { kind: combustible }, inhibitReport: 100ms }
`),
  );
  const raised: AlarmTransition[] = [];
  const waiting = new Set<() => void>();
  const site = startSite({
    config,
    drivers,
    clock: systemClock,
    tell: (told) => {
      if (told.type !== 'alarm') return;
      raised.push(told.record.body);
      for (const check of waiting) check();
    },
  });
  onTestFinished(async () => {
    await site.stop(0);
    await panel.stop();
  });
  const when = (alarm: string, event: AlarmTransition['event']): Promise<AlarmTransition> =>
    new Promise((resolve) => {
      const check = (): void => {
        const found = raised.find((one) => one.alarm === alarm && one.event === event);
        if (!found) return;
        waiting.delete(check);
        resolve(found);
      };
      waiting.add(check);
      check();
    });
  return { when, raised };
}

describe('the agent on a panel that a profile describes', () => {
  it("commits the standard's alarms and the panel's own, marked as simulated", async () => {
    const panel = new GasSimulator({ layout: 'probes-in-turn', channels: 2 });
    const { when } = await watchPanel(panel);
    panel.set(1, { gas: 60 });
    const alarms = await Promise.all(
      ['GD-1.gas/H', 'GD-1.gas/HH', 'GD-1.alarm1/state', 'GD-1.alarm2/state'].map((alarm) => when(alarm, 'raised')),
    );
    for (const alarm of alarms) expect(hasFlag(alarm.flags, 'sim')).toBe(true);
    expect(alarms[1]).toMatchObject({ value: 60, condition: { setpoint: 50 } });
  });

  it("tells only the panel's own alarm while the detector is inhibited, and the inhibit when it lasts", async () => {
    const panel = new GasSimulator({ layout: 'probes-in-turn', channels: 2 });
    panel.set(2, { mode: 'inhibit' });
    panel.set(2, { gas: 60, frozen: 60 });
    const { when, raised } = await watchPanel(panel);
    const own = await when('GD-2.alarm2/state', 'raised');
    expect(hasFlag(own.flags, 'inhibit')).toBe(true);
    await when('GD-2.inhibit/state', 'raised');
    expect(raised.filter(({ alarm }) => alarm.startsWith('GD-2.gas/'))).toEqual([]);
    panel.set(2, { mode: 'normal', gas: 60 });
    expect(await when('GD-2.gas/HH', 'raised')).toMatchObject({ value: 60 });
  });

  it('tells a detector that the panel has lost, and neither raises nor clears by it', async () => {
    const panel = new GasSimulator({ layout: 'probes-in-turn', channels: 2 });
    const { when, raised } = await watchPanel(panel);
    panel.set(1, { gas: 30 });
    await when('GD-1.gas/H', 'raised');
    panel.fault({ kind: 'lost', channel: 1 });
    panel.set(1, { gas: 0 });
    await when('GD-1.state/state', 'raised');
    expect(raised.filter(({ alarm, event }) => alarm === 'GD-1.gas/H' && event === 'cleared')).toEqual([]);
    panel.clearFaults();
    await when('GD-1.gas/H', 'cleared');
  });
});
