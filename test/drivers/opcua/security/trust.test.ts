import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { systemClock } from '#agent/model/clock.ts';
import type { SourceError } from '#drivers/driver.ts';
import { listCertificates } from '#drivers/opcua/trust-store.ts';
import { contextOf, record } from '../recorder.ts';
import { createScene, pointsOf, quick } from '../scene.ts';
import { double } from '../test-server.ts';
import {
  certificateManager,
  certificateOf,
  issueCertificate,
  offering,
  sessionsOf,
  trusting,
} from './secure-server.ts';

const scene = createScene();
afterEach(scene.end);

const security = { mode: 'SignAndEncrypt' };

/** A site with one secured source, as `firewatch trust` finds it. */
async function site(endpoint: string) {
  const directory = await mkdtemp(path.join(tmpdir(), 'opcua-trust-'));
  const file = path.join(directory, 'site.yaml');
  await writeFile(
    file,
    `site: { id: a, name: a, timezone: UTC }
journal: { directory: ./data }
sources:
  - id: dcs
    kind: opcua
    endpoint: ${endpoint}
    security: { mode: SignAndEncrypt }
    user: { name: firewatch, password: "\${env:PASSWORD_THAT_ONLY_THE_SERVICE_HAS}" }
points:
  - { id: T, source: dcs, address: "nsu=urn:plant;s=T", kind: temperature, unit: °C }
`,
  );
  const stateDir = path.join(directory, 'data', 'sources', 'dcs');
  await mkdir(stateDir, { recursive: true });
  return { file, stateDir };
}

const main = new URL('../../../../agent/cli/main.ts', import.meta.url).pathname;

const trust = (...words: readonly string[]): Promise<{ code: number; out: string; err: string }> =>
  new Promise((resolve) => {
    execFile(process.execPath, [main, 'trust', ...words], (error, out, err) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err });
    });
  });

test('an unknown server is refused with its thumbprint and the next command, which then lets it in', async () => {
  const server = await scene.serve({ T: double(1) }, offering());
  const { thumbprint } = certificateOf(server.server);
  const { file, stateDir } = await site(server.endpoint);
  const before = await scene.watch(server, pointsOf(['T']), { security }, stateDir);
  const error = await before.failed;
  expect(error.message).toContain("this agent rejected the server's certificate");
  expect(error.message).toContain(`thumbprint ${thumbprint}`);
  expect(error.message).toMatch(/on the server/i);
  expect((error as SourceError).retryAfterMs).toBeGreaterThanOrEqual(10_000);
  expect(server.server.engine.cumulatedSessionCount, 'no session was asked for').toBe(0);
  const [, words = ''] = /run: firewatch trust SITE\.yaml (.*)$/.exec(error.message) ?? [];
  expect(words).toBe(`dcs --accept ${thumbprint}`);

  const listed = await trust(file);
  expect(listed.out).toContain('rejected');
  expect(listed.out).toContain(`firewatch trust ${file} dcs --accept ${thumbprint}`);
  expect(await trust(file, ...words.split(' '))).toMatchObject({
    code: 0,
    out: expect.stringContaining(`thumbprint ${thumbprint}`) as string,
  });
  expect(await trust(file, ...words.split(' ')), 'again').toMatchObject({ code: 0 });

  const after = await scene.watch(server, pointsOf(['T']), { security }, stateDir);
  await after.until(() => after.samples('T').length > 0, 'a value');
  expect(sessionsOf(server)).toMatchObject([{ mode: 'SignAndEncrypt' }]);
});

test('firewatch trust accepts nothing that was not seen, and says what was', async () => {
  const server = await scene.serve({ T: double(1) }, offering());
  const { file, stateDir } = await site(server.endpoint);
  expect(await trust(file, 'dcs', '--accept', '00112233445566778899')).toMatchObject({
    code: 1,
    err: expect.stringContaining('run the agent once') as string,
  });
  await (
    await scene.watch(server, pointsOf(['T']), { security }, stateDir)
  ).failed;
  expect(await trust(file, 'dcs', '--accept', '00112233445566778899')).toMatchObject({
    code: 1,
    err: expect.stringContaining(certificateOf(server.server).thumbprint) as string,
  });
  expect(await trust(file, 'plc')).toMatchObject({ code: 2 });
});

test('a server that does not trust this agent is told as that, with our certificate and what to do', async () => {
  const serverCertificateManager = await certificateManager(false);
  const server = await scene.serve({ T: double(1) }, offering(['SignAndEncrypt'], { serverCertificateManager }));
  const stateDir = trusting(server);
  const before = await scene.watch(server, pointsOf(['T']), { security }, stateDir);
  const { message } = await before.failed;
  expect(message).toContain("the server seems to have rejected this agent's certificate");
  const [, thumbprint = ''] = /thumbprint ([0-9A-F]{40})/.exec(message) ?? [];
  const [, ownFile = ''] = /import (\S+\.pem)/.exec(message) ?? [];
  expect(await readFile(ownFile, 'utf8')).toContain('BEGIN CERTIFICATE');

  await serverCertificateManager.trustCertificate(
    Buffer.from((await readFile(ownFile, 'utf8')).replaceAll(/-----[^-]+-----|\s/g, ''), 'base64'),
  );
  const after = await scene.watch(server, pointsOf(['T']), { security }, stateDir);
  await after.until(() => after.samples('T').length > 0, 'a value');
  expect(sessionsOf(server)).toMatchObject([{ certificate: thumbprint }]);
});

