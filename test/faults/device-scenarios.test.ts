import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import type { TestContext } from 'vitest';
import type { AlarmTransition } from '#agent/model/alarm.ts';
import { hasFlag } from '#agent/model/flags.ts';
import { systemClock } from '#agent/model/clock.ts';
import { startSite } from '#agent/site.ts';
import { copyDemoSite } from '#agent/cli/demo/site-copy.ts';
import { loadSite } from '#config/load-site.ts';
import { drivers } from '#drivers/registry.ts';
import { deviceNames, type DeviceName } from '#simulators/device/fault-menus.ts';
import { startSimulators, type Endpoints } from '#simulators/start-simulators.ts';

/** The scenarios with the devices that tell of each: all of them at once are more than a busy machine can follow. */
const devicesOf: Readonly<Record<string, readonly DeviceName[]>> = {
  'lightning-during-loading': ['lightning', 'filling-skid', 'modbus'],
  'shut-down-valve-slow': ['sis', 'modbus'],
  'bypass-too-long': ['sis'],
  overcrowding: ['locating'],
  intruder: ['locating'],
  'man-down': ['locating', 'ai-box'],
  'hot-work-camera-blind': ['locating', 'camera-compressor', 'ai-box', 'permits', 'modbus'],
};
const nowhere: Endpoints = {
  ...Object.fromEntries(deviceNames.map((name) => [name, '127.0.0.1:1'])),
  opcua: 'opc.tcp://127.0.0.1:1',
};
const nameOf: Readonly<Record<string, DeviceName>> = { 'tank-farm-plc': 'modbus' };

/**
 * The demo site's agent on some of the simulated devices, and every alarm that it has raised. The test's own context: beside
 * others the global one may belong to a test that ends sooner, and takes this site with it.
 */
async function watchSite(scenario: string, { onTestFinished }: TestContext) {
  const devices = devicesOf[scenario] ?? [];
  const simulators = await startSimulators({ devices, scenario: 'steady' });
  const directory = mkdtempSync(join(tmpdir(), 'firewatch-scenario-'));
  const file = copyDemoSite(join(directory, 'site'), {
    endpoints: { ...nowhere, ...simulators.endpoints },
    receiver: 'mqtt://127.0.0.1:1',
  });
  const loaded = loadSite(file, { kinds: drivers, env: {} });
  if (!loaded.ok) throw new Error(loaded.errors.map(({ what }) => what).join('\n'));
  const raised: AlarmTransition[] = [];
  const site = startSite({
    config: {
      ...loaded.config,
      receivers: [],
      sources: loaded.config.sources.filter(({ id }) => devices.some((name) => name === (nameOf[id] ?? id))),
    },
    drivers,
    clock: systemClock,
    tell: (told) => {
      if (told.type === 'alarm' && told.record.body.event === 'raised') raised.push(told.record.body);
    },
  });
  onTestFinished(async () => {
    await site.stop(0);
    await simulators.stop();
    rmSync(directory, { recursive: true, force: true });
  });
  await simulators.play(scenario);
  return { simulators, raised };
}

describe('a scenario that devices tell of, seen by the agent', () => {
  it.concurrent.for(Object.keys(devicesOf))(
    '%s raises its alarms in its order and writes nothing',
    { timeout: 90_000 },
    async (scenario, context) => {
      const { simulators, raised } = await watchSite(scenario, context);
      const expected = simulators.expects.map(({ point, kind }) => `${point}/${kind}`);
      const within = Math.max(...simulators.expects.map((one) => one.within));
      const seen = (): readonly string[] =>
        raised.map(({ alarm }) => String(alarm)).filter((alarm) => expected.includes(alarm));
      await vi.waitFor(() => expect(new Set(seen())).toEqual(new Set(expected)), {
        timeout: within + 10_000,
        interval: 100,
      });
      expect([...new Set(seen())]).toEqual(expected);
      expect(raised.filter(({ flags, alarm }) => expected.includes(String(alarm)) && !hasFlag(flags, 'sim'))).toEqual(
        [],
      );
      expect(simulators.status()).toMatchObject({ writesSeen: 0, errors: [] });
    },
  );
});
