import type { Clock } from '#agent/model/clock.ts';
import type { PageOptions } from '#agent/model/page.ts';
import { CALLBACK, createOidc } from '../access/oidc.ts';
import type { Oidc } from '../access/oidc.ts';
import type { SignIn } from '../access/sign-in.ts';
import { notFound, Problem } from '../problem.ts';
import type { SitePort } from '../site-port.ts';
import type { Api } from './api.ts';

export interface OidcParts {
  readonly port: SitePort;
  readonly clock: Clock;
  readonly options: PageOptions;
  readonly signIn: SignIn;
  readonly onTrouble: (text: string, cause: unknown) => void;
}

const KEY_COOKIE = 'firewatch-oidc';
/** Each asks the provider, and leaves a record. */
const ATTEMPTS_A_MINUTE = 60;

/** Signing in by the site's own provider of identities. The box's accounts work beside it, and when it is away. */
export function oidcRoutes(api: Api, { port, clock, options, signIn, onTrouble }: OidcParts): void {
  const configured = options.oidc && createOidc(options.oidc, clock);
  const oidc = (): Oidc => {
    if (!configured) throw notFound('provider of identities: the site file names none under page.oidc');
    return configured;
  };
  const cookie = { path: '/api/oidc', httpOnly: true, secure: options.tls !== undefined, maxAge: 600 } as const;

  api.route({
    method: 'GET',
    url: '/api/oidc/start',
    config: { role: 'public', rateLimit: { max: ATTEMPTS_A_MINUTE } },
    schema: { tags: ['session'], summary: 'sends the browser to the provider of identities' },
    async handler(_request, reply) {
      const begun = await oidc()
        .begin()
        .catch((error: unknown) => {
          if (error instanceof Problem) throw error;
          onTrouble('the provider of identities does not answer', error);
          throw new Problem(
            502,
            'Not available',
            'the provider of identities does not answer; accounts of the box work',
          );
        });
      // It comes back from another site: a strict cookie would not be there.
      void reply.setCookie(KEY_COOKIE, begun.key, { ...cookie, sameSite: 'lax' });
      return reply.redirect(begun.url, 303);
    },
  });

  api.route({
    method: 'GET',
    url: CALLBACK,
    config: { role: 'public', rateLimit: { max: ATTEMPTS_A_MINUTE } },
    schema: { tags: ['session'], summary: 'where the provider of identities sends the browser back to' },
    async handler(request, reply) {
      const { ip } = request;
      const refuse = (why: string, who: string): never => {
        port.audit({
          time: clock.now(),
          who: '',
          action: 'page.sign-in-refused',
          what: who,
          detail: { ip, by: 'oidc' },
        });
        throw new Problem(401, 'Not signed in', why);
      };
      const query = new URL(request.url, 'http://box').search;
      const key = request.cookies[KEY_COOKIE];
      void reply.clearCookie(KEY_COOKIE, { path: cookie.path });
      const known = await oidc()
        .finish(query, key ?? '')
        .catch((error: unknown) => {
          if (error instanceof Problem) throw error;
          onTrouble('a sign-in by the provider of identities failed', error);
          return refuse('the provider of identities did not confirm who you are; begin again', 'unknown name');
        });
      if (known.role === undefined) return refuse('none of your groups has a role here', known.name);
      signIn(request, reply, { name: known.name, role: known.role, by: 'oidc' });
      // Not by a redirect: a browser would still take it for the other site's, and keep the session to itself.
      return reply
        .type('text/html; charset=utf-8')
        .send('<!doctype html><meta http-equiv="refresh" content="0;url=/"><title>Firewatch</title>');
    },
  });
}
