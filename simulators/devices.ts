import { deviceNames, hasFaultKind, type DeviceFault, type DeviceName } from './device/fault-menus.ts';
import { Crowd } from './locating/crowd.ts';
import { usualFlaws } from './locating/flaws.ts';
import { plantReferences } from './locating/floor-plan.ts';
import { makeDevice } from './device/registry.ts';
import type { AnyFault, Scene, SimulatedDevice } from './device/simulated-device.ts';
import type { DeviceChange } from './scenario/scenario-run.ts';
import type { SimulatorsOptions, SimulatorsStatus } from './start-simulators.ts';

const ERRORS_KEPT = 20;
/** As many as the roster of the demo site names. */
const PEOPLE = 16;
/** A tag that is unheard at times would be an alarm each time; scenarios silence tags on purpose. */
const steadyFlaws = { ...usualFlaws, dropoutsPerHour: 0 };

/** The simulated devices that run, and what is wrong with them. */
export class Devices {
  readonly #running: readonly SimulatedDevice[];
  readonly #crowd = new Crowd({ people: PEOPLE, seed: 4, flaws: steadyFlaws, references: plantReferences });
  readonly #errors: string[] = [];
  /** Faults of the scenario, one after another: a restart takes its time. */
  #turn: Promise<void> = Promise.resolve();

  constructor(options: SimulatorsOptions) {
    const { devices = deviceNames, ports = {}, loadPoints = 0 } = options;
    this.#running = deviceNames
      .filter((name) => devices.includes(name))
      .map((name) => makeDevice[name]({ port: ports[name] ?? 0, loadPoints, crowd: this.#crowd }));
  }

  get endpoints(): Readonly<Partial<Record<DeviceName, string>>> {
    return Object.fromEntries(this.#running.map(({ name, endpoint }) => [name, endpoint]));
  }

  async start(): Promise<void> {
    // Settled all, so that who has not started yet when one fails can be stopped too.
    const started = await Promise.allSettled(this.#running.map((device) => device.start()));
    for (const one of started) if (one.status === 'rejected') throw one.reason;
  }

  async stop(): Promise<void> {
    await this.#turn;
    await Promise.all(this.#running.map((device) => device.stop()));
  }

  show(seen: Omit<Scene, 'people'>): void {
    const scene = { ...seen, people: this.#crowd.truth() };
    for (const device of this.#running) device.show(scene);
  }

  status(): Pick<SimulatorsStatus, 'faults' | 'modbus' | 'writesSeen' | 'errors'> {
    const plc = this.#running.find(({ name }) => name === 'modbus');
    return {
      faults: this.#running.flatMap(({ name, faults }) => faults.map((fault: AnyFault) => ({ device: name, fault }))),
      ...(plc && { modbus: { requestsSeen: plc.requestsSeen ?? 0, writesSeen: plc.writesSeen ?? 0 } }),
      writesSeen: this.#running.reduce((sum, { writesSeen = 0 }) => sum + writesSeen, 0),
      errors: this.#errors,
    };
  }

  async fault({ device, fault }: DeviceFault): Promise<void> {
    const found = this.#running.find(({ name }) => name === device);
    if (!found) throw new Error(`fault of ${device}: this simulator is not running`);
    await found.fault(fault);
  }

  async clear(device?: DeviceName, kind?: string): Promise<void> {
    if (kind !== undefined && !deviceNames.some((name) => hasFaultKind(name, kind)))
      throw new Error(`clear fault ${kind}: no device has such a fault`);
    for (const one of this.#running) {
      if (device !== undefined && one.name !== device) continue;
      if (kind === undefined || hasFaultKind(one.name, kind)) await one.clear(kind);
    }
  }

  /** What the scenario asks for, in its order and in the background; a failure is kept for `status`. */
  apply(changes: readonly DeviceChange[]): void {
    for (const { kind, fault } of changes) {
      this.#turn = this.#turn
        .then(() => (kind === 'fault' ? this.fault(fault) : this.clear(fault.device, fault.fault.kind)))
        .catch((error: unknown) => {
          this.#errors.push(error instanceof Error ? error.message : String(error));
          this.#errors.splice(0, this.#errors.length - ERRORS_KEPT);
        });
    }
  }
}
