import { describe, expect, it } from 'vitest';
import { recordsOf } from '#test/agent/site/played-site.ts';
import { CLIENT_ID, CLIENT_SECRET, startIdentityProvider } from './identity-provider.ts';
import type { IdentityProvider } from './identity-provider.ts';
import { movedClock, serveSite, setUp, visitor } from './served-site.ts';
import type { ServedSite } from './served-site.ts';

const roles = { viewer: ['everybody'], engineer: ['instrumentation', 'commissioning'] };

async function served(provider: Pick<IdentityProvider, 'issuer'>, clock = movedClock()): Promise<ServedSite> {
  const oidc = {
    issuer: provider.issuer,
    clientId: CLIENT_ID,
    clientSecret: { reveal: () => CLIENT_SECRET },
    // The test goes the browser's way by hand: what it is sent to is taken at the port where the page is.
    pageUrl: 'http://127.0.0.1',
    label: 'Site account',
    scope: 'openid',
    claim: 'groups',
    roles,
  };
  return serveSite({ clock, page: { oidc } });
}

/** As a browser that goes where it is sent: to the provider, and back with its cookies. */
async function browse({ page }: ServedSite) {
  const started = await fetch(`${page.url}/api/oidc/start`, { redirect: 'manual' });
  const key = started.headers.get('set-cookie')?.split(';')[0] ?? '';
  const asked = started.headers.get('location') ?? '';
  const sentBack = await fetch(asked, { redirect: 'manual' });
  const back = new URL(sentBack.headers.get('location') ?? '');
  return { key, started, asked: new URL(asked), query: back.search };
}

const comeBack = async ({ page }: ServedSite, query: string, cookie: string) => {
  const response = await fetch(`${page.url}/api/oidc/callback${query}`, { headers: { cookie }, redirect: 'manual' });
  const session = response.headers.getSetCookie().find((one) => one.startsWith('firewatch='));
  return { response, session };
};

describe('signing in by a provider of identities', () => {
  it('gives the highest role that the groups of the person have, and is in the audit', async () => {
    const provider = await startIdentityProvider();
    provider.user = { sub: '7', preferred_username: 'li.na', groups: ['everybody', 'commissioning'] };
    const site = await served(provider);
    const { key, started, asked, query } = await browse(site);
    expect(started.headers.get('set-cookie')).toMatch(/HttpOnly; SameSite=Lax/);
    expect(Object.fromEntries(asked.searchParams)).toMatchObject({
      response_type: 'code',
      code_challenge_method: 'S256',
      redirect_uri: 'http://127.0.0.1/api/oidc/callback',
    });
    const { response, session } = await comeBack(site, query, key);
    expect(response.status).toBe(200);
    expect(session).toMatch(/; HttpOnly; SameSite=Strict$/);
    const one = visitor(site.page, { cookie: session?.split(';')[0] ?? '', csrf: '' });
    expect(await (await one.ask('GET', '/api/session')).json()).toMatchObject({
      account: 'oidc:li.na',
      role: 'engineer',
    });
    expect(recordsOf(site.directory, 'audit').map(({ body }) => body)).toMatchObject([
      { action: 'page.sign-in', who: 'oidc:li.na', detail: { by: 'oidc' } },
    ]);
  });

  it('is refused to whose groups have no role here', async () => {
    const provider = await startIdentityProvider();
    provider.user = { sub: '8', email: 'wang@example.org', groups: ['others'] };
    const site = await served(provider);
    const { key, query } = await browse(site);
    const { response, session } = await comeBack(site, query, key);
    expect([response.status, session]).toEqual([401, undefined]);
    expect(await response.json()).toMatchObject({ detail: 'none of your groups has a role here' });
    expect(recordsOf(site.directory, 'audit').map(({ body }) => body)).toMatchObject([
      { action: 'page.sign-in-refused', what: 'oidc:wang@example.org' },
    ]);
  });

  it('is refused without the cookie of the browser that began it, twice, with another state, and too late', async () => {
    const provider = await startIdentityProvider();
    provider.user = { sub: '9', groups: ['everybody'] };
    const clock = movedClock();
    const site = await served(provider, clock);
    const statusOf = async (query: string, cookie: string) => (await comeBack(site, query, cookie)).response.status;
    const first = await browse(site);
    expect(await statusOf(first.query, '')).toBe(401);
    expect(await statusOf(first.query, 'firewatch-oidc=nonsense')).toBe(401);
    // Another person's code is not for this browser.
    const second = await browse(site);
    expect(await statusOf(first.query, second.key)).toBe(401);
    expect(await statusOf(second.query.replace(/state=[^&]+/, 'state=other'), first.key)).toBe(401);
    const third = await browse(site);
    expect(await statusOf(third.query, third.key)).toBe(200);
    expect(await statusOf(third.query, third.key)).toBe(401);
    const late = await browse(site);
    clock.pass(11 * 60_000);
    expect(await statusOf(late.query, late.key)).toBe(401);
  });

  it.each(['other-key', 'other-nonce', 'other-audience', 'expired'] as const)(
    'is refused where the token is wrong: %s',
    async (fault) => {
      const provider = await startIdentityProvider();
      provider.user = { sub: '9', groups: ['everybody'] };
      provider.fault = fault;
      const site = await served(provider);
      const { key, query } = await browse(site);
      const { response, session } = await comeBack(site, query, key);
      expect([response.status, session]).toEqual([401, undefined]);
      expect(await response.text()).not.toContain(CLIENT_SECRET);
      expect(site.troubles).not.toEqual([]);
    },
  );

  it('says so where the provider is away, and accounts of the box work', async () => {
    const site = await served({ issuer: 'http://127.0.0.1:9' });
    const response = await visitor(site.page).ask('GET', '/api/oidc/start');
    expect(response.status).toBe(502);
    expect(await response.text()).toContain('accounts of the box work');
    await setUp(site.page);
  });

  it('is not there where the site names no provider', async () => {
    const { page } = await serveSite();
    for (const path of ['start', 'callback?code=1&state=2'])
      expect((await visitor(page).ask('GET', `/api/oidc/${path}`)).status).toBe(404);
    expect(await (await visitor(page).ask('GET', '/api/session')).json()).toMatchObject({ provider: null });
  });
});
