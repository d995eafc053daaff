import { listenLoadDevice } from './load-device.ts';
import { REGISTERS } from './load-word.ts';

/**
 * A Modbus TCP device for a flood of alarms, as a process of its own: `rising-registers.ts SPAN-MS`. Its 10,000 holding
 * registers are 0 until it gets SIGUSR2; then they rise to 900 one after another within the span, and stay. Prints one line
 * of JSON with its port, and one with the time at which they began to rise.
 */
const spanMs = Number(process.argv[2]);
const LOW = 0;
const HIGH = 900;

let began = Number.POSITIVE_INFINITY;
process.once('SIGUSR2', () => {
  began = Date.now();
  process.stdout.write(`${JSON.stringify({ began })}\n`);
});
const port = await listenLoadDevice(() => {
  const risen = ((Date.now() - began) / spanMs) * REGISTERS;
  return (register) => (register < risen ? HIGH : LOW);
});
process.stdout.write(`${JSON.stringify({ port })}\n`);
