import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface PtyPair {
  readonly directory: string;
  /** The master's end. */
  readonly ours: string;
  /** The device's end. */
  readonly theirs: string;
  readonly stop: () => Promise<void>;
}

/** Two serial ports joined by a cable (socat). Stopping pulls the cable. */
export async function ptyPair(directory = mkdtempSync(join(tmpdir(), 'firewatch-pty-'))): Promise<PtyPair> {
  const ours = join(directory, 'usb-adapter-if00-port0');
  const theirs = join(directory, 'device');
  const socat = spawn('socat', [`pty,raw,echo=0,link=${ours}`, `pty,raw,echo=0,link=${theirs}`], { stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => socat.once('exit', () => resolve()));
  while (!existsSync(ours) || !existsSync(theirs)) {
    if (socat.exitCode !== null) throw new Error('socat did not make a pair of serial ports');
    await new Promise(setImmediate);
  }
  return {
    directory,
    ours,
    theirs,
    stop: async () => {
      socat.kill('SIGTERM');
      await ended;
      rmSync(ours, { force: true });
      rmSync(theirs, { force: true });
    },
  };
}
