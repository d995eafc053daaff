import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '#agent/model/clock.ts';
import type { Secret } from '#config/site.ts';
import type { Credentials } from './digest.ts';

/**
 * Two refused logins, then none for half an hour: devices count wrong logins and lock out the address, often for 30
 * minutes and from about five on, and with us the person who would put it right.
 */
const ALLOWED_REFUSALS = 2;
export const LOGIN_PAUSE_MS = 30 * 60_000;

interface Remembered {
  readonly refusals: number;
  /** UTC ms of the last refusal. */
  readonly at: number;
  /** Of the credentials that were refused; never the credentials. */
  readonly print: string;
}

/**
 * Whether a login may be tried. What was refused is remembered in a file, so that neither a lost connection nor a restart
 * of the agent knocks again; new credentials (a changed secret) may try at once.
 */
export class LoginGate {
  readonly #file: string;
  readonly #clock: Clock;
  #memory: Remembered;

  /** `realm` names what is logged in to, where a device has several: its file is of its own. */
  constructor(stateDir: string, realm: string, clock: Clock) {
    this.#file = join(stateDir, `refused-${realm}.json`);
    this.#clock = clock;
    this.#memory = read(this.#file);
  }

  /** Time in ms until these credentials may be tried; 0 is now. */
  waitMs(credentials: Credentials): number {
    const { refusals, at, print } = this.#memory;
    if (refusals < ALLOWED_REFUSALS || print !== printOf(credentials)) return 0;
    const passed = this.#clock.now() - at;
    // A clock that was set back must not lock us out for longer than the pause.
    return passed < 0 ? LOGIN_PAUSE_MS : Math.max(0, LOGIN_PAUSE_MS - passed);
  }

  refused(credentials: Credentials): void {
    const print = printOf(credentials);
    const before = this.#memory.print === print ? this.#memory.refusals : 0;
    this.#remember({ refusals: Math.min(before + 1, ALLOWED_REFUSALS), at: this.#clock.now(), print });
  }

  accepted(): void {
    if (this.#memory.refusals > 0) this.#remember({ refusals: 0, at: 0, print: '' });
  }

  #remember(memory: Remembered): void {
    this.#memory = memory;
    writeFileSync(this.#file, JSON.stringify(memory), { mode: 0o600 });
  }
}

export const credentialsOf = (user: string | undefined, password: Secret | undefined): Credentials | undefined =>
  user === undefined ? undefined : { user, password: password?.reveal() ?? '' };

/** Slow to guess from and of no use elsewhere: only equality matters. */
const printOf = ({ user, password }: Credentials): string =>
  createHash('sha256').update(`firewatch login\0${user}\0${password}`).digest('hex').slice(0, 16);

function read(file: string): Remembered {
  try {
    const json = JSON.parse(readFileSync(file, 'utf8')) as Partial<Remembered>;
    const { refusals, at, print } = json;
    if (typeof refusals === 'number' && typeof at === 'number' && typeof print === 'string')
      return { refusals, at, print };
  } catch {
    // No file, or a damaged one: nothing was refused that we know of.
  }
  return { refusals: 0, at: 0, print: '' };
}
