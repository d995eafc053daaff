import { execFile } from 'node:child_process';

/** The service manager's side of being watched. */
export interface Watchdog {
  /** Tells that the agent serves; from then on beats count. */
  readonly ready: (status: string) => void;
  /** To be called while all is well, and only then: when it stays away, the service manager restarts the agent. */
  readonly beat: (status: string) => void;
  readonly stopping: () => void;
}

export interface WatchdogParts {
  /** `NOTIFY_SOCKET` and `WATCHDOG_USEC` as sd_notify(3) and sd_watchdog_enabled(3) have them. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds, monotonic. */
  readonly monotonic: () => number;
  /** Told once, when the service manager can't be reached. */
  readonly onFault: (error: Error) => void;
  /** Hands words over; default: `systemd-notify`. */
  readonly send?: (words: readonly string[], done: (error: Error | null) => void) => void;
}

/** Longest that one message may take; a second one waits for it. */
const SEND_MS = 5000;
/** Beats in one watchdog interval: two may get lost. */
const BEATS_PER_INTERVAL = 3;

/**
 * Speaks to systemd when it started the agent with `Type=notify`, else does nothing.
 *
 * Node has no datagram sockets of the unix kind, so each message is one run of `systemd-notify`: one at a time, ended
 * after five seconds, and no more of them than the interval needs. The unit needs `NotifyAccess=all`, because the
 * message then comes from a child.
 */
export function openWatchdog({ env, monotonic, onFault, send = byCommand }: WatchdogParts): Watchdog {
  const isWatched = (env['NOTIFY_SOCKET'] ?? '') !== '';
  const intervalMs = Number(env['WATCHDOG_USEC'] ?? 0) / 1000;
  const everyMs = intervalMs / BEATS_PER_INTERVAL;
  let lastBeat = -Infinity;
  let isBusy = false;
  let hasTold = false;

  const say = (...words: readonly string[]): void => {
    isBusy = true;
    send(words, (error) => {
      isBusy = false;
      if (!error || hasTold) return;
      hasTold = true;
      onFault(error);
    });
  };

  return {
    ready(status) {
      if (!isWatched) return;
      lastBeat = monotonic();
      say('READY=1', 'WATCHDOG=1', `STATUS=${status}`);
    },
    beat(status) {
      if (!isWatched || isBusy || !(intervalMs > 0) || monotonic() - lastBeat < everyMs) return;
      lastBeat = monotonic();
      say('WATCHDOG=1', `STATUS=${status}`);
    },
    stopping() {
      if (isWatched) say('STOPPING=1');
    },
  };
}

function byCommand(words: readonly string[], done: (error: Error | null) => void): void {
  execFile('systemd-notify', words, { timeout: SEND_MS, killSignal: 'SIGKILL' }, (error) => done(error)).unref();
}
