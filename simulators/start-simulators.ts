import { SIMULATOR_VENDOR } from '#agent/model/simulation.ts';
import { systemClock, type Clock } from '#agent/model/clock.ts';
import { startControl, type Control } from './control/control-server.ts';
import { Devices } from './devices.ts';
import type { AnyFault } from './device/simulated-device.ts';
import type { HandleName } from './plant/handles.ts';
import type { Shown } from './plant/running-plant.ts';
import { plantTags } from './plant/tags.ts';
import { loadNamedScenario } from './scenario/load-scenario.ts';
import { ScenarioRun } from './scenario/scenario-run.ts';
import type { DeviceFault, DeviceName } from './device/fault-menus.ts';
import type { Expectation, Scenario } from './scenario/scenario.ts';

export interface SimulatorsOptions {
  /** Which devices to run; default: all. */
  readonly devices?: readonly DeviceName[];
  /** Ports on loopback; 0 or absent: any free one. */
  readonly ports?: Readonly<Partial<Record<DeviceName, number>>>;
  /** HTTP control; absent: none. */
  readonly controlPort?: number;
  /** A scenario, or the name of one that comes with Firewatch. Default `steady`. */
  readonly scenario?: Scenario | string;
  /** Of all noise. The same seed gives the same run. Default 1. */
  readonly seed?: number;
  readonly clock?: Clock;
  /** Scenario seconds in one second of the clock; default 1. At 0 the plant stands still and is shown all the same. */
  readonly speed?: number;
  /** How often the devices show new values. Milliseconds, default 250. */
  readonly sampleMs?: number;
  /** Further OPC UA tags `LOAD-00001` … with a new value each second, for load. */
  readonly loadPoints?: number;
}

/** What a tag is and what its transmitter makes of it. */
interface TruthRow {
  readonly point: string;
  readonly tag: string;
  readonly unit: string;
  readonly truth: number | boolean;
  readonly shown: number | boolean;
}

export interface Truth {
  /** UTC ms of the sample; OPC UA source timestamps carry it. */
  readonly time: number;
  readonly plantSeconds: number;
  readonly tags: readonly TruthRow[];
}

export interface SimulatorsStatus {
  readonly simulator: string;
  readonly scenario: string;
  readonly scenarioSeconds: number;
  readonly endpoints: Endpoints;
  readonly faults: readonly { readonly device: DeviceName; readonly fault: AnyFault }[];
  /** Wire watch of the PLC. */
  readonly modbus?: { readonly requestsSeen: number; readonly writesSeen: number };
  /** Writes that any device has seen; a reader sends none. */
  readonly writesSeen: number;
  /** A fault of the scenario that a device could not take, with its reason. */
  readonly errors: readonly string[];
}

/** `opc.tcp://127.0.0.1:…` of the DCS, `http://127.0.0.1:…` of the control, `127.0.0.1:…` of all others. */
export type Endpoints = Readonly<Partial<Record<DeviceName | 'control', string>>>;

export interface Simulators {
  readonly endpoints: Endpoints;
  /** Alarms that the scenario must raise first, in this order. */
  readonly expects: readonly Expectation[];
  readonly truth: () => Truth;
  /** Every sample that the devices have shown after `time` (UTC ms), of the last 20 s at most; the oldest first. */
  readonly truthAfter: (time: number) => readonly Truth[];
  readonly status: () => SimulatorsStatus;
  readonly fault: (fault: DeviceFault) => Promise<void>;
  /** Takes faults away: all, those of a device, or one kind of them. */
  readonly clearFaults: (device?: DeviceName, kind?: string) => Promise<void>;
  /** Moves handles of the plant, beside the scenario. */
  readonly set: (settings: Partial<Record<HandleName, number>>) => void;
  /** Starts the plant over from rest with this scenario, without faults. */
  readonly play: (scenario: Scenario | string) => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Whoever keeps the truth may be busy for some seconds and still miss no sample. */
const KEPT_SAMPLES = 80;

/** After a pause (a suspended machine) the plant catches up at most this much and lives on from there. */
const CATCH_UP_MS = 10_000;

/** Starts the plant and the devices that show it. Resolves when all of them answer. */
export const startSimulators = async (options: SimulatorsOptions = {}): Promise<Simulators> => {
  const clock = options.clock ?? systemClock;
  const seed = options.seed ?? 1;
  const devices = new Devices(options);
  let run = new ScenarioRun(await resolve(options.scenario ?? 'steady'), seed);
  let sampledAt = clock.now();
  let control: Control | undefined;

  let last = clock.monotonic();
  const kept: Sampled[] = [];
  const show = (): void => {
    const sampled = { time: sampledAt, plantSeconds: run.plant.seconds, all: run.plant.showAll() };
    kept.push(sampled);
    if (kept.length > KEPT_SAMPLES) kept.shift();
    devices.show({ time: sampledAt, all: sampled.all, plant: run.plant });
  };
  const tick = (): void => {
    const now = clock.monotonic();
    const elapsed = Math.min((now - last) * (options.speed ?? 1), CATCH_UP_MS);
    last = now;
    devices.apply(run.advance(elapsed));
    sampledAt = clock.now();
    show();
  };

  const simulators: Simulators = {
    get endpoints() {
      return { ...devices.endpoints, ...(control && { control: control.url }) };
    },
    get expects() {
      return run.scenario.expects;
    },
    truth: () => truthOf({ time: sampledAt, plantSeconds: run.plant.seconds, all: run.plant.showAll() }),
    truthAfter: (after) => kept.filter(({ time }) => time > after).map((sampled) => truthOf(sampled)),
    status: () => ({
      simulator: SIMULATOR_VENDOR,
      scenario: run.scenario.id,
      scenarioSeconds: run.elapsedMs / 1000,
      endpoints: simulators.endpoints,
      ...devices.status(),
    }),
    fault: (fault) => devices.fault(fault),
    clearFaults: (device, kind) => devices.clear(device, kind),
    set: (settings) => {
      for (const [name, value] of Object.entries(settings)) run.plant.set(name as HandleName, value);
    },
    play: async (scenario) => {
      const next = await resolve(scenario);
      await devices.clear();
      run = new ScenarioRun(next, seed);
      last = clock.monotonic();
    },
    stop: async () => {
      clearInterval(timer);
      await Promise.all([control?.stop(), devices.stop()]);
    },
  };

  show();
  try {
    await devices.start();
    if (options.controlPort !== undefined) control = await startControl(simulators, options.controlPort);
  } catch (cause) {
    await devices.stop();
    throw cause;
  }
  // The scenario's first second is the first one in which a client can connect.
  last = clock.monotonic();
  const timer = setInterval(tick, options.sampleMs ?? 250);
  return simulators;
};

const resolve = async (scenario: Scenario | string): Promise<Scenario> =>
  typeof scenario === 'string' ? loadNamedScenario(scenario) : scenario;

/** What the devices were made to show at one moment. */
interface Sampled {
  readonly time: number;
  readonly plantSeconds: number;
  /** In the order of `plantTags`. */
  readonly all: readonly Shown[];
}

const truthOf = ({ time, plantSeconds, all }: Sampled): Truth => ({
  time,
  plantSeconds,
  tags: plantTags.flatMap(({ tag, unit }, index) => {
    const seen = all[index];
    return seen ? [{ point: seen.point, tag, unit, truth: seen.truth, shown: seen.shown }] : [];
  }),
});
