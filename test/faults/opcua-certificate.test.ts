import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MessageSecurityMode, SecurityPolicy } from 'node-opcua';
import { afterEach, describe, expect, it } from 'vitest';
import { listCertificates, trustCertificate } from '#drivers/opcua/trust-store.ts';
import { double, startTestServer } from '#test/drivers/opcua/test-server.ts';
import type { TestServer } from '#test/drivers/opcua/test-server.ts';
import { startRecordedRun } from './recorded-run.ts';
import type { RecordedRun } from './recorded-run.ts';

const URI = 'urn:plant:dcs';
/** The first server's certificate serves the first value; the second one's the other. */
const FIRST = 1;
const SECOND = 2;

let server: TestServer | undefined;
let run: RecordedRun | undefined;

afterEach(async () => {
  await run?.close();
  await server?.stop();
}, 180_000);

/** Each has a certificate of its own. */
const startSecureServer = (value: number, port = 0): Promise<TestServer> =>
  startTestServer({
    uris: [URI],
    tags: [{ uri: URI, id: 'T', value: double(value) }],
    port,
    server: {
      securityModes: [MessageSecurityMode.SignAndEncrypt],
      securityPolicies: [SecurityPolicy.Basic256Sha256],
      // Endpoints are asked for without security, as of every server.
      disableDiscovery: false,
    },
  });

const pemOf = (certificate: Buffer): string =>
  `-----BEGIN CERTIFICATE-----\n${certificate.toString('base64').replaceAll(/(.{64})/g, '$1\n')}\n-----END CERTIFICATE-----\n`;

describe('an OPC UA server whose certificate changes under a running agent', () => {
  it('gives no value until a person trusts the new certificate, and then is read again', async () => {
    server = await startSecureServer(FIRST);
    const { endpoint, port } = server;
    const certificate = server.server.getCertificate();
    run = await startRecordedRun(
      {
        kind: 'opcua',
        endpoint,
        security: { mode: 'SignAndEncrypt' },
        publishingInterval: '200ms',
        keepAlive: '500ms',
        connectTimeout: '5s',
      },
      [{ id: 'T', address: `nsu=${URI};s=T` }],
      (data) => {
        const trusted = join(data, 'sources', 'device', 'pki', 'trusted', 'certs');
        mkdirSync(trusted, { recursive: true });
        writeFileSync(join(trusted, 'first.pem'), pemOf(certificate));
      },
    );
    await run.untilGood(1);

    await server.stop();
    server = await startSecureServer(SECOND, port);
    const refused = await run.untilStatus('the new certificate is refused', ({ status }) =>
      /certificate/.test(status?.reason ?? ''),
    );
    expect(refused.status?.state).toBe('offline');
    const before = refused.samples - refused.notGood;
    const stateDir = join(run.directory, 'sources', 'device');
    const rejected = (await listCertificates(stateDir)).find(({ standing }) => standing === 'rejected');
    expect(refused.status?.reason).toContain(rejected?.thumbprint ?? 'no certificate was rejected');
    await trustCertificate(stateDir, rejected?.thumbprint ?? '');
    await run.untilGood(1);

    const { samples, gaps } = await run.finish();
    const good = samples.filter(({ quality }) => quality === 'good').map(({ value }) => value);
    expect(good.slice(0, before)).toEqual(Array.from({ length: before }, () => FIRST));
    expect(new Set(good.slice(before))).toEqual(new Set([SECOND]));
    expect(gaps.filter(({ reason }) => reason === 'comm-lost').at(-1)?.to, 'the outage ended').toBeDefined();
  }, 300_000);
});
