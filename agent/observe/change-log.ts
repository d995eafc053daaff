import type { Logger } from 'pino';
import type { Clock } from '#agent/model/clock.ts';

export interface Remark {
  /** What the remark is about: `source dcs`. A remark is compared with the last one of the same subject. */
  readonly subject: string;
  readonly level: 'info' | 'warn' | 'error';
  /** The sentence. The same sentence twice in a row is one remark. */
  readonly text: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

interface Subject {
  text: string;
  windowFrom: number;
  told: number;
  held: number;
}

const WINDOW_MS = 60_000;
const MAX_SUBJECTS = 10_000;

/**
 * Logs what changes, when it changes: a device that is dead for a month is one line, not a line for each attempt. A
 * subject that changes more than `perMinute` times a minute is held back, and its next line says how often it was.
 */
export function createChangeLog(logger: Logger, clock: Clock, perMinute = 6): (remark: Remark) => void {
  const subjects = new Map<string, Subject>();

  return ({ subject, level, text, fields }) => {
    const now = clock.monotonic();
    const last = subjects.get(subject);
    if (last?.text === text) return;
    const state = last ?? { text, windowFrom: now, told: 0, held: 0 };
    state.text = text;
    // Last used, last evicted.
    subjects.delete(subject);
    subjects.set(subject, state);
    const [oldest] = subjects.keys();
    if (subjects.size > MAX_SUBJECTS && oldest !== undefined) subjects.delete(oldest);

    if (now - state.windowFrom >= WINDOW_MS) {
      state.windowFrom = now;
      state.told = 0;
    }
    if (state.told >= perMinute) {
      state.held += 1;
      return;
    }
    state.told += 1;
    const held = state.held > 0 ? { changesNotLogged: state.held } : {};
    state.held = 0;
    logger[level]({ ...fields, ...held }, text);
  };
}
