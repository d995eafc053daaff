import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { AlarmDefinition } from '#agent/model/alarm.ts';
import { loadSite } from '#config/load-site.ts';
import { drivers } from '#drivers/registry.ts';
import { loadNamedScenario, scenarioNames } from '#simulators/scenario/load-scenario.ts';
import { tagOf } from '#simulators/plant/tags.ts';
import { ScenarioRun } from '#simulators/scenario/scenario-run.ts';
import type { Expectation } from '#simulators/scenario/scenario.ts';

const demoSite = fileURLToPath(new URL('../../../config/sites/demo/site.yaml', import.meta.url));
const loaded = loadSite(demoSite, { kinds: drivers, env: {} });
if (!loaded.ok) throw new Error(`the demo site has ${loaded.errorCount} errors`);
const alarms = new Map(loaded.config.alarms.map((alarm) => [String(alarm.id), alarm]));
const deviceOf: Readonly<Record<string, string>> = { dcs: 'opcua', 'tank-farm-plc': 'modbus' };

const alarmOf = ({ point, source, kind }: Expectation): AlarmDefinition => {
  const alarm = alarms.get(`${point ?? source}/${kind}`);
  if (!alarm) throw new Error(`the demo site has no alarm ${point ?? source}/${kind}`);
  return alarm;
};

/** Told by devices and not by tags of the plant: test/faults/device-scenarios.test.ts plays them through the agent. */
const onDevices = new Set([
  'lightning-during-loading',
  'bypass-too-long',
  'shut-down-valve-slow',
  'overcrowding',
  'hot-work-camera-blind',
  'intruder',
  'man-down',
  // Of another site: test/cli/demo.test.ts
  'filling-station',
]);

const isBeyond = ({ condition }: AlarmDefinition, value: number | boolean): boolean => {
  if (condition.kind === 'HH' || condition.kind === 'H') return Number(value) > condition.setpoint;
  if (condition.kind === 'LL' || condition.kind === 'L') return Number(value) < condition.setpoint;
  if (condition.kind === 'state') return condition.values.includes(value);
  throw new Error(`no check for ${condition.kind}`);
};

/** When each expected alarm's condition first holds, in ms, looking four times a second as the devices show it. */
const firstTimes = async (name: string): Promise<{ expects: readonly Expectation[]; times: number[] }> => {
  const written = await loadNamedScenario(name);
  const isOfPlant = ({ point }: Expectation): boolean => point === undefined || tagOf.has(point);
  const scenario = { ...written, expects: written.expects.filter(isOfPlant) };
  const run = new ScenarioRun(scenario, 1);
  const times = scenario.expects.map(() => Number.POSITIVE_INFINITY);
  for (let ms = 0; ms < 150_000; ms += 250) {
    const gone = new Set(run.advance(250).flatMap(({ kind, fault }) => (kind === 'fault' ? [fault.device] : [])));
    for (const [index, expected] of scenario.expects.entries()) {
      if (times[index] !== Number.POSITIVE_INFINITY) continue;
      const holds =
        expected.kind === 'communication'
          ? gone.has(deviceOf[expected.source ?? ''] as 'modbus')
          : isBeyond(alarmOf(expected), run.plant.show(expected.point ?? '').shown);
      if (holds) times[index] = ms + 250 + alarmOf(expected).onDelayMs;
    }
  }
  return { expects: scenario.expects, times };
};

describe('the scenarios that come with Firewatch', async () => {
  const names = await scenarioNames();

  it('are there', () => {
    expect(names).toEqual(
      expect.arrayContaining([
        'decomposition-runaway',
        'demo',
        'hydrogen-leak',
        'level-transmitter-freeze',
        'pump-trip',
        'steady',
      ]),
    );
  });

  it.each(names)('%s says what it is, under the name of its file', async (name) => {
    const scenario = await loadNamedScenario(name);
    expect(scenario.id).toBe(name);
    expect(scenario.title.zh).toMatch(/\p{Script=Han}/u);
    expect(scenario.about.length).toBeGreaterThan(20);
  });

  it.each(names.filter((name) => name !== 'steady' && !onDevices.has(name)))(
    '%s raises its alarms in its order and in time',
    async (name) => {
      const { expects, times } = await firstTimes(name);
      expect(expects.length).toBeGreaterThan(0);
      expect(expects.filter(({ within }, index) => (times[index] ?? Number.NaN) > within)).toEqual([]);
      expect(times).toEqual(times.toSorted((a, b) => a - b));
    },
  );

  it('demo keeps its alarms two and a half seconds apart, so that polling cannot swap them', async () => {
    const { times } = await firstTimes('demo');
    const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(2500);
    expect(times.at(-1)).toBeLessThan(45_000);
  });

  it('steady raises nothing in ten minutes', async () => {
    const run = new ScenarioRun(await loadNamedScenario('steady'), 1);
    const watched = [...alarms.values()].filter(
      ({ point, condition }) => tagOf.has(String(point)) && ['HH', 'H', 'L', 'LL', 'state'].includes(condition.kind),
    );
    expect(watched.length).toBeGreaterThan(40);
    const raised = new Set<string>();
    for (let second = 0; second < 600; second += 1) {
      run.advance(1000);
      for (const alarm of watched) {
        if (isBeyond(alarm, run.plant.show(String(alarm.point)).shown)) raised.add(`${alarm.id} at ${second} s`);
      }
    }
    expect([...raised]).toEqual([]);
  });

  it('level-transmitter-freeze leaves the frozen level calm', async () => {
    const run = new ScenarioRun(await loadNamedScenario('level-transmitter-freeze'), 1);
    run.advance(90_000);
    const level = run.plant.show('TK-2101.level');
    expect(Number(level.shown)).toBeLessThan(60);
    expect(Number(level.truth)).toBeGreaterThan(95);
  });
});
