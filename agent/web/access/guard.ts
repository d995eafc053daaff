import type { FastifyInstance, FastifyRequest } from 'fastify';
import { roles } from '#agent/model/page.ts';
import type { PageOptions, Role } from '#agent/model/page.ts';
import { Problem } from '../problem.ts';
import type { Accounts } from './accounts.ts';
import { isCrossOrigin } from './cross-origin.ts';
import type { Sessions } from './sessions.ts';

export const SESSION_COOKIE = 'firewatch';
const CSRF_HEADER = 'x-firewatch-csrf';

/** Who asks. */
interface Visitor {
  /** Account, `token <id>`, or empty where nobody signed in. */
  readonly who: string;
  readonly role: Role | undefined;
  /** Absent for a token, which no browser sends by itself. */
  readonly csrf?: string;
}

declare module 'fastify' {
  interface FastifyRequest {
    visitor: Visitor;
    /** For answers that go on: false once who asked was signed out, removed or revoked. */
    isStillWelcome: () => boolean;
  }
  interface FastifyContextConfig {
    /** The least role that may ask; `public` for nobody in particular. Every route says one. */
    readonly role?: Role | 'public';
    /** It changes nothing although it is no GET: allowed where the page is read-only. */
    readonly isHarmless?: boolean;
  }
}

export interface GuardParts {
  readonly accounts: Accounts;
  readonly sessions: Sessions;
  readonly options: PageOptions;
}

/** Lets nobody through whose role does not reach, nor a change without its token, nor a route that names no role. */
export function guard(app: FastifyInstance, { accounts, sessions, options }: GuardParts): void {
  app.addHook('onRoute', ({ url, config }) => {
    if (config?.role === undefined) throw new Error(`route ${url} says no role`);
  });
  app.decorateRequest('visitor');
  app.decorateRequest('isStillWelcome');
  app.addHook('onRequest', async (request) => {
    request.visitor = visitorOf(request);
    request.isStillWelcome = () => isStillWelcome(request);
    const { role: needed = 'admin', isHarmless } = request.routeOptions.config;
    if (!isReading(request) && isCrossOrigin(request.headers))
      throw new Problem(403, 'Not from the page', 'a page of another origin asked for this');
    if (needed === 'public') return;
    const { role, csrf } = request.visitor;
    if (role === undefined) throw new Problem(401, 'Not signed in', 'sign in first');
    if (roles.indexOf(role) < roles.indexOf(needed))
      throw new Problem(403, 'Not allowed', `this needs the role ${needed}; yours is ${role}`);
    if (isReading(request)) return;
    if (options.isReadOnly && !isHarmless)
      throw new Problem(403, 'Read-only', 'this page is configured to change nothing');
    if (csrf !== undefined && request.headers[CSRF_HEADER] !== csrf)
      throw new Problem(403, 'Not from the page', `header ${CSRF_HEADER} does not belong to this session`);
  });

  function isStillWelcome({ headers, cookies, visitor }: FastifyRequest): boolean {
    const token = bearerOf(headers.authorization);
    if (token !== undefined) return accounts.tokenOf(token) !== undefined;
    return visitor.csrf === undefined || sessions.isOpen(cookies[SESSION_COOKIE] ?? '');
  }

  function visitorOf(request: FastifyRequest): Visitor {
    const text = bearerOf(request.headers.authorization);
    if (text !== undefined) {
      const token = accounts.tokenOf(text);
      if (!token) throw new Problem(401, 'Unknown token', 'this token was revoked or never issued');
      return { who: `token ${token.id}`, role: token.role };
    }
    const secret = request.cookies[SESSION_COOKIE];
    const session = secret === undefined ? undefined : sessions.find(secret);
    if (session) return { who: session.account, role: session.role, csrf: session.csrf };
    return { who: '', role: options.anonymous };
  }
}

const bearerOf = (authorization = ''): string | undefined => /^bearer +(.+)$/i.exec(authorization)?.[1];

const isReading = ({ method }: FastifyRequest): boolean => method === 'GET' || method === 'HEAD';
