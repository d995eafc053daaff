import { z } from 'zod';
import type { Clock } from '#agent/model/clock.ts';
import type { PageOptions } from '#agent/model/page.ts';
import type { Accounts } from '../access/accounts.ts';
import { SESSION_COOKIE } from '../access/guard.ts';
import { createGuesses } from '../access/guesses.ts';
import { SHORTEST_PASSWORD } from '../access/passwords.ts';
import type { Session, Sessions } from '../access/sessions.ts';
import { isSetupCode } from '../access/setup-code.ts';
import type { SignIn } from '../access/sign-in.ts';
import { Problem } from '../problem.ts';
import type { SitePort } from '../site-port.ts';
import type { Api } from './api.ts';

export interface SessionParts {
  readonly port: SitePort;
  readonly accounts: Accounts;
  readonly sessions: Sessions;
  readonly clock: Clock;
  readonly options: PageOptions;
  readonly signIn: SignIn;
  /** Until the first account is made. */
  readonly setupCode: () => string | undefined;
}

export const accountName = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[\p{L}\p{N}][\p{L}\p{N}._@ -]*$/u)
  // The audit names a token so: nobody passes for one.
  .refine((name) => !/^token /i.test(name), 'a name does not begin with "token "');
export const newPassword = z.string().min(SHORTEST_PASSWORD).max(200);
const guessed = z.string().max(200);
/** Each leaves a record that is on disk before the answer. */
const ATTEMPTS_A_MINUTE = 60;

/** Signing in and out, and the first account. */
export function sessionRoutes(api: Api, parts: SessionParts): void {
  const { port, accounts, sessions, clock, options, setupCode, signIn } = parts;
  const guesses = createGuesses(clock);
  let isSettingUp = false;

  const answerOf = ({ account, role, csrf }: Session) => ({ account, role, csrf });

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
      provider: options.oidc?.label ?? null,
      site: port.site,
      version: port.version,
    }),
  });

  api.route({
    method: 'POST',
    url: '/api/setup',
    config: { role: 'public', rateLimit: { max: ATTEMPTS_A_MINUTE } },
    schema: {
      tags: ['session'],
      summary: 'makes the first account, with the code that the box printed',
      body: z.strictObject({ code: guessed, name: accountName, password: newPassword }),
    },
    async handler(request, reply) {
      const { body, ip } = request;
      const code = setupCode();
      const done = new Problem(409, 'Already set up', 'there is an account; an admin makes further ones');
      if (code === undefined) throw done;
      await guesses.of({ name: `setup ${ip}`, ip }, async () => (isSetupCode(body.code, code) ? true : undefined));
      // Two with the right code at the same moment: one is first.
      if (isSettingUp || !accounts.isEmpty()) throw done;
      isSettingUp = true;
      try {
        await accounts.put(body.name, 'admin', body.password, clock.now());
      } finally {
        isSettingUp = false;
      }
      port.audit({ time: clock.now(), who: body.name, action: 'page.setup', what: body.name });
      return answerOf(signIn(request, reply, { name: body.name, role: 'admin' }));
    },
  });

  api.route({
    method: 'POST',
    url: '/api/login',
    config: { role: 'public', rateLimit: { max: ATTEMPTS_A_MINUTE } },
    schema: {
      tags: ['session'],
      summary: 'signs in',
      body: z.strictObject({ name: guessed, password: guessed }),
    },
    async handler(request, reply) {
      const { body, ip } = request;
      try {
        const account = await guesses.of({ name: `name ${body.name}`, ip }, () =>
          accounts.verify(body.name, body.password),
        );
        return answerOf(signIn(request, reply, account));
      } catch (error) {
        // A password typed in the place of the name is not put on record.
        const what = accounts.has(body.name) ? body.name : 'unknown name';
        port.audit({ time: clock.now(), who: '', action: 'page.sign-in-refused', what, detail: { ip } });
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
