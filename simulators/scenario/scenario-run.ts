import { RunningPlant, STEP_SECONDS } from '../plant/running-plant.ts';
import type { DeviceFault } from '../device/fault-menus.ts';
import type { Scenario } from './scenario.ts';
import { timelineOf, type Change, type TimedChange } from './timeline.ts';

/** What a device has to do because of the scenario. */
export interface DeviceChange {
  readonly kind: 'fault' | 'clear';
  readonly fault: DeviceFault;
}

/**
 * A scenario played on a plant of its own. Time comes in as elapsed milliseconds; the same seed and the same total of
 * time give the same plant, in whatever portions the time came.
 */
export class ScenarioRun {
  readonly scenario: Scenario;
  readonly plant: RunningPlant;
  readonly #timeline: readonly TimedChange[];
  #next = 0;
  #elapsedMs = 0;

  constructor(scenario: Scenario, seed: number) {
    this.scenario = scenario;
    this.plant = new RunningPlant(seed);
    this.#timeline = timelineOf(scenario);
  }

  /** Milliseconds of the scenario so far. */
  get elapsedMs(): number {
    return this.#elapsedMs;
  }

  /** Lets time pass; returns what devices must do, in order. */
  advance(ms: number): DeviceChange[] {
    this.#elapsedMs += ms;
    const forDevices: DeviceChange[] = [];
    const stepMs = (STEP_SECONDS * 1000) / this.scenario.pace;
    // The step that starts at a change's time is the first one that feels it.
    while (this.plant.seconds * 1000 + STEP_SECONDS * 1000 <= this.#elapsedMs * this.scenario.pace + 1e-6) {
      this.#applyUntil((this.plant.seconds / STEP_SECONDS) * stepMs, forDevices);
      this.plant.advance();
    }
    this.#applyUntil(this.#elapsedMs, forDevices);
    return forDevices;
  }

  #applyUntil(atMs: number, forDevices: DeviceChange[]): void {
    for (let due = this.#timeline[this.#next]; due && due.atMs <= atMs + 1e-6; due = this.#timeline[this.#next]) {
      this.#next += 1;
      const forDevice = this.#apply(due.change);
      if (forDevice) forDevices.push(forDevice);
    }
  }

  #apply(change: Change): DeviceChange | undefined {
    if (change.kind === 'set') this.plant.set(change.handle, change.value);
    else if (change.kind === 'transmitter') this.plant[change.does](change.point);
    else return { kind: change.kind, fault: change.fault };
    return undefined;
  }
}
