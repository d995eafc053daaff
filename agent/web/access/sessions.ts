import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from '#agent/model/clock.ts';
import type { Role } from '#agent/model/page.ts';

export interface Session {
  readonly account: string;
  readonly role: Role;
  /** Must come back in a header with everything that changes something. */
  readonly csrf: string;
}

export interface Sessions {
  /** The secret of a new session; what the browser had before is worth nothing. */
  readonly open: (account: string, role: Role) => { readonly secret: string; readonly session: Session };
  readonly find: (secret: string) => Session | undefined;
  /** As `find` would, but does not count as a sign of life. */
  readonly isOpen: (secret: string) => boolean;
  readonly close: (secret: string) => void;
  /** Of an account that was removed or changed. */
  readonly closeAll: (account: string) => void;
}

/** A shift, and a little. */
const IDLE_MS = 13 * 3_600_000;
const LONGEST_MS = 7 * 24 * 3_600_000;
const MOST = 500;

interface Kept extends Session {
  readonly openedAt: number;
  seenAt: number;
}

/** Who is signed in. In memory alone: a restart signs everybody out. */
export function createSessions(clock: Clock): Sessions {
  const sessions = new Map<string, Kept>();

  const present = (secret: string): Kept | undefined => {
    const key = keyOf(secret);
    const session = sessions.get(key);
    if (!session) return undefined;
    const now = clock.monotonic();
    if (now - session.seenAt <= IDLE_MS && now - session.openedAt <= LONGEST_MS) return session;
    sessions.delete(key);
    return undefined;
  };

  return {
    open(account, role) {
      const secret = randomBytes(32).toString('base64url');
      const now = clock.monotonic();
      const session = { account, role, csrf: randomBytes(24).toString('base64url'), openedAt: now, seenAt: now };
      // The one that was seen least recently goes.
      if (sessions.size >= MOST) {
        const [oldest] = [...sessions].toSorted(([, a], [, b]) => a.seenAt - b.seenAt);
        if (oldest) sessions.delete(oldest[0]);
      }
      sessions.set(keyOf(secret), session);
      return { secret, session };
    },
    find(secret) {
      const session = present(secret);
      if (session) session.seenAt = clock.monotonic();
      return session;
    },
    isOpen: (secret) => present(secret) !== undefined,
    close: (secret) => void sessions.delete(keyOf(secret)),
    closeAll(account) {
      for (const [key, session] of sessions) if (session.account === account) sessions.delete(key);
    },
  };
}

/** Memory that leaks shows no secret. */
const keyOf = (secret: string): string => createHash('sha256').update(secret).digest('base64');
