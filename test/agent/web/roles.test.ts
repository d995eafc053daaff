import { describe, expect, it } from 'vitest';
import { roles } from '#agent/model/page.ts';
import type { Role } from '#agent/model/page.ts';
import { serveSite, setUp, visitor, visitorWithRole } from './served-site.ts';
import type { Visitor } from './served-site.ts';

/** Who may do what: the least role. A new route is entered here, by who has thought about it. */
const table: Readonly<Record<string, Role | 'public'>> = {
  'GET /health/live': 'public',
  'GET /health/ready': 'public',
  'GET /metrics': 'public',
  'GET /api/session': 'public',
  'POST /api/setup': 'public',
  'GET /api/oidc/start': 'public',
  'GET /api/oidc/callback': 'public',
  'POST /api/login': 'public',
  'POST /api/logout': 'viewer',
  'GET /api/openapi.json': 'viewer',
  'GET /api/overview': 'viewer',
  'GET /api/sources': 'viewer',
  'GET /api/uplinks': 'viewer',
  'GET /api/views': 'viewer',
  'GET /api/journal': 'viewer',
  'GET /api/system': 'viewer',
  'GET /api/health': 'viewer',
  'GET /api/live': 'viewer',
  'GET /api/points': 'viewer',
  'GET /api/points/{point}': 'viewer',
  'GET /api/history': 'viewer',
  'GET /api/history.csv': 'viewer',
  'GET /api/series': 'viewer',
  'GET /api/trend': 'viewer',
  'GET /api/events': 'viewer',
  'GET /api/gaps': 'viewer',
  'GET /api/cameras': 'viewer',
  'GET /api/cameras/{camera}/picture': 'operator',
  'GET /api/evidence': 'operator',
  'GET /api/evidence/{file}': 'operator',
  'GET /api/plans': 'viewer',
  'GET /api/uplinks/{receiver}/delivered': 'viewer',
  'POST /api/uplinks/{receiver}/resend': 'engineer',
  'GET /api/plant-alarms': 'viewer',
  'PUT /api/plans/{plan}': 'engineer',
  'GET /api/plans/{plan}/drawing': 'viewer',
  'PUT /api/plans/{plan}/drawing': 'engineer',
  'DELETE /api/plans/{plan}/drawing': 'engineer',
  'GET /api/alarms': 'viewer',
  'GET /api/alarms/figures': 'viewer',
  'GET /api/alarms/report': 'viewer',
  'GET /api/alarms/report.html': 'viewer',
  'GET /api/alarms/history': 'viewer',
  'GET /api/alarms/{alarm}': 'viewer',
  'POST /api/alarms/{alarm}/acknowledge': 'operator',
  'POST /api/alarms/{alarm}/reset': 'operator',
  'POST /api/alarms/{alarm}/shelve': 'operator',
  'POST /api/alarms/{alarm}/unshelve': 'operator',
  'POST /api/alarms/{alarm}/remove-from-service': 'engineer',
  'POST /api/alarms/{alarm}/return-to-service': 'engineer',
  'GET /api/audit': 'engineer',
  'GET /api/config': 'engineer',
  'POST /api/config/check': 'engineer',
  'POST /api/config/apply': 'engineer',
  'POST /api/config/rollback': 'engineer',
  'GET /api/diagnostics': 'engineer',
  'GET /api/loop-checks': 'engineer',
  'POST /api/points/{point}/loop-check': 'engineer',
  'POST /api/commissioning/search': 'engineer',
  'GET /api/commissioning/search': 'engineer',
  'DELETE /api/commissioning/search': 'engineer',
  'GET /api/accounts': 'admin',
  'PUT /api/accounts/{name}': 'admin',
  'DELETE /api/accounts/{name}': 'admin',
  'POST /api/tokens': 'admin',
  'DELETE /api/tokens/{id}': 'admin',
};

interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, object>>>>;
}

async function routesOf(chief: Visitor): Promise<readonly string[]> {
  const { paths } = (await (await chief.ask('GET', '/api/openapi.json')).json()) as OpenApi;
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
}

/** The parameters name nothing that there is: who may ask is told so, and nothing is done. */
async function statusFor(one: Visitor, route: string): Promise<number> {
  const [method = '', path = ''] = route.split(' ');
  const isReading = method === 'GET';
  const response = await one.ask(method, path.replaceAll(/\{[^}]+\}/g, 'nothing'), {
    ...(!isReading && { body: { nonsense: true } }),
  });
  await response.body?.cancel();
  return response.status;
}

const isRefused = (status: number): boolean => status === 401 || status === 403;

describe('every route', { timeout: 300_000 }, () => {
  it('lets in who has its role, and nobody below', async () => {
    const { page } = await serveSite();
    const chief = await setUp(page);
    const routes = await routesOf(chief);
    expect(routes.toSorted()).toEqual(Object.keys(table).toSorted());

    const visitors = new Map<string, Visitor>([['nobody', visitor(page)]]);
    for (const role of roles) visitors.set(role, await visitorWithRole(page, chief, role));
    const found: string[] = [];
    const expected: string[] = [];
    // Signing out comes last: nobody could ask afterwards.
    for (const route of [...routes.filter((one) => !one.endsWith('logout')), 'POST /api/logout'])
      for (const [who, one] of visitors) {
        const needed = table[route];
        const status = await statusFor(one, route);
        // A wrong name or code is told with 401 as well.
        if (needed === 'public') continue;
        found.push(`${route} ${who} ${isRefused(status) ? status : 'let in'}`);
        const isEnough = needed !== undefined && roles.indexOf(who as Role) >= roles.indexOf(needed);
        expected.push(`${route} ${who} ${isEnough ? 'let in' : who === 'nobody' ? 401 : 403}`);
      }
    expect(found.length).toBeGreaterThan(100);
    expect(found).toEqual(expected);
  });
});

/** What changes something, and is not there to let somebody in. */
const changing = Object.keys(table).filter((route) => !route.startsWith('GET') && table[route] !== 'public');

/** Status and title of what a route answers. */
async function answerOf(one: Visitor, route: string, csrf?: string) {
  const [method = '', path = ''] = route.split(' ');
  const response = await one.ask(method, path.replaceAll(/\{[^}]+\}/g, 'nothing'), {
    body: { nonsense: true },
    headers: { 'x-firewatch-csrf': csrf },
  });
  const { title } = (await response.json()) as { readonly title?: string };
  return `${response.status} ${title}`;
}

describe('every route that changes something', { timeout: 300_000 }, () => {
  it('is refused to an admin without the token of the session', async () => {
    const { page } = await serveSite();
    const chief = await setUp(page);
    expect(changing.length).toBeGreaterThan(15);
    for (const route of changing)
      for (const csrf of [undefined, 'wrong'])
        expect(`${route} ${await answerOf(chief, route, csrf)}`).toBe(`${route} 403 Not from the page`);
  });

  it('is refused to everybody where the page is read-only, but for signing out and looking', async () => {
    const { page } = await serveSite({ page: { isReadOnly: true } });
    const chief = await setUp(page);
    const harmless = ['POST /api/config/check', 'POST /api/logout'];
    for (const route of changing.filter((one) => !harmless.includes(one)))
      expect(`${route} ${await answerOf(chief, route, chief.csrf())}`).toBe(`${route} 403 Read-only`);
  });
});
