import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { PageNews } from '#agent/web/site-port.ts';
import { serveSite, setUp, signIn, visitor, PASSWORD } from './served-site.ts';
import type { ServedSite } from './served-site.ts';

/** An open page, as bytes on a socket. */
interface Listener {
  readonly heard: () => string;
  readonly isClosed: () => boolean;
  readonly socket: Socket;
}

function listen({ page }: Pick<ServedSite, 'page'>, headers: readonly string[] = [], query = ''): Listener {
  const { hostname, port } = new URL(page.url);
  const socket = connect({ host: hostname, port: Number(port) });
  let heard = '';
  let isClosed = false;
  socket.setEncoding('utf8');
  socket.on('data', (chunk: string) => (heard += chunk));
  socket.on('error', () => {});
  socket.on('close', () => (isClosed = true));
  socket.write(`GET /api/live${query} HTTP/1.1\r\n${['host: x', ...headers].join('\r\n')}\r\n\r\n`);
  onTestFinished(() => void socket.destroy());
  return { heard: () => heard, isClosed: () => isClosed, socket };
}

/** Numbers of the alarm records, in the order in which they came. */
const alarmsIn = (text: string): readonly number[] =>
  [...text.matchAll(/id: (\d+)\nevent: alarm\n/g)].map(([, seq]) => Number(seq));

const isReady = (one: Listener): boolean => one.heard().includes('event: ready');

/** What the site tells goes to the page, as it does in the agent. */
function passOn({ site, page }: ServedSite): () => void {
  let passed = 0;
  return () => {
    for (const told of site.told.slice(passed)) if (told.type === 'alarm') page.tell(told);
    passed = site.told.length;
  };
}

describe('a page that was away', () => {
  it('gets the alarms that it missed exactly once, though they are told again', async () => {
    const served = await serveSite({ page: { anonymous: 'viewer' } });
    const { site } = served;
    const pass = passOn(served);
    site.play({ T: 95, F: 5 });
    pass();
    const head = site.journal.head('alarm');
    expect(head).toBeGreaterThan(0);
    const first = listen(served);
    await expect.poll(() => isReady(first)).toBe(true);
    expect(first.heard()).toContain(`id: ${head}\nevent: ready`);
    first.socket.destroy();

    site.play({ F: 1 });
    const missed = site.journal.head('alarm');
    const again = listen(served, [`last-event-id: ${head}`]);
    await expect.poll(() => isReady(again)).toBe(true);
    // Committed before the page came, told to it after.
    pass();
    site.play({ F: 5 });
    pass();
    const all = Array.from({ length: site.journal.head('alarm') - head }, (_, n) => head + 1 + n);
    expect(all.length).toBeGreaterThan(missed - head);
    await expect.poll(() => alarmsIn(again.heard())).toEqual(all);
  });

  it('is told what is skipped where it missed more than can be told at once', async () => {
    const { journal, ...served } = await withAlarms();
    const page = listen(served, ['last-event-id: 0']);
    await expect.poll(() => isReady(page)).toBe(true);
    const seqs = alarmsIn(page.heard());
    expect(seqs).toHaveLength(1000);
    expect(page.heard()).toContain(`event: skipped\ndata: {"first":1,"last":${journal.head('alarm') - 1000}}`);
    expect(seqs[0]).toBe(journal.head('alarm') - 999);
    expect(seqs.at(-1)).toBe(journal.head('alarm'));
  });

  it('is served from now on where what it says is no number', async () => {
    const served = await serveSite({ page: { anonymous: 'viewer' } });
    served.site.play({ T: 95 });
    for (const id of ['-1', '1e999', 'x', '99999999']) {
      const page = listen(served, [`last-event-id: ${id}`]);
      await expect.poll(() => isReady(page)).toBe(true);
      expect(alarmsIn(page.heard())).toEqual([]);
    }
  });
});

