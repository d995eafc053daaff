import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';

/** Whether the box's clock is held to a time server. `unknown`: nobody on this machine can say. */
export interface ClockSync {
  readonly state: 'synchronised' | 'free-running' | 'unknown';
  /** Who says so. */
  readonly by: string;
}

/** systemd-timesyncd makes it once it has set the clock, and removes it when it loses its server. */
const TIMESYNC_MARK = '/run/systemd/timesync/synchronized';
const PATIENCE_MS = 3000;

/** Runs a program and returns what it prints; rejects where there is none or it fails. */
export type Ask = (program: string, words: readonly string[]) => Promise<string>;

const ask: Ask = async (program, words) => {
  const { stdout } = await promisify(execFile)(program, [...words], { timeout: PATIENCE_MS });
  return stdout;
};

/** Asks chrony, then systemd; changes nothing. */
export async function clockSync(asked: Ask = ask, isMarked = () => existsSync(TIMESYNC_MARK)): Promise<ClockSync> {
  // chronyc tracking: "Leap status     : Normal" or "Not synchronised".
  const chrony = await asked('chronyc', ['-n', 'tracking']).catch(() => '');
  const leap = /^Leap status\s*:\s*(.+)$/m.exec(chrony)?.[1];
  if (leap !== undefined)
    return { state: leap.startsWith('Not') ? 'free-running' : 'synchronised', by: `chronyd: ${leap.trim()}` };
  const said = (await asked('timedatectl', ['show', '-p', 'NTPSynchronized', '--value']).catch(() => '')).trim();
  if (said === 'yes' || isMarked()) return { state: 'synchronised', by: 'systemd' };
  if (said === 'no') return { state: 'free-running', by: 'systemd: NTPSynchronized=no' };
  return { state: 'unknown', by: 'neither chronyd nor systemd answers' };
}
