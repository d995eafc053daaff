import { describe, expect, it } from 'vitest';
import { systemClock } from '#agent/model/clock.ts';
import { recordsOf } from '#test/agent/site/played-site.ts';
import { countsOf, movedClock, PASSWORD, serveSite, setUp, signIn, visitor } from './served-site.ts';
import type { Visitor } from './served-site.ts';

const guess = async (one: Visitor, name: string, password: string): Promise<number> =>
  (await one.ask('POST', '/api/login', { body: { name, password } })).status;

describe('the first account', () => {
  it('is made with the code that the box prints, once', async () => {
    const { page } = await serveSite();
    const stranger = visitor(page);
    const code = page.setupCode();
    expect(code).toMatch(/^[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}$/);
    const ask = async (given: unknown) =>
      (await stranger.ask('POST', '/api/setup', { body: { code: given, name: 'chief', password: PASSWORD } })).status;
    expect(await ask('AAAA-AAAA-AAAA')).toBe(401);
    expect(await ask('')).toBe(401);
    expect(await ask(code?.toLowerCase().replaceAll('-', ' '))).toBe(200);
    expect(await ask(code)).toBe(409);
    expect(page.setupCode()).toBeUndefined();
  });

  it('is one, where two have the code at the same moment', async () => {
    const { page } = await serveSite();
    const ask = (name: string) =>
      visitor(page).ask('POST', '/api/setup', { body: { code: page.setupCode(), name, password: PASSWORD } });
    const answers = await Promise.all(['a', 'b', 'c'].map(ask));
    expect(countsOf(answers.map(({ status }) => status))).toEqual({ 200: 1, 409: 2 });
  });

  it('can not be guessed at: the code is locked after a few wrong ones, the right one too', async () => {
    const { page } = await serveSite();
    const stranger = visitor(page);
    const ask = (code: unknown) =>
      stranger.ask('POST', '/api/setup', { body: { code, name: 'chief', password: PASSWORD } });
    for (let n = 0; n < 5; n++) expect((await ask(`AAAA-AAAA-AAA${n}`)).status).toBe(401);
    const locked = await ask(page.setupCode());
    expect(locked.status).toBe(429);
    expect(Number(locked.headers.get('retry-after'))).toBeGreaterThan(20);
  });

  it('has no password that is short', async () => {
    const { page } = await serveSite();
    const body = { code: page.setupCode(), name: 'chief', password: 'short' };
    expect((await visitor(page).ask('POST', '/api/setup', { body })).status).toBe(400);
    expect(page.setupCode()).toBeDefined();
  });
});