test('keeps its certificate and application URI from one start to the next', async () => {
  const server = await scene.serve({ T: double(1) }, offering());
  const stateDir = trusting(server);
  const seen: unknown[] = [];
  for (let start = 1; start <= 3; start += 1) {
    const run = await scene.watch(server, pointsOf(['T']), { security }, stateDir);
    await run.until(() => run.samples('T').length > 0, 'a value');
    const [session] = sessionsOf(server);
    seen.push({ certificate: session?.certificate, applicationUri: session?.applicationUri });
    run.stop();
    await expect.poll(() => sessionsOf(server)).toEqual([]);
  }
  expect(seen[0]).toEqual({
    certificate: expect.stringMatching(/^[0-9A-F]{40}$/) as string,
    applicationUri: expect.stringMatching(/^urn:firewatch:dcs:/) as string,
  });
  expect(new Set(seen.map((each) => JSON.stringify(each)))).toHaveProperty('size', 1);
  const own = (await listCertificates(stateDir)).find(({ standing }) => standing === 'own');
  expect({ certificate: own?.thumbprint, applicationUri: own?.applicationUri }).toEqual(seen[0]);
  expect(own?.subject).toBe('CN=Firewatch dcs');
  expect((await stat(path.join(stateDir, 'pki/own/private/private_key.pem'))).mode & 0o077, 'the key is ours').toBe(0);
});

test('makes a certificate that servers take, even when the clock of the box stood at 1970', async () => {
  const server = await scene.serve({ T: double(1) }, offering());
  const stateDir = trusting(server);
  const early = { ...systemClock, now: () => 3600 * 1000 };
  const first = record(
    { endpoint: server.endpoint, ...quick, security },
    { ...(await contextOf(pointsOf(['T']), stateDir)), clock: early },
  );
  scene.add(first.stop);
  await first.until(() => first.samples('T').length > 0, 'a value');
  const own = (await listCertificates(stateDir)).find(({ standing }) => standing === 'own');
  expect(own?.validTo).toBeGreaterThan(Date.UTC(2034, 0));
});

test('a server whose certificate changes under us is refused until it is trusted anew', async () => {
  const before = await scene.serve({ T: double(1) }, offering());
  const stateDir = trusting(before);
  const first = await scene.watch(before, pointsOf(['T']), { security }, stateDir);
  await first.until(() => first.samples('T').length > 0, 'a value');
  await before.stop();
  await first.failed;
  const after = await scene.serve({ T: double(2) }, { ...offering(), port: before.port });
  const second = await scene.watch(after, pointsOf(['T']), { security }, stateDir);
  expect((await second.failed).message).toContain(`--accept ${certificateOf(after.server).thumbprint}`);
  expect(second.samples()).toEqual([]);
});

test.each(['sha256', 'sha1 with colons'])('a pinned server needs no other trust (%s)', async (form) => {
  const server = await scene.serve({ T: double(1) }, offering());
  const { fingerprint, thumbprint } = certificateOf(server.server);
  const serverFingerprint = form === 'sha256' ? fingerprint : (thumbprint.match(/../g) ?? []).join(':');
  const run = await scene.watch(server, pointsOf(['T']), { security: { ...security, serverFingerprint } });
  await run.until(() => run.samples('T').length > 0, 'a value');
  expect(sessionsOf(server)).toMatchObject([{ mode: 'SignAndEncrypt' }]);
});

test('a server with another certificate than the pinned one is refused, even a trusted one', async () => {
  const server = await scene.serve({ T: double(1) }, offering());
  const serverFingerprint = 'ab'.repeat(32);
  const options = { security: { ...security, serverFingerprint } };
  const run = await scene.watch(server, pointsOf(['T']), options, trusting(server));
  const { message } = await run.failed;
  expect(message).toContain('this agent rejected the server');
  expect(message).toContain(certificateOf(server.server).fingerprint);
  expect(message).toContain(serverFingerprint);
  expect(run.samples()).toEqual([]);
});

test('an expired server certificate is refused although it is trusted; pinning goes on with it knowingly', async () => {
  const serverCertificateManager = await certificateManager(true);
  const issued = await issueCertificate(serverCertificateManager, {
    applicationUri: 'urn:old',
    fromDay: -30,
    days: 20,
  });
  const server = await scene.serve(
    { T: double(1) },
    offering(['SignAndEncrypt'], { serverCertificateManager, ...issued }),
  );
  const { fingerprint } = certificateOf(server.server);
  const run = await scene.watch(server, pointsOf(['T']), { security }, trusting(server));
  const { message } = await run.failed;
  expect(message).toContain('this agent rejected the server');
  expect(message).toContain('expired');
  expect(message).toContain(`security.serverFingerprint: ${fingerprint}`);
  expect(message).not.toContain('--accept');

  const pinned = await scene.watch(server, pointsOf(['T']), {
    security: { ...security, serverFingerprint: fingerprint },
  });
  await pinned.until(() => pinned.samples('T').length > 0, 'a value');
});

test('a server certificate of the future points at the clocks', async () => {
  const serverCertificateManager = await certificateManager(true);
  const issued = await issueCertificate(serverCertificateManager, { applicationUri: 'urn:new', fromDay: 10 });
  const server = await scene.serve(
    { T: double(1) },
    offering(['SignAndEncrypt'], { serverCertificateManager, ...issued }),
  );
  const run = await scene.watch(server, pointsOf(['T']), { security }, trusting(server));
  expect((await run.failed).message).toContain('check both clocks');
});

test('trustUnknown connects to anybody, still encrypted', async () => {
  const server = await scene.serve({ T: double(1) }, offering());
  const run = await scene.watch(server, pointsOf(['T']), { security: { ...security, trustUnknown: true } });
  await run.until(() => run.samples('T').length > 0, 'a value');
  expect(sessionsOf(server)).toMatchObject([{ mode: 'SignAndEncrypt' }]);
});
