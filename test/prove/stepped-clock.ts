import { readFileSync } from 'node:fs';

/**
 * Loaded into the agent before anything else (`node --import`): its wall clock is wrong by what the file named in
 * FIREWATCH_PROVE_CLOCK says, read again ten times a second, as if somebody had set the clock of the machine. Monotonic time
 * goes on undisturbed, as it does then.
 */
const READ_EVERY_MS = 100;
const file = process.env['FIREWATCH_PROVE_CLOCK'] ?? '';
const trueNow = Date.now.bind(Date);
let offsetMs = 0;

function read(): void {
  try {
    offsetMs = Number(readFileSync(file, 'utf8')) || 0;
  } catch {
    // Being written.
  }
}
read();
setInterval(read, READ_EVERY_MS).unref();

const now = (): number => trueNow() + offsetMs;
Date.now = now;
globalThis.Date = new Proxy(Date, {
  construct: (target, words: [] | [number]) =>
    words.length === 0 ? new target(now()) : Reflect.construct(target, words),
  apply: () => new Date(now()).toString(),
});
