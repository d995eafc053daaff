import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '#agent/model/clock.ts';
import type { PageOptions, Role } from '#agent/model/page.ts';
import type { SitePort } from '../site-port.ts';
import { SESSION_COOKIE } from './guard.ts';
import type { Session, Sessions } from './sessions.ts';

export interface SignInParts {
  readonly port: SitePort;
  readonly sessions: Sessions;
  readonly clock: Clock;
  readonly options: PageOptions;
}

/** Whoever proved who he is. */
interface Known {
  readonly name: string;
  readonly role: Role;
  /** By whom, where it was not the box itself. */
  readonly by?: string;
}

export type SignIn = (request: FastifyRequest, reply: FastifyReply, known: Known) => Session;

/** Opens a session and puts its cookie into the answer; what the browser had before is worth nothing from here on. */
export const createSignIn =
  ({ port, sessions, clock, options }: SignInParts): SignIn =>
  (request, reply, { name, role, by }) => {
    const former = request.cookies[SESSION_COOKIE];
    if (former !== undefined) sessions.close(former);
    const { secret, session } = sessions.open(name, role);
    void reply.setCookie(SESSION_COOKIE, secret, {
      path: '/',
      httpOnly: true,
      sameSite: 'strict',
      secure: options.tls !== undefined,
    });
    port.audit({
      time: clock.now(),
      who: name,
      action: 'page.sign-in',
      what: name,
      ...(by !== undefined && { detail: { by } }),
    });
    return session;
  };
