import type { Clock } from '#agent/model/clock.ts';
import { Problem } from '../problem.ts';
import { createLockOut } from './lock-out.ts';

/** Guesses at names and codes: few, and one after the other. */
export interface Guesses {
  /** What `check` finds. Throws 401 where it finds nothing, 429 where somebody has to wait. */
  readonly of: <T>(who: Guesser, check: () => Promise<T | undefined>) => Promise<T>;
}

interface Guesser {
  /** What is guessed at. */
  readonly name: string;
  /** From where. */
  readonly ip: string;
}

const FREE_FOR_NAME = 5;
/** Many people may stand behind one address. */
const FREE_FOR_ADDRESS = 20;
/** Each takes a tenth of a second of a core and 32 MiB. */
const MOST_WAITING = 20;

export function createGuesses(clock: Clock): Guesses {
  const names = createLockOut(clock, FREE_FOR_NAME);
  const addresses = createLockOut(clock, FREE_FOR_ADDRESS);
  let waiting = 0;
  let before: Promise<unknown> = Promise.resolve();

  const inTurn = async <T>(check: () => Promise<T>): Promise<T> => {
    if (waiting >= MOST_WAITING) throw tooMany(1000);
    waiting += 1;
    const turn = before.then(check);
    before = turn.catch(() => {});
    return turn.finally(() => (waiting -= 1));
  };

  return {
    async of({ name, ip }, check) {
      const network = networkOf(ip);
      const wait = Math.max(names.waitMs(name), addresses.waitMs(network));
      if (wait > 0) throw tooMany(wait);
      names.failed(name);
      addresses.failed(network);
      const right = await inTurn(check);
      if (right === undefined) throw new Problem(401, 'Not signed in', 'name or password, or the setup code, is wrong');
      names.succeeded(name);
      addresses.excused(network);
      return right;
    },
  };
}

function tooMany(waitMs: number): Problem {
  const seconds = String(Math.ceil(waitMs / 1000));
  return new Problem(429, 'Too many wrong attempts', `wait ${seconds} s`, { 'retry-after': seconds });
}

/** A household has 2^64 addresses of IPv6: they count as one. */
export function networkOf(ip: string): string {
  const plain = ip.replace(/^::ffff:(?=\d+\.)/, '');
  if (!plain.includes(':')) return plain;
  const [head = '', tail] = plain.split('::');
  const groups = head === '' ? [] : head.split(':');
  const behind = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : 8 - groups.length - behind.length;
  return [...groups, ...Array<string>(zeros).fill('0'), ...behind].slice(0, 4).join(':');
}
