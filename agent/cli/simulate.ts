import { InvalidArgumentError, type Command } from 'commander';
import { deviceNames, type DeviceName } from '#simulators/device/fault-menus.ts';
import type { Endpoints } from '#simulators/start-simulators.ts';
import { stopSignal } from './stop-signal.ts';

interface Options {
  readonly scenario: string;
  readonly opcuaPort: number;
  readonly modbusPort: number;
  readonly port: number;
  readonly points: number;
  readonly seed: number;
  readonly speed: number;
  readonly json?: true;
  readonly list?: true;
}

/** `firewatch simulate`: the simulated plant alone, until Ctrl-C. */
export const command = (program: Command): void => {
  program
    .command('simulate')
    .argument('[name...]', `which devices to run: ${deviceNames.join(', ')}; default all`, collectDevice)
    .description('runs simulated devices that show one chemical plant; faults by HTTP control on loopback')
    .option('--scenario <name-or-file>', 'what happens in the plant', 'steady')
    .option('--opcua-port <port>', 'OPC UA server', port, 48_400)
    .option(
      '--modbus-port <port>',
      'Modbus TCP server; the other devices take the ports after it, or any with 0',
      port,
      15_020,
    )
    .option('--port <port>', 'HTTP control; 0 picks a free one, as for the others', port, 18_088)
    .option('--points <count>', 'further OPC UA tags, for load', whole, 0)
    .option('--seed <number>', 'of all noise; the same seed gives the same run', whole, 1)
    .option('--speed <factor>', 'seconds of the scenario in one second', positive, 1)
    .option('--list', 'prints the scenarios and the devices there are')
    .option('--json', 'prints one line of JSON with the endpoints when ready')
    .action(simulate);
};

const simulate = async (names: readonly DeviceName[], options: Options): Promise<void> => {
  const scenarios = await import('#simulators/scenario/load-scenario.ts');
  if (options.list) {
    for (const name of await scenarios.scenarioNames()) {
      const { title } = await scenarios.loadNamedScenario(name);
      console.log(`${name.padEnd(28)}${title.en} · ${title.zh}`);
    }
    console.log(`devices: ${deviceNames.join(', ')}`);
    return;
  }
  // Before anything is printed: who reads the endpoints may already send the signal.
  const stopped = stopSignal();
  const { startSimulators } = await import('#simulators/start-simulators.ts');
  const simulators = await (async () => {
    const isFile = /[/\\]|\.ya?ml$/.test(options.scenario);
    return startSimulators({
      ...(names.length > 0 && { devices: names }),
      scenario: isFile ? await scenarios.loadScenarioFile(options.scenario) : options.scenario,
      ports: portsOf(options),
      controlPort: options.port,
      seed: options.seed,
      speed: options.speed,
      loadPoints: options.points,
    });
  })().catch((error: unknown) => {
    console.error(`simulate: ${error instanceof Error ? error.message : String(error)}${remedy(error)}`);
    process.exitCode = 2;
  });
  if (!simulators) return;

  const { endpoints, expects } = simulators;
  if (options.json) console.log(JSON.stringify({ ready: true, pid: process.pid, endpoints, expects }));
  else printEndpoints(endpoints, simulators.status().scenario);

  await stopped;
  await simulators.stop();
};

/** The PLC's port and those after it in the order of the devices, so that each has the same one every day. */
const portsOf = ({ opcuaPort, modbusPort }: Options): Partial<Record<DeviceName, number>> => {
  const others = deviceNames.filter((name) => name !== 'opcua');
  const ports = others.map((name, index) => [name, modbusPort === 0 ? 0 : (modbusPort + index) % 65_536] as const);
  return { ...Object.fromEntries(ports), opcua: opcuaPort };
};

const remedy = (error: unknown): string =>
  error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
    ? '; stop what runs there, or choose ports with --opcua-port, --modbus-port and --port (0: any free one)'
    : '';

const printEndpoints = (endpoints: Endpoints, scenario: string): void => {
  console.log(`scenario  ${scenario}`);
  for (const [name, address] of Object.entries(endpoints)) console.log(`${name.padEnd(14)}${address}`);
  console.log('GET /truth, /status; POST /fault, /scenario, /set; DELETE /fault. Ctrl-C ends.');
};

const collectDevice = (name: string, chosen: readonly DeviceName[] | undefined): readonly DeviceName[] => {
  const device = deviceNames.find((known) => known === name);
  if (!device) throw new InvalidArgumentError(`There are ${deviceNames.join(', ')}.`);
  return [...(chosen ?? []), device];
};

const whole = (text: string): number => {
  if (!/^\d{1,7}$/.test(text)) throw new InvalidArgumentError('Expected a whole number.');
  return Number(text);
};

const port = (text: string): number => {
  const value = whole(text);
  if (value > 65_535) throw new InvalidArgumentError('Expected a port, 0 to 65535.');
  return value;
};

const positive = (text: string): number => {
  const value = Number(text);
  if (!(value > 0 && value <= 1000)) throw new InvalidArgumentError('Expected a number above 0, at most 1000.');
  return value;
};
