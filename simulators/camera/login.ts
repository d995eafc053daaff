import { createHash, randomBytes } from 'node:crypto';

/** How a camera wants to be logged in to. */
export type CameraAuth = 'none' | 'token' | 'digest';

export interface Account {
  readonly user: string;
  readonly password: string;
}

const LOCK_AFTER = 5;
const TOKEN_TOLERANCE_MS = 10_000;
const REALM = 'simulated camera';

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

/** Judges logins of both kinds, counts wrong ones, and locks everybody out after five in a row. */
export class LoginJudge {
  readonly #account: Account;
  readonly #nonces = new Set<string>();
  #wrong = 0;
  #refused = 0;
  #accepted = 0;
  isLockedOut = false;

  constructor(account: Account) {
    this.#account = account;
  }

  /** Logins that were refused, ever: what a lock-out counts. Requests without any login are none. */
  get refused(): number {
    return this.#refused;
  }

  get accepted(): number {
    return this.#accepted;
  }

  challenge(): string {
    const nonce = randomBytes(12).toString('hex');
    this.#nonces.add(nonce);
    if (this.#nonces.size > 1_000) this.#nonces.clear();
    return `Digest qop="auth", realm="${REALM}", nonce="${nonce}", stale="FALSE"`;
  }

  /** Undefined: no login in it. */
  digest(authorization: string | undefined, method: string): boolean | undefined {
    if (authorization === undefined) return undefined;
    const field = (name: string): string => new RegExp(`\\b${name}="?([^",]*)`).exec(authorization)?.[1] ?? '';
    const { user, password } = this.#account;
    const secret = md5(`${user}:${REALM}:${password}`);
    const what = md5(`${method}:${field('uri')}`);
    const expected = md5(`${secret}:${field('nonce')}:${field('nc')}:${field('cnonce')}:auth:${what}`);
    const isRight = this.#nonces.has(field('nonce')) && field('username') === user && field('response') === expected;
    return this.#judge(isRight);
  }

  /** A WS-Security UsernameToken. Undefined: none in it. */
  token(envelope: string, cameraTime: number): boolean | undefined {
    const inside = (name: string): string =>
      new RegExp(`<(?:\\w+:)?${name}\\b[^>]*>([^<]*)<`).exec(envelope)?.[1] ?? '';
    if (!/<(?:\w+:)?UsernameToken\b/.test(envelope)) return undefined;
    const { user, password } = this.#account;
    const created = inside('Created');
    const digest = createHash('sha1')
      .update(Buffer.concat([Buffer.from(inside('Nonce'), 'base64'), Buffer.from(`${created}${password}`)]))
      .digest('base64');
    const isTimely = Math.abs(Date.parse(created) - cameraTime) <= TOKEN_TOLERANCE_MS;
    return this.#judge(inside('Username') === user && inside('Password') === digest && isTimely);
  }

  #judge(isRight: boolean): boolean {
    const isTaken = isRight && !this.isLockedOut;
    if (isTaken) {
      this.#wrong = 0;
      this.#accepted += 1;
    } else {
      this.#refused += 1;
      this.#wrong += 1;
      if (this.#wrong >= LOCK_AFTER) this.isLockedOut = true;
    }
    return isTaken;
  }
}
