import ModbusSerial from 'modbus-serial';

/**
 * What a program needs that does nothing but take the values: modbus-serial, one connection a device, the largest reads.
 * `plain-modbus-client.ts PORTS REGISTERS WARM-UP-MS MEASURED-MS` prints its share of a core and its rate.
 */
const [ports = '', registers = '0', warmUpMs = '0', measuredMs = '0'] = process.argv.slice(2);
const LONGEST_READ = 125;
let values = 0;

async function poll(port: number): Promise<void> {
  const client = new ModbusSerial.default();
  await client.connectTCP('127.0.0.1', { port });
  client.setID(1);
  for (;;) {
    const due = performance.now() + 1000;
    for (let first = 0; first < Number(registers); first += LONGEST_READ) {
      const { data } = await client.readHoldingRegisters(first, Math.min(LONGEST_READ, Number(registers) - first));
      values += data.length;
    }
    await new Promise((resolve) => setTimeout(resolve, due - performance.now()));
  }
}

for (const port of ports.split(',')) void poll(Number(port));
await new Promise((resolve) => setTimeout(resolve, Number(warmUpMs)));
const before = { values, cpu: process.cpuUsage(), at: performance.now() };
await new Promise((resolve) => setTimeout(resolve, Number(measuredMs)));
const { user, system } = process.cpuUsage(before.cpu);
const seconds = (performance.now() - before.at) / 1000;
const valuesPerSecond = (values - before.values) / seconds;
process.stdout.write(`${JSON.stringify({ cpuPercent: (user + system) / 1e4 / seconds, valuesPerSecond })}\n`);
process.exit(0);