describe('open pages', () => {
  it('are 200 at most, and one that is closed makes room', async () => {
    const served = await serveSite({ page: { anonymous: 'viewer' } });
    // From several addresses: each may open 60 in a minute.
    const { hostname, port } = new URL(served.page.url);
    const open = (n: number): Listener => {
      const socket = connect({ host: hostname, port: Number(port), localAddress: `127.0.0.${2 + (n % 8)}` });
      let heard = '';
      socket.setEncoding('utf8');
      socket.on('data', (chunk: string) => (heard += chunk));
      socket.on('error', () => {});
      socket.write('GET /api/live HTTP/1.1\r\nhost: x\r\n\r\n');
      onTestFinished(() => void socket.destroy());
      return { heard: () => heard, isClosed: () => socket.destroyed, socket };
    };
    const pages = Array.from({ length: 200 }, (_, n) => open(n));
    await expect.poll(() => pages.filter(isReady).length).toBe(200);
    const refused = open(200);
    await expect.poll(refused.heard).toMatch(/^HTTP\/1\.1 503 [^]*application\/problem\+json/);
    pages[0]?.socket.destroy();
    await expect
      .poll(async () => {
        const metrics = await (await visitor(served.page).ask('GET', '/metrics')).text();
        return /firewatch_pages_open (\d+)/.exec(metrics)?.[1];
      })
      .toBe('199');
    const next = open(201);
    await expect.poll(() => isReady(next)).toBe(true);
  });

  it('are let go where they do not read', async () => {
    const served = await serveSite({ page: { anonymous: 'viewer' } });
    const slow = listen(served);
    await expect.poll(() => isReady(slow)).toBe(true);
    slow.socket.pause();
    const status = { source: 'plant', state: 'online', reason: 'x'.repeat(100_000), since: 0 };
    const count = async (): Promise<string | undefined> => {
      served.page.tell({ type: 'status', status } as unknown as PageNews);
      const metrics = await (await visitor(served.page).ask('GET', '/metrics')).text();
      return /firewatch_pages_open (\d+)/.exec(metrics)?.[1];
    };
    await expect.poll(count, { interval: 1, timeout: 45_000 }).toBe('0');
    slow.socket.resume();
    await expect.poll(slow.isClosed).toBe(true);
  });

  it('end with the session or the token that opened them', async () => {
    const served = await serveSite();
    const chief = await setUp(served.page);
    await chief.ask('PUT', '/api/accounts/li', { body: { role: 'viewer', password: PASSWORD } });
    const li = await signIn(served.page, 'li');
    const issued = await chief.ask('POST', '/api/tokens', { body: { role: 'viewer', purpose: 'x' } });
    const { id, token } = (await issued.json()) as { id: string; token: string };
    const own = listen(served, [`cookie: ${chief.cookie()}`]);
    const signedOut = listen(served, [`cookie: ${li.cookie()}`]);
    const revoked = listen(served, [`authorization: Bearer ${token}`]);
    await expect.poll(() => [own, signedOut, revoked].every(isReady)).toBe(true);
    await li.ask('POST', '/api/logout');
    await chief.ask('DELETE', `/api/tokens/${id}`);
    await expect
      .poll(() => [own, signedOut, revoked].map((one) => one.isClosed()), { timeout: 5000 })
      .toEqual([false, true, true]);
  });

  it('are not opened by who only asks for the headers', async () => {
    const served = await serveSite({ page: { anonymous: 'viewer' } });
    expect((await visitor(served.page).ask('HEAD', '/api/live')).status).toBe(404);
  });
});

/** 1010 transitions in the journal. */
async function withAlarms() {
  const served = await serveSite({ page: { anonymous: 'viewer' } });
  const { journal } = served.site;
  for (let n = 0; journal.head('alarm') < 1010; n++) served.site.play({ F: n % 2 === 0 ? 1 : 5 });
  return { ...served, journal };
}
