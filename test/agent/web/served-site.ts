import { connect } from 'node:net';
import { onTestFinished } from 'vitest';
import { pagePort } from '#agent/line/page-port.ts';
import { systemClock } from '#agent/model/clock.ts';
import type { Clock } from '#agent/model/clock.ts';
import type { PageOptions, Role } from '#agent/model/page.ts';
import { startPage } from '#agent/web/server.ts';
import type { PageParts, RunningPage } from '#agent/web/server.ts';
import type { CommissioningPort } from '#agent/web/site-port.ts';
import { siteDirectory, startPlayedSite } from '#test/agent/site/played-site.ts';
import type { PlayedSite } from '#test/agent/site/played-site.ts';

export const PASSWORD = 'correct horse battery';

export const POINTS = `points:
  - { id: T, source: plant, address: t, kind: temperature, unit: °C, range: { low: 0, high: 200 }, alarms: { H: { setpoint: 90, latch: true, priority: high } } }
  - { id: F, source: plant, address: f, kind: flow, unit: t/h, range: { low: 0, high: 10 }, alarms: { L: 2 } }
`;

/** A played site with its page, at a port of its own. */
export interface ServedSite {
  readonly directory: string;
  readonly site: PlayedSite;
  readonly page: RunningPage;
  /** What went wrong inside and was not told to who asked. */
  readonly troubles: readonly unknown[];
  /** At the end of the test at the latest. */
  readonly stop: () => Promise<void>;
}

export interface ServingOptions extends Partial<Pick<PageParts, 'clock' | 'requestMs' | 'tls' | 'health' | 'files'>> {
  readonly yaml?: string;
  readonly page?: Partial<PageOptions>;
  readonly directory?: string;
  readonly commissioning?: CommissioningPort;
}

export async function serveSite(options: ServingOptions = {}): Promise<ServedSite> {
  const { directory = siteDirectory(), yaml = POINTS, page: pageOptions, commissioning, ...parts } = options;
  const site = startPlayedSite(directory, yaml);
  const troubles: unknown[] = [];
  const page = await startPage({
    port: pagePort(site, '1.2.3', commissioning && { commissioning }),
    options: { host: '127.0.0.1', port: 0, isReadOnly: false, ...pageOptions },
    clock: systemClock,
    health: () => ({ isLive: true, isReady: true, isDegraded: false, reasons: [] }),
    onTrouble: (text, cause) => troubles.push(text, cause),
    ...parts,
  });
  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> => (stopped ??= stopBoth(page, site));
  onTestFinished(stop);
  return { directory, site, page, troubles, stop };
}

/** First the page: a site that is stopped has no journal to be asked. */
async function stopBoth(page: RunningPage, site: PlayedSite): Promise<void> {
  await page.stop();
  await site.stop(0);
}

/** One who asks, as a browser does: keeps a cookie and the token that goes with it. */
export interface Visitor {
  readonly ask: (method: string, path: string, request?: Asked) => Promise<Response>;
  readonly cookie: () => string;
  readonly csrf: () => string;
}

export interface Asked {
  readonly body?: unknown;
  /** Undefined takes one away that would be sent. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
}

export function visitor({ url }: Pick<RunningPage, 'url'>, kept = { cookie: '', csrf: '' }): Visitor {
  let { cookie, csrf } = kept;
  return {
    cookie: () => cookie,
    csrf: () => csrf,
    async ask(method, path, { body, headers = {} } = {}) {
      const sent = Object.entries({
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(cookie !== '' && { cookie }),
        ...(csrf !== '' && { 'x-firewatch-csrf': csrf }),
        ...headers,
      }).flatMap(([name, value]): [string, string][] => (value === undefined ? [] : [[name, value]]));
      const response = await fetch(`${url}${path}`, {
        method,
        headers: sent,
        redirect: 'manual',
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      const set = response.headers.getSetCookie().find((one) => one.startsWith('firewatch='));
      if (set !== undefined) cookie = set.split(';')[0] ?? '';
      if (path === '/api/login' || path === '/api/setup') {
        const told = (await response.clone().json()) as { readonly csrf?: string };
        csrf = told.csrf ?? csrf;
      }
      return response;
    },
  };
}

/** Makes the first account with the code that the box prints: `chief`, an admin. */
export async function setUp(page: Pick<RunningPage, 'url' | 'setupCode'>): Promise<Visitor> {
  const chief = visitor(page);
  const body = { code: page.setupCode(), name: 'chief', password: PASSWORD };
  const response = await chief.ask('POST', '/api/setup', { body });
  if (response.status !== 200) throw new Error(`setup: ${response.status} ${await response.text()}`);
  return chief;
}

export async function signIn(page: Pick<RunningPage, 'url'>, name: string, password = PASSWORD): Promise<Visitor> {
  const one = visitor(page);
  const response = await one.ask('POST', '/api/login', { body: { name, password } });
  if (response.status !== 200) throw new Error(`login: ${response.status} ${await response.text()}`);
  return one;
}

/** Makes an account named after the role, and signs in with it. */
export async function visitorWithRole(page: Pick<RunningPage, 'url'>, chief: Visitor, role: Role): Promise<Visitor> {
  await chief.ask('PUT', `/api/accounts/${role}`, { body: { role, password: PASSWORD } });
  return signIn(page, role);
}

/** Says these bytes on a connection of its own; all that comes back until the other side hangs up. */
export function speak({ url }: Pick<RunningPage, 'url'>, text: string): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port) });
    let heard = '';
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => (heard += chunk));
    // Hung up on in the middle of a word is an answer too.
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ECONNRESET' && error.code !== 'EPIPE') reject(error);
    });
    socket.on('close', () => resolve(heard));
    socket.write(text);
  });
}

/** A clock that the test moves. */
export function movedClock(): Clock & { readonly pass: (ms: number) => void } {
  let passed = 0;
  return {
    now: () => systemClock.now() + passed,
    monotonic: () => systemClock.monotonic() + passed,
    pass: (ms) => (passed += ms),
  };
}

/** How often each status was answered. */
export function countsOf(statuses: readonly number[]): Readonly<Record<number, number>> {
  const counts: Record<number, number> = {};
  for (const status of statuses) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}
