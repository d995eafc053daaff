import { z } from 'zod';
import type { Clock } from '#agent/model/clock.ts';
import { roles } from '#agent/model/page.ts';
import type { Accounts } from '../access/accounts.ts';
import type { Sessions } from '../access/sessions.ts';
import { notFound, Problem } from '../problem.ts';
import type { SitePort } from '../site-port.ts';
import type { Api } from './api.ts';
import { accountName, newPassword } from './session-routes.ts';

export interface AccountParts {
  readonly port: SitePort;
  readonly accounts: Accounts;
  readonly sessions: Sessions;
  readonly clock: Clock;
}

const role = z.enum(roles);

/** Accounts and tokens, for the admin. */
export function accountRoutes(api: Api, { port, accounts, sessions, clock }: AccountParts): void {
  const onRecord = (who: string, action: string, what: string): void =>
    port.audit({ time: clock.now(), who, action, what });
  const params = z.strictObject({ name: accountName });

  api.route({
    method: 'GET',
    url: '/api/accounts',
    config: { role: 'admin' },
    schema: { tags: ['accounts'], summary: 'who may sign in' },
    handler: () => ({ accounts: accounts.list(), tokens: accounts.tokens() }),
  });

  api.route({
    method: 'PUT',
    url: '/api/accounts/:name',
    config: { role: 'admin' },
    schema: {
      tags: ['accounts'],
      summary: 'makes an account, or gives it another role and password',
      params,
      body: z.strictObject({ role, password: newPassword }),
    },
    async handler({ params: { name }, body, visitor }) {
      if (!(await accounts.put(name, body.role, body.password, clock.now()))) throw onlyAdmin(name);
      sessions.closeAll(name);
      onRecord(visitor.who, 'page.account-set', name);
      return { name, role: body.role };
    },
  });

  api.route({
    method: 'DELETE',
    url: '/api/accounts/:name',
    config: { role: 'admin' },
    schema: { tags: ['accounts'], summary: 'removes an account and signs it out', params },
    handler({ params: { name }, visitor }) {
      if (accounts.isOnlyAdmin(name)) throw onlyAdmin(name);
      if (!accounts.remove(name)) throw notFound(`account ${name}`);
      sessions.closeAll(name);
      onRecord(visitor.who, 'page.account-removed', name);
      return { ok: true };
    },
  });

  api.route({
    method: 'POST',
    url: '/api/tokens',
    config: { role: 'admin' },
    schema: {
      tags: ['accounts'],
      summary: 'issues a token for a program; it is told once',
      body: z.strictObject({ role, purpose: z.string().trim().min(1).max(200) }),
    },
    handler({ body, visitor }) {
      const issued = accounts.issueToken(body.role, body.purpose, clock.now());
      onRecord(visitor.who, 'page.token-issued', issued.id);
      return issued;
    },
  });

  api.route({
    method: 'DELETE',
    url: '/api/tokens/:id',
    config: { role: 'admin' },
    schema: {
      tags: ['accounts'],
      summary: 'revokes a token',
      params: z.strictObject({ id: z.string().max(64) }),
    },
    handler({ params: { id }, visitor }) {
      if (!accounts.revokeToken(id)) throw notFound(`token ${id}`);
      onRecord(visitor.who, 'page.token-revoked', id);
      return { ok: true };
    },
  });
}

const onlyAdmin = (name: string): Problem => new Problem(409, 'Refused', `${name} is the only admin`);