describe('a session', () => {
  it('has another secret after each login, and the one before is worth nothing', async () => {
    const { page } = await serveSite();
    const chief = await setUp(page);
    const first = { cookie: chief.cookie(), csrf: chief.csrf() };
    await chief.ask('POST', '/api/login', { body: { name: 'chief', password: PASSWORD } });
    expect(chief.cookie()).not.toBe(first.cookie);
    expect(chief.csrf()).not.toBe(first.csrf);
    expect((await chief.ask('GET', '/api/overview')).status).toBe(200);
    expect((await visitor(page, first).ask('GET', '/api/overview')).status).toBe(401);
  });

  it('is not one that a stranger chose', async () => {
    const { page } = await serveSite();
    await setUp(page);
    const planted = { cookie: 'firewatch=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA', csrf: '' };
    const victim = visitor(page, planted);
    await victim.ask('POST', '/api/login', { body: { name: 'chief', password: PASSWORD } });
    expect(victim.cookie()).not.toBe(planted.cookie);
    expect((await visitor(page, planted).ask('GET', '/api/overview')).status).toBe(401);
  });

  it('ends with signing out, though somebody kept its cookie', async () => {
    const { page } = await serveSite();
    const chief = await setUp(page);
    const kept = { cookie: chief.cookie(), csrf: chief.csrf() };
    const left = await chief.ask('POST', '/api/logout');
    expect(left.headers.get('set-cookie')).toMatch(/^firewatch=;.*Expires=Thu, 01 Jan 1970/);
    expect((await visitor(page, kept).ask('GET', '/api/overview')).status).toBe(401);
  });

  it('ends with a restart, with a change of its account, with its removal', async () => {
    const served = await serveSite();
    const chief = await setUp(served.page);
    const put = (role: string) => chief.ask('PUT', '/api/accounts/li', { body: { role, password: PASSWORD } });
    await put('operator');
    const before = await signIn(served.page, 'li');
    await put('viewer');
    expect((await before.ask('GET', '/api/overview')).status).toBe(401);
    const after = await signIn(served.page, 'li');
    expect((await after.ask('GET', '/api/overview')).status).toBe(200);
    await chief.ask('DELETE', '/api/accounts/li');
    expect((await after.ask('GET', '/api/overview')).status).toBe(401);

    await served.stop();
    const again = await serveSite({ directory: served.directory });
    const kept = { cookie: chief.cookie(), csrf: chief.csrf() };
    expect((await visitor(again.page, kept).ask('GET', '/api/overview')).status).toBe(401);
    expect(again.page.setupCode()).toBeUndefined();
    expect((await (await signIn(again.page, 'chief')).ask('GET', '/api/overview')).status).toBe(200);
  });

  it('ends when nobody used it for a shift, and after a week at the latest', async () => {
    const clock = movedClock();
    const { page } = await serveSite({ clock });
    const chief = await setUp(page);
    for (let hours = 0; hours < 7 * 24; hours += 12) {
      expect((await chief.ask('GET', '/api/session')).status).toBe(200);
      clock.pass(12 * 3_600_000);
    }
    clock.pass(60_000);
    expect((await chief.ask('GET', '/api/overview')).status).toBe(401);
    const idle = await signIn(page, 'chief');
    clock.pass(13.1 * 3_600_000);
    expect((await idle.ask('GET', '/api/overview')).status).toBe(401);
  });

  it('has a cookie that scripts and other sites do not get', async () => {
    const { page } = await serveSite();
    await setUp(page);
    const response = await visitor(page).ask('POST', '/api/login', { body: { name: 'chief', password: PASSWORD } });
    expect(response.headers.get('set-cookie')).toMatch(/^firewatch=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
  });
});

describe('guessing passwords', () => {
  it('is locked for the name, from wherever, longer with each further guess', async () => {
    const clock = movedClock();
    const { page } = await serveSite({ clock });
    await setUp(page);
    const stranger = visitor(page);
    for (let n = 0; n < 5; n++) expect(await guess(stranger, 'chief', `wrong ${n}`)).toBe(401);
    expect(await guess(stranger, 'chief', PASSWORD)).toBe(429);
    clock.pass(31_000);
    expect(await guess(stranger, 'chief', 'wrong again')).toBe(401);
    clock.pass(31_000);
    expect(await guess(stranger, 'chief', PASSWORD)).toBe(429);
    clock.pass(31_000);
    expect(await guess(stranger, 'chief', PASSWORD)).toBe(200);
    expect(await guess(stranger, 'chief', 'wrong')).toBe(401);
  });

  it('counts as many as they are, when they come at the same moment', async () => {
    const { page } = await serveSite();
    await setUp(page);
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, n) => guess(visitor(page), 'chief', `wrong ${n}`)),
    );
    expect(countsOf(answers)).toEqual({ 401: 5, 429: 7 });
  });

  it('is locked for the address, whatever the names, and a password that is known in between does not help', async () => {
    const { page } = await serveSite();
    await setUp(page);
    const stranger = visitor(page);
    const found: number[] = [];
    for (let n = 0; n < 10; n++) found.push(await guess(stranger, `name ${n}`, PASSWORD));
    expect(await guess(stranger, 'chief', PASSWORD)).toBe(200);
    for (let n = 10; n < 22; n++) found.push(await guess(stranger, `name ${n}`, PASSWORD));
    expect(found).toEqual([...Array<number>(20).fill(401), 429, 429]);
  });

  it('takes as long for a name that nobody has', async () => {
    const { page } = await serveSite();
    await setUp(page);
    const took = async (name: string): Promise<number> => {
      const from = systemClock.monotonic();
      await guess(visitor(page), name, 'a wrong password');
      return systemClock.monotonic() - from;
    };
    await took('nobody 0');
    const [known, unknown]: [number[], number[]] = [[], []];
    for (let n = 0; n < 3; n++) {
      known.push(await took('chief'));
      unknown.push(await took(`nobody ${n}`));
    }
    // The fastest of each: what the machine does beside it only adds.
    expect(Math.min(...unknown)).toBeGreaterThan(Math.min(...known) * 0.5);
    expect(Math.min(...unknown)).toBeLessThan(Math.min(...known) * 2);
  });

  it('is in the audit, without what was typed where no such name is', async () => {
    const { page, directory } = await serveSite();
    await setUp(page);
    await guess(visitor(page), 'chief', 'wrong');
    await guess(visitor(page), 'my-password-in-the-wrong-field', 'x');
    const entries = recordsOf(directory, 'audit').map(({ body }) => body);
    expect(entries).toMatchObject([
      { action: 'page.setup', what: 'chief' },
      { action: 'page.sign-in', what: 'chief' },
      { action: 'page.sign-in-refused', what: 'chief', who: '', detail: { ip: '127.0.0.1' } },
      { action: 'page.sign-in-refused', what: 'unknown name' },
    ]);
  });
});
