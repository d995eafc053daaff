import { X509Certificate } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { get, request } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { endOf, fingerprintOf, ownCertificate } from '#agent/web/own-certificate.ts';
import { siteDirectory } from '#test/agent/site/played-site.ts';
import { PASSWORD, serveSite, setUp } from './served-site.ts';

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 5, 1);

/** An answer over TLS, and the fingerprint of who gave it, trusted through `ca` alone. */
function ask(url: string, ca: string): Promise<{ readonly response: IncomingMessage; readonly fingerprint: string }> {
  return new Promise((resolve, reject) => {
    get(`${url}/api/session`, { ca, agent: false }, (response) => {
      response.resume();
      const { fingerprint256 } = (response.socket as TLSSocket).getPeerCertificate();
      resolve({ response, fingerprint: fingerprint256 });
    }).on('error', reject);
  });
}

/** The answer to the first account being made, over TLS. */
function setUpOver(url: string, ca: string, code: string | undefined): Promise<IncomingMessage> {
  const body = JSON.stringify({ code, name: 'chief', password: PASSWORD });
  return new Promise((resolve, reject) => {
    const options = { ca, agent: false, method: 'POST', headers: { 'content-type': 'application/json' } };
    request(`${url}/api/setup`, options, resolve).on('error', reject).end(body);
  });
}

const cookieOf = ({ headers }: IncomingMessage): string => headers['set-cookie']?.join() ?? '';

describe("the box's own certificate", () => {
  it('is made once and kept, its key for its owner alone', async () => {
    const directory = siteDirectory();
    const first = await ownCertificate(directory, NOW);
    expect(await ownCertificate(directory, NOW + DAY)).toEqual(first);
    const file = join(directory, 'page-certificate.pem');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const { subjectAltName = '', ca } = new X509Certificate(first.certificate);
    expect(subjectAltName).toContain('DNS:localhost');
    expect(subjectAltName).toContain('IP Address:127.0.0.1');
    expect(ca).toBe(false);
    expect(fingerprintOf(first)).toMatch(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/);
  });

  it('is made anew a month before it is over, and where the file is broken or holds another key', async () => {
    const directory = siteDirectory();
    const first = await ownCertificate(directory, NOW);
    const end = endOf(first);
    expect((end - NOW) / DAY).toBeGreaterThan(700);
    expect(await ownCertificate(directory, end - 31 * DAY)).toEqual(first);
    const second = await ownCertificate(directory, end - 29 * DAY);
    expect(fingerprintOf(second)).not.toBe(fingerprintOf(first));
    expect(endOf(second)).toBeGreaterThan(end + 600 * DAY);
    const file = join(directory, 'page-certificate.pem');
    for (const broken of ['', 'x', second.certificate, first.key + second.certificate]) {
      writeFileSync(file, broken);
      const made = await ownCertificate(directory, end - 29 * DAY);
      expect(readFileSync(file, 'utf8')).toBe(made.key + made.certificate);
      expect(fingerprintOf(made)).not.toBe(fingerprintOf(second));
    }
  });

  it('is good from the day before, and made by a box whose clock was not set yet lasts all the same', async () => {
    const early = await ownCertificate(siteDirectory(), Date.UTC(1970, 0, 2));
    expect(endOf(early)).toBeGreaterThan(Date.UTC(2025, 0, 1));
    const { validFrom } = new X509Certificate((await ownCertificate(siteDirectory(), NOW)).certificate);
    expect(Date.parse(validFrom)).toBe(NOW - DAY);
  });
});

describe('a page over TLS', () => {
  it('is trusted by its certificate, tells browsers to stay with TLS, and binds its cookie to it', async () => {
    const tls = await ownCertificate(siteDirectory(), Date.now());
    const { page } = await serveSite({ tls, page: { tls: 'own' } });
    expect(page.url).toMatch(/^https:/);
    const { response, fingerprint } = await ask(page.url, tls.certificate);
    expect(fingerprint).toBe(fingerprintOf(tls));
    expect(response.headers['strict-transport-security']).toMatch(/^max-age=\d{8}/);
    expect(cookieOf(await setUpOver(page.url, tls.certificate, page.setupCode()))).toMatch(
      /; Secure; SameSite=Strict$/,
    );
    const other = await ownCertificate(siteDirectory(), Date.now());
    await expect(ask(page.url, other.certificate)).rejects.toThrow(/self-signed/);
  });

  it('takes a renewed certificate without a restart', async () => {
    const [first, second] = [
      await ownCertificate(siteDirectory(), Date.now()),
      await ownCertificate(siteDirectory(), Date.now()),
    ];
    const { page } = await serveSite({ tls: first, page: { tls: 'own' } });
    page.useCertificate(second);
    expect((await ask(page.url, second.certificate)).fingerprint).toBe(fingerprintOf(second));
  });

  it('drops who never finishes the handshake', async () => {
    const tls = await ownCertificate(siteDirectory(), Date.now());
    const { page } = await serveSite({ tls, page: { tls: 'own' }, requestMs: 400 });
    const socket = connect({ host: '127.0.0.1', port: Number(new URL(page.url).port) });
    socket.on('error', () => {});
    socket.write(Buffer.from([0x16, 0x03, 0x01]));
    await expect.poll(() => socket.destroyed || socket.readableEnded, { timeout: 5000 }).toBe(true);
    await expect(ask(page.url, tls.certificate)).resolves.toBeDefined();
  });

  it('says nothing of TLS to browsers where it has none', async () => {
    const { page } = await serveSite();
    await setUp(page);
    expect((await fetch(`${page.url}/api/session`)).headers.get('strict-transport-security')).toBeNull();
  });
});
