import { modbusFaultSchema } from './modbus/fault.ts';
import { ModbusSimulator } from './modbus/modbus-simulator.ts';
import { opcuaFaultSchema } from './opcua/fault.ts';
import { OpcuaSimulator } from './opcua/opcua-simulator.ts';
import type { Shown } from './plant/running-plant.ts';
import type { DeviceChange } from './scenario/scenario-run.ts';
import type { DeviceFault, DeviceName } from './scenario/scenario.ts';
import type { SimulatorsOptions, SimulatorsStatus } from './start-simulators.ts';

const allDevices: readonly DeviceName[] = ['opcua', 'modbus'];
const ERRORS_KEPT = 20;

const opcuaKinds = opcuaFaultSchema.options.map((option) => option.shape.kind.value);
const modbusKinds = modbusFaultSchema.options.map((option) => option.shape.kind.value);

/** The simulated devices that run, and what is wrong with them. */
export class Devices {
  readonly #opcua: OpcuaSimulator | undefined;
  readonly #modbus: ModbusSimulator | undefined;
  readonly #errors: string[] = [];
  /** Faults of the scenario, one after another: a restart takes its time. */
  #turn: Promise<void> = Promise.resolve();

  constructor(options: SimulatorsOptions) {
    const wanted = options.devices ?? allDevices;
    if (wanted.includes('opcua')) {
      this.#opcua = new OpcuaSimulator({ port: options.opcuaPort ?? 0, loadPoints: options.loadPoints ?? 0 });
    }
    if (wanted.includes('modbus')) this.#modbus = new ModbusSimulator({ port: options.modbusPort ?? 0 });
  }

  get endpoints(): { readonly opcua?: string; readonly modbus?: string } {
    return {
      ...(this.#opcua && { opcua: this.#opcua.endpoint }),
      ...(this.#modbus && { modbus: this.#modbus.endpoint }),
    };
  }

  async start(): Promise<void> {
    await Promise.all([this.#opcua?.start(), this.#modbus?.start()]);
  }

  async stop(): Promise<void> {
    await this.#turn;
    await Promise.all([this.#opcua?.stop(), this.#modbus?.stop()]);
  }

  show(all: readonly Shown[], time: number): void {
    this.#opcua?.show(all, time);
    for (const { point, shown, isSensorGood } of all) this.#modbus?.show(point, isSensorGood ? shown : undefined);
  }

  status(): Pick<SimulatorsStatus, 'faults' | 'modbus' | 'errors'> {
    return {
      faults: [
        ...(this.#opcua?.faults ?? []).map((fault) => ({ device: 'opcua', fault }) as const),
        ...(this.#modbus?.faults ?? []).map((fault) => ({ device: 'modbus', fault }) as const),
      ],
      ...(this.#modbus && {
        modbus: { requestsSeen: this.#modbus.requestsSeen, writesSeen: this.#modbus.writesSeen },
      }),
      errors: this.#errors,
    };
  }

  async fault({ device, fault }: DeviceFault): Promise<void> {
    if (device === 'opcua') await required(this.#opcua, device).fault(fault);
    else await required(this.#modbus, device).fault(fault);
  }

  async clear(device?: DeviceName, kind?: string): Promise<void> {
    const opcuaKind = opcuaKinds.find((known) => known === kind);
    const modbusKind = modbusKinds.find((known) => known === kind);
    if (kind !== undefined && !opcuaKind && !modbusKind)
      throw new Error(`clear fault ${kind}: no device has such a fault`);
    if (device !== 'modbus' && (kind === undefined || opcuaKind)) await this.#opcua?.clear(opcuaKind);
    if (device !== 'opcua' && (kind === undefined || modbusKind)) await this.#modbus?.clear(modbusKind);
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

const required = <Device>(device: Device | undefined, name: DeviceName): Device => {
  if (!device) throw new Error(`fault of ${name}: this simulator is not running`);
  return device;
};
