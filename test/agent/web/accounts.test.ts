import { describe, expect, it } from 'vitest';
import { recordsOf } from '#test/agent/site/played-site.ts';
import { countsOf, PASSWORD, serveSite, setUp, signIn, visitor, visitorWithRole } from './served-site.ts';
import type { Visitor } from './served-site.ts';

const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

async function issue(chief: Visitor, role: string): Promise<{ readonly id: string; readonly token: string }> {
  const response = await chief.ask('POST', '/api/tokens', { body: { role, purpose: 'a historian' } });
  return (await response.json()) as { id: string; token: string };
}

describe('accounts', () => {
  it('keep one admin at least', async () => {
    const { page } = await serveSite();
    const chief = await setUp(page);
    expect((await chief.ask('DELETE', '/api/accounts/chief')).status).toBe(409);
    const less = { body: { role: 'viewer', password: PASSWORD } };
    expect((await chief.ask('PUT', '/api/accounts/chief', less)).status).toBe(409);
    await chief.ask('PUT', '/api/accounts/second', { body: { role: 'admin', password: PASSWORD } });
    expect((await chief.ask('DELETE', '/api/accounts/chief')).status).toBe(200);
    const second = await signIn(page, 'second');
    expect((await second.ask('DELETE', '/api/accounts/second')).status).toBe(409);
  });

  it('keep one admin at least, though two are made less at the same moment', async () => {
    const { page } = await serveSite();
    const chief = await setUp(page);
    await chief.ask('PUT', '/api/accounts/second', { body: { role: 'admin', password: PASSWORD } });
    const less = (name: string) =>
      chief.ask('PUT', `/api/accounts/${name}`, { body: { role: 'viewer', password: PASSWORD } });
    const answers = await Promise.all([less('chief'), less('second')]);
    expect(countsOf(answers.map(({ status }) => status))).toEqual({ 200: 1, 409: 1 });
  });

  it('never show passwords nor what is kept of them', async () => {
    const { page, directory } = await serveSite();
    const chief = await setUp(page);
    const { token } = await issue(chief, 'viewer');
    const shown = await (await chief.ask('GET', '/api/accounts')).text();
    expect(JSON.parse(shown)).toMatchObject({ accounts: [{ name: 'chief' }], tokens: [{ purpose: 'a historian' }] });
    expect(shown).not.toMatch(/hash|salt|digest/);
    expect(shown).not.toContain(token.slice(-20));
    expect(JSON.stringify(recordsOf(directory, 'audit'))).not.toContain(token.slice(-20));
  });

  it('have no name that passes for a token, or that is markup', async () => {
    const { page } = await serveSite();
    const chief = await setUp(page);
    for (const name of ['token 0123456789ab', 'Token x', '<b>li</b>', ' li', 'li\nroot', '']) {
      const path = `/api/accounts/${encodeURIComponent(name)}`;
      const { status } = await chief.ask('PUT', path, { body: { role: 'viewer', password: PASSWORD } });
      expect({ name, status }).toEqual({ name, status: 400 });
    }
  });
});

describe('a token', () => {
  it('lets a program in with its role, without a cookie and what goes with it', async () => {
    const { page, site, directory } = await serveSite();
    const chief = await setUp(page);
    site.play({ T: 95, F: 5 });
    const { id, token } = await issue(chief, 'operator');
    const program = visitor(page);
    expect((await program.ask('GET', '/api/overview', bearer(token))).status).toBe(200);
    expect((await program.ask('GET', '/api/audit', bearer(token))).status).toBe(403);
    const acknowledged = await program.ask('POST', '/api/alarms/T%2FH/acknowledge', { ...bearer(token), body: {} });
    expect(acknowledged.status).toBe(200);
    expect(recordsOf(directory, 'audit').at(-1)?.body).toMatchObject({
      who: `token ${id}`,
      action: 'alarm.acknowledge',
    });
  });

  it('is worth nothing once it is revoked, or changed by a letter', async () => {
    const { page } = await serveSite();
    const chief = await setUp(page);
    const { id, token } = await issue(chief, 'admin');
    const program = visitor(page);
    const changed = token.slice(0, -1) + (token.endsWith('A') ? 'B' : 'A');
    for (const wrong of [changed, token.slice(0, -1), `fw_${id}_`, 'fw', '__proto__', `${token} ${token}`])
      expect(await program.ask('GET', '/api/overview', bearer(wrong))).toMatchObject({ status: 401 });
    await chief.ask('DELETE', `/api/tokens/${id}`);
    expect((await program.ask('GET', '/api/overview', bearer(token))).status).toBe(401);
  });

  it('is there after a restart', async () => {
    const served = await serveSite();
    const { token } = await issue(await setUp(served.page), 'viewer');
    await served.stop();
    const again = await serveSite({ directory: served.directory });
    expect((await visitor(again.page).ask('GET', '/api/overview', bearer(token))).status).toBe(200);
  });
});

describe('a page that is read-only', () => {
  it('changes nothing for anybody, but lets people in and shows', async () => {
    const { page, site } = await serveSite({ page: { isReadOnly: true } });
    const chief = await setUp(page);
    site.play({ T: 95, F: 5 });
    for (const [method, path, body] of [
      ['POST', '/api/alarms/T%2FH/acknowledge', {}],
      ['POST', '/api/tokens', { role: 'viewer', purpose: 'x' }],
      ['PUT', '/api/accounts/li', { role: 'viewer', password: PASSWORD }],
      ['DELETE', '/api/accounts/chief', undefined],
      ['POST', '/api/config/apply', { files: {} }],
    ] as const) {
      const response = await chief.ask(method, path, { body });
      expect(await response.json()).toMatchObject({ title: 'Read-only', status: 403 });
    }
    expect(site.alarms().find(({ definition }) => definition.id === 'T/H')?.state).toBe('unacknowledged');
    expect((await chief.ask('GET', '/api/alarms')).status).toBe(200);
    expect((await chief.ask('POST', '/api/logout')).status).toBe(200);
  });
});

describe('a page that anybody may look at', () => {
  it('shows what a viewer sees, and lets nobody do more', async () => {
    const { page } = await serveSite({ page: { anonymous: 'viewer' } });
    const stranger = visitor(page);
    expect((await stranger.ask('GET', '/api/overview')).status).toBe(200);
    expect((await stranger.ask('GET', '/api/audit')).status).toBe(403);
    expect((await stranger.ask('POST', '/api/alarms/T%2FH/acknowledge', { body: {} })).status).toBe(403);
    expect(await (await stranger.ask('GET', '/api/session')).json()).toMatchObject({ account: '', role: 'viewer' });
  });

  it('shows who signed in what is theirs', async () => {
    const { page } = await serveSite({ page: { anonymous: 'viewer' } });
    const engineer = await visitorWithRole(page, await setUp(page), 'engineer');
    expect((await engineer.ask('GET', '/api/audit')).status).toBe(200);
  });
});
