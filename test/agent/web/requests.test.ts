import { mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { siteDirectory } from '#test/agent/site/played-site.ts';
import { countsOf, PASSWORD, serveSite, setUp, speak, visitor } from './served-site.ts';
import type { Asked } from './served-site.ts';

const problem = (response: Response): Promise<unknown> => response.json();

describe('a change that another site makes a browser ask for', () => {
  it('is refused without the token of the session, and with a wrong one', async () => {
    const { page } = await serveSite();
    const chief = await setUp(page);
    const body = { role: 'viewer', purpose: 'x' };
    for (const csrf of [undefined, '', 'wrong', `${chief.csrf()}x`, chief.csrf().toLowerCase()]) {
      const response = await chief.ask('POST', '/api/tokens', { body, headers: { 'x-firewatch-csrf': csrf } });
      expect(await problem(response)).toMatchObject({ status: 403, title: 'Not from the page' });
    }
    for (const path of ['/api/logout', '/api/config/check'])
      expect((await chief.ask('POST', path, { body: {}, headers: { 'x-firewatch-csrf': undefined } })).status).toBe(
        403,
      );
    expect(await (await chief.ask('GET', '/api/accounts')).json()).toMatchObject({ tokens: [] });
    expect((await chief.ask('POST', '/api/tokens', { body })).status).toBe(200);
  });

  it('is refused by where the browser says that it comes from, signing in too', async () => {
    const { page } = await serveSite();
    const chief = await setUp(page);
    const own = new URL(page.url).origin;
    const ask = async (path: string, headers: Asked['headers'] = {}): Promise<number> => {
      const body = path === '/api/login' ? { name: 'chief', password: PASSWORD } : { role: 'viewer', purpose: 'x' };
      return (await chief.ask('POST', path, { body, headers })).status;
    };
    for (const path of ['/api/tokens', '/api/login']) {
      for (const headers of [
        { 'sec-fetch-site': 'cross-site' },
        { 'sec-fetch-site': 'same-site' },
        { origin: 'https://evil.example' },
        { origin: 'null' },
        { origin: `${own}.evil.example` },
      ])
        expect(await ask(path, headers)).toBe(403);
      expect(await ask(path, { 'sec-fetch-site': 'same-origin', origin: own })).toBe(200);
      expect(await ask(path, { origin: own })).toBe(200);
    }
  });

  it('is not understood as a form posts it', async () => {
    const { page } = await serveSite();
    const chief = await setUp(page);
    for (const [type, body] of [
      ['application/x-www-form-urlencoded', 'role=admin&purpose=x'],
      ['text/plain', '{"role":"admin","purpose":"x="}'],
      ['multipart/form-data; boundary=x', '--x\r\ncontent-disposition: form-data; name="role"\r\n\r\nadmin\r\n--x--'],
    ] as const) {
      const response = await chief.ask('POST', '/api/tokens', { body, headers: { 'content-type': type } });
      expect(await problem(response)).toMatchObject({ status: 415 });
    }
    expect(await (await chief.ask('GET', '/api/accounts')).json()).toMatchObject({ tokens: [] });
  });
});

describe('an answer', () => {
  it('is sealed against what a browser might do with it', async () => {
    const { page } = await serveSite({ page: { anonymous: 'viewer' } });
    for (const path of ['/api/overview', '/api/nothing', '/api/live', '/metrics', '/', '/api/points?limit=x']) {
      const response = await visitor(page).ask('GET', path);
      await response.body?.cancel();
      const { headers } = response;
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      const rules = headers.get('content-security-policy') ?? '';
      expect(rules.split(';')).toEqual(
        expect.arrayContaining([
          "default-src 'none'",
          "script-src 'self'",
          "frame-ancestors 'none'",
          "base-uri 'none'",
        ]),
      );
      expect(rules).not.toMatch(/unsafe|\*|https?:/);
      expect(headers.get('access-control-allow-origin')).toBeNull();
      expect(headers.get('x-powered-by')).toBeNull();
    }
    const { headers } = await visitor(page).ask('GET', '/api/overview');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
  });

  it('carries names and texts as data, whatever is written in them', async () => {
    const attack = `<img src=x onerror=alert(1)>'"</script>`;
    const { page, site } = await serveSite({
      page: { anonymous: 'viewer' },
      yaml: `points:
  - id: T
    source: plant
    address: t
    name: ${JSON.stringify(attack)}
    kind: temperature
    unit: °C
    range: { low: 0, high: 200 }
    alarms: { H: { setpoint: 90, message: { zh: ${JSON.stringify(attack)}, en: ${JSON.stringify(attack)} } } }
`,
    });
    site.play({ T: 95 });
    for (const path of ['/api/points', '/api/alarms', '/api/alarms/history']) {
      const response = await visitor(page).ask('GET', path);
      expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
      expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    }
    expect(JSON.stringify(await (await visitor(page).ask('GET', '/api/points')).json())).toContain('onerror');
    const lost = await visitor(page).ask('GET', `/api/points/${encodeURIComponent(attack)}`);
    expect(lost.headers.get('content-type')).toMatch('application/problem+json');
  });

  it('says what is wrong as RFC 9457 has it, and nothing of the inside', async () => {
    const { page, troubles } = await serveSite({
      page: { anonymous: 'viewer' },
      health: () => {
        throw new Error('secret of the inside at /etc/firewatch');
      },
    });
    const stranger = visitor(page);
    for (const [method, path, status] of [
      ['GET', '/api/points?limit=none', 400],
      ['GET', '/api/accounts', 403],
      ['GET', '/api/points/nothing', 404],
      ['GET', '/api/nothing', 404],
      ['POST', '/api/login', 400],
      ['GET', '/api/health', 500],
    ] as const) {
      const response = await stranger.ask(method, path, method === 'POST' ? { body: '{"name":' } : {});
      expect(response.headers.get('content-type')).toMatch('application/problem+json');
      const text = await response.text();
      expect(JSON.parse(text)).toEqual({
        type: 'about:blank',
        title: expect.any(String),
        status,
        detail: expect.any(String),
      });
      expect(text).not.toMatch(/etc|node_modules|\.ts|at Object/);
    }
    expect(troubles).toEqual([
      'GET /api/health failed',
      expect.objectContaining({ message: expect.stringContaining('inside') }),
    ]);
  });
});

describe('a path', () => {
  it('leads to nothing outside of the built page', async () => {
    const outside = siteDirectory();
    const files = join(outside, 'dist');
    mkdirSync(join(files, 'assets'), { recursive: true });
    writeFileSync(join(outside, 'outside.txt'), 'OUTSIDE');
    writeFileSync(join(files, '.env'), 'OUTSIDE');
    writeFileSync(join(files, 'index.html'), '<!doctype html>');
    writeFileSync(join(files, 'assets', 'app-1.js'), 'export {};');
    const { page } = await serveSite({ files });
    const host = new URL(page.url).host;
    const asset = await visitor(page).ask('GET', '/assets/app-1.js');
    expect(asset.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(await asset.text()).toBe('export {};');
    expect(await (await visitor(page).ask('GET', '/')).text()).toBe('<!doctype html>');
    for (const path of [
      '/assets/../../outside.txt',
      '/assets/..%2f..%2foutside.txt',
      '/assets/%2e%2e/%2e%2e/outside.txt',
      '/assets/..\\..\\outside.txt',
      '/assets/....//....//outside.txt',
      `/assets/${join(outside, 'outside.txt')}`,
      '/assets/%00/../../../outside.txt',
      '/assets/../.env',
      '/.env',
      '//etc/passwd',
    ]) {
      const heard = await speak(page, `GET ${path} HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`);
      expect(heard).toMatch(/^HTTP\/1\.1 40[034] /);
      expect(heard).not.toMatch(/OUTSIDE|root:/);
    }
  });

  it('with a parameter that climbs is a name that nobody has', async () => {
    const { page } = await serveSite({ page: { anonymous: 'viewer' } });
    for (const name of ['../../etc/passwd', '__proto__', 'constructor', '%00', 'a'.repeat(300)]) {
      const { status } = await visitor(page).ask('GET', `/api/points/${encodeURIComponent(name)}`);
      expect(status).toBe(404);
    }
    // Too long for a name: with the page built, its files are looked through before that is said.
    const { status } = await visitor(page).ask('GET', `/api/points/${'a'.repeat(400)}`);
    expect([404, 414]).toContain(status);
  });

  it('and its headers put nothing into the answer', async () => {
    const { page } = await serveSite({ page: { anonymous: 'viewer' } });
    const host = new URL(page.url).host;
    const injected = '%0d%0aset-cookie:%20firewatch=evil%0d%0a';
    for (const path of [`/api/${injected}`, `/api/history.csv?points=T&from=0&to=1${injected}`, `/${injected}`]) {
      const heard = await speak(page, `GET ${path} HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`);
      expect(heard).toMatch(/^HTTP\/1\.1 [234]\d\d /);
      expect(heard.split('\r\n\r\n')[0]).not.toMatch(/set-cookie/i);
    }
    const smuggled = `POST /api/login HTTP/1.1\r\nhost: ${host}\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\nGET /metrics HTTP/1.1\r\nhost: x\r\n\r\n`;
    const heard = await speak(page, smuggled);
    expect(heard).toMatch(/^HTTP\/1\.1 400 /);
    expect(heard).not.toContain('firewatch_');
  });
});

describe('a request that is too much', () => {
  it('is refused by its size', async () => {
    const { page } = await serveSite();
    const big = { name: 'a', password: 'x'.repeat(300_000) };
    const response = await visitor(page).ask('POST', '/api/login', { body: big });
    expect(await problem(response)).toMatchObject({ status: 413 });
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    expect((await visitor(page).ask('POST', '/api/login', { body: deep })).status).toBe(400);
    const host = new URL(page.url).host;
    const heard = await speak(page, `GET / HTTP/1.1\r\nhost: ${host}\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`);
    expect(heard).toMatch(/^HTTP\/1\.1 431 /);
    const body = '{"name":"a","password":"b","__proto__":{"role":"admin"}}';
    expect((await visitor(page).ask('POST', '/api/login', { body })).status).toBe(400);
  });

  it('is dropped where its headers or its body never end, and others are served meanwhile', async () => {
    const { page } = await serveSite({ requestMs: 400 });
    const slowHeaders = speak(page, 'GET /api/session HTTP/1.1\r\nhost: x\r\nx-slow: ');
    const slowBody = speak(
      page,
      'POST /api/login HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{',
    );
    const silent = speak(page, 'G');
    expect((await visitor(page).ask('GET', '/api/session')).status).toBe(200);
    for (const heard of await Promise.all([slowHeaders, slowBody, silent])) expect(heard).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('is hung up on where one address opens more connections than all its pages need', async () => {
    const { page } = await serveSite();
    const { hostname, port } = new URL(page.url);
    const sockets = Array.from({ length: 450 }, () => connect({ host: hostname, port: Number(port) }));
    let closed = 0;
    for (const socket of sockets) socket.on('error', () => {}).on('close', () => (closed += 1));
    await expect.poll(() => closed).toBe(50);
    for (const socket of sockets) socket.destroy();
    await expect
      .poll(
        async () =>
          (
            await visitor(page)
              .ask('GET', '/api/session')
              .catch(() => undefined)
          )?.status,
      )
      .toBe(200);
  });

  it('is told to wait where there are too many', async () => {
    const { page } = await serveSite();
    const statuses: number[] = [];
    for (let n = 0; n < 26; n++) {
      const many = Array.from({ length: 50 }, async () => {
        const response = await visitor(page).ask('GET', '/health/live');
        await response.body?.cancel();
        return response.status;
      });
      statuses.push(...(await Promise.all(many)));
    }
    expect(countsOf(statuses)).toEqual({ 200: 1200, 429: 100 });
    const response = await visitor(page).ask('GET', '/health/live');
    expect(response.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(await problem(response)).toMatchObject({ status: 429, title: 'Too many requests' });
  });
});
