import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { ptyPair } from '#test/drivers/modbus/pty-pair.ts';
import { watch, type Watched } from '#test/drivers/modbus/watch-driver.ts';
import type { BenchResult } from './result.ts';

const BAUD = 9600;
const UNITS = 8;
const REGISTERS = 30;
const WINDOWS = 3;
const WINDOW_MS = 5000;
/** Request, silence, reply and silence: nothing less lets a device see where a frame ends. */
const CHARACTERS = 8 + 3.5 + (5 + 2 * REGISTERS) + 3.5;
const ALLOWED_SHARE = 0.95;

/** Replies a second, from one reply to another. */
async function rateIn({ until }: Watched, repliesNow: () => number): Promise<number> {
  const first = repliesNow();
  await until(() => repliesNow() > first);
  const [before, began] = [repliesNow(), performance.now()];
  await new Promise((resolve) => setTimeout(resolve, WINDOW_MS));
  const last = repliesNow();
  await until(() => repliesNow() > last);
  return ((repliesNow() - before) * 1000) / (performance.now() - began);
}

/**
 * Eight units of 30 registers on one line at 9600 baud, 8N1, against what the line can carry. The best of three
 * windows counts: what else the machine does between is not the driver's.
 */
export async function bench(): Promise<BenchResult[]> {
  const pair = await ptyPair();
  const script = new URL('../drivers/modbus/device_on_line.py', import.meta.url).pathname;
  const device = spawn('/usr/bin/python3', [script, pair.theirs, String(BAUD)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(device.stdout, 'data');
  const points = Object.fromEntries(
    Array.from({ length: UNITS * REGISTERS }, (_, at) => {
      const unit = 1 + Math.floor(at / REGISTERS);
      return [`${unit}/${at % REGISTERS}`, `holding:${at % REGISTERS} uint16 unit=${unit}`];
    }),
  );
  const watched = watch({
    options: { transport: { kind: 'rtu', path: pair.ours, baudRate: BAUD }, interval: '10ms', identify: false },
    points,
  });
  const repliesNow = (): number => watched.signals.filter(({ type }) => type === 'samples').length;
  await watched.until(() => repliesNow() >= UNITS);
  let measured = 0;
  for (let window = 0; window < WINDOWS; window += 1) measured = Math.max(measured, await rateIn(watched, repliesNow));
  const good = watched.samples().every(({ quality }) => quality.level === 'good');
  watched.stop();
  device.kill('SIGKILL');
  await pair.stop();
  const reference = BAUD / 10 / CHARACTERS;
  const ratio = measured / reference;
  return [
    {
      name: 'modbus-rtu-wire requests at 9600 baud',
      unit: 'requests/s',
      target: `≥ ${ALLOWED_SHARE} of what the line carries`,
      measured,
      reference,
      ratio,
      ok: good && ratio >= ALLOWED_SHARE,
    },
  ];
}
