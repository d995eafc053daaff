import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { AlarmTransition } from '#agent/model/alarm.ts';
import { hasFlag } from '#agent/model/flags.ts';
import { systemClock } from '#agent/model/clock.ts';
import { startSite } from '#agent/site.ts';
import { copyDemoSite } from '#agent/cli/demo/site-copy.ts';
import { loadSite } from '#config/load-site.ts';
import { drivers } from '#drivers/registry.ts';
import { deviceNames } from '#simulators/device/fault-menus.ts';
import { startSimulators } from '#simulators/start-simulators.ts';

/** The demo site's agent on the simulated devices, all but the DCS, and every alarm that it has raised. */
async function watchSite(scenario: string) {
  const simulators = await startSimulators({
    devices: deviceNames.filter((name) => name !== 'opcua'),
    scenario: 'steady',
  });
  const directory = mkdtempSync(join(tmpdir(), 'firewatch-scenario-'));
  const file = copyDemoSite(join(directory, 'site'), {
    endpoints: { ...simulators.endpoints, opcua: 'opc.tcp://127.0.0.1:1' },
    receiver: 'mqtt://127.0.0.1:1',
  });
  const loaded = loadSite(file, { kinds: drivers, env: {} });
  if (!loaded.ok) throw new Error(loaded.errors.map(({ what }) => what).join('\n'));
  const raised: AlarmTransition[] = [];
  const site = startSite({
    config: { ...loaded.config, receivers: [] },
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
  it.concurrent.each(['lightning-during-loading', 'shut-down-valve-slow', 'bypass-too-long', 'overcrowding'])(
    '%s raises its alarms in its order and writes nothing',
    async (scenario) => {
      const { simulators, raised } = await watchSite(scenario);
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
    90_000,
  );
});
