import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import type { Clock } from '#agent/model/clock.ts';
import type { PageOptions } from '#agent/model/page.ts';
import type { Accounts } from '../access/accounts.ts';
import { SESSION_COOKIE } from '../access/guard.ts';
import { createLockOut } from '../access/lock-out.ts';
import { SHORTEST_PASSWORD } from '../access/passwords.ts';
import type { Session, Sessions } from '../access/sessions.ts';
import { isSetupCode } from '../access/setup-code.ts';
import { Problem } from '../problem.ts';
import type { SitePort } from '../site-port.ts';
import type { Api } from './api.ts';

export interface SessionParts {
  readonly port: SitePort;
  readonly accounts: Accounts;
  readonly sessions: Sessions;
  readonly clock: Clock;
  readonly options: PageOptions;
  /** Until the first account is made. */
  readonly setupCode: () => string | undefined;
}

export const accountName = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[\p{L}\p{N}][\p{L}\p{N}._@ -]*$/u);
export const newPassword = z.string().min(SHORTEST_PASSWORD).max(200);
const guessed = z.string().max(200);

/** Signing in and out, and the first account. */
export function sessionRoutes(api: Api, parts: SessionParts): void {
  const { port, accounts, sessions, clock, options, setupCode } = parts;
  const lockOut = createLockOut(clock);

  const signIn = (reply: FastifyReply, account: { name: string; role: Session['role'] }) => {
    const { secret, session } = sessions.open(account.name, account.role);
    void reply.setCookie(SESSION_COOKIE, secret, {
      path: '/',
      httpOnly: true,
      sameSite: 'strict',
      secure: options.tls !== undefined,
    });
    port.audit({ time: clock.now(), who: account.name, action: 'page.sign-in', what: account.name });
    return { account: session.account, role: session.role, csrf: session.csrf };
  };

  /** One guess at a time for a name and an address; each wrong one costs. */
  const guess = async <T>(keys: readonly string[], check: () => Promise<T | undefined>): Promise<T> => {
    const wait = Math.max(...keys.map(lockOut.waitMs));
    if (wait > 0)
      throw new Problem(429, 'Too many wrong attempts', `wait ${Math.ceil(wait / 1000)} s`, {
        'retry-after': String(Math.ceil(wait / 1000)),
      });
    for (const key of keys) lockOut.failed(key);
    const right = await check();
    if (right === undefined) throw new Problem(401, 'Not signed in', 'name or password, or the setup code, is wrong');
    for (const key of keys) lockOut.succeeded(key);
    return right;
  };

  api.route({
    method: 'GET',
    url: '/api/session',
    config: { role: 'public' },
    schema: { tags: ['session'], summary: 'who is signed in, and what the page may do' },
    handler: ({ visitor }) => ({
      account: visitor.who,
      role: visitor.role ?? null,
      csrf: visitor.csrf ?? null,
      isReadOnly: options.isReadOnly,
      needsSetup: accounts.isEmpty(),
      site: port.site,
      version: port.version,
    }),
  });

  api.route({
    method: 'POST',
    url: '/api/setup',
    config: { role: 'public' },
    schema: {
      tags: ['session'],
      summary: 'makes the first account, with the code that the box printed',
      body: z.strictObject({ code: guessed, name: accountName, password: newPassword }),
    },
    async handler({ body, ip }, reply) {
      const code = setupCode();
      if (!accounts.isEmpty() || code === undefined)
        throw new Problem(409, 'Already set up', 'there is an account; an admin makes further ones');
      await guess([`setup ${ip}`], async () => (isSetupCode(body.code, code) ? true : undefined));
      await accounts.put(body.name, 'admin', body.password, clock.now());
      port.audit({ time: clock.now(), who: body.name, action: 'page.setup', what: body.name });
      return signIn(reply, { name: body.name, role: 'admin' });
    },
  });

  api.route({
    method: 'POST',
    url: '/api/login',
    config: { role: 'public' },
    schema: {
      tags: ['session'],
      summary: 'signs in',
      body: z.strictObject({ name: guessed, password: guessed }),
    },
    async handler({ body, ip }, reply) {
      try {
        const account = await guess([`name ${body.name}`, `address ${ip}`], () =>
          accounts.verify(body.name, body.password),
        );
        return signIn(reply, account);
      } catch (error) {
        port.audit({ time: clock.now(), who: '', action: 'page.sign-in-refused', what: body.name, detail: { ip } });
        throw error;
      }
    },
  });

  api.route({
    method: 'POST',
    url: '/api/logout',
    config: { role: 'viewer', isHarmless: true },
    schema: { tags: ['session'], summary: 'signs out' },
    handler({ cookies, visitor }, reply) {
      const secret = cookies[SESSION_COOKIE];
      if (secret !== undefined) {
        sessions.close(secret);
        port.audit({ time: clock.now(), who: visitor.who, action: 'page.sign-out', what: visitor.who });
      }
      void reply.clearCookie(SESSION_COOKIE, { path: '/' });
      return { ok: true };
    },
  });
}
