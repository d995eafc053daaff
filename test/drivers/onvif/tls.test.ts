import { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { pointId } from '#agent/model/ids.ts';
import { holdSecret } from '#config/secret.ts';
import { alertStream } from '#drivers/alert-stream/driver.ts';
import type { Driver } from '#drivers/driver.ts';
import { readProbeMatches } from '#drivers/onvif/discovery.ts';
import { AlertSimulator } from '#simulators/camera/alert-simulator.ts';
import { makeCertificates, type TestCertificates } from '#test/agent/uplink/test-certificates.ts';
import { WatchedSource } from '#test/contract/watched-source.ts';
import { rig } from './camera-rig.ts';

const few = ['health:reachable', 'health:login', 'health:snapshot', 'event:motion'];

let made: TestCertificates;
beforeAll(() => {
  made = makeCertificates();
});

const fingerprintOf = (pem: string): string => new X509Certificate(pem).fingerprint256;
const authority = (pem: string) => holdSecret('${file:ca.pem}', () => pem);
const reasonOf = (source: WatchedSource): string => String((source.end as { error?: unknown } | undefined)?.error);

describe('a camera by HTTPS', { timeout: 180_000 }, () => {
  it.each([
    ['the fingerprint of its certificate', () => ({ fingerprint: fingerprintOf(made.broker.cert) }), 'broker'],
    [
      'a fingerprint in small letters, of a certificate that is over',
      () => ({ fingerprint: fingerprintOf(made.expiredBroker.cert).replaceAll(':', '').toLowerCase() }),
      'expiredBroker',
    ],
    ['the authority that signed it', () => ({ ca: authority(made.ca) }), 'broker'],
  ] as const)('is known by %s, for events and snapshots alike', async (_, tls, certificate) => {
    const { camera, open, shown, until } = await rig({ auth: 'digest', tls: made[certificate] }, few);
    open({ tls: tls() });
    await until('everything', () => shown('health:snapshot') === true && shown('event:motion') === false);
    camera.show('motion', true);
    await until('motion', () => shown('event:motion') === true);
    expect(shown('health:login')).toBe('ok');
    expect(camera.login.refused).toBe(0);
  });

  it.each([
    ['another fingerprint', () => ({ fingerprint: fingerprintOf(made.client.cert) }), /tls\.fingerprint is another/],
    ['an authority of the system', () => ({}), /not vouched for \(UNABLE_TO_VERIFY_LEAF_SIGNATURE\)/],
    ['an authority that had signed another', () => ({ ca: authority(made.client.cert) }), /not vouched for/],
  ] as const)('is refused where it should be known by %s, before it hears a word', async (_, tls, reason) => {
    const { camera, open, until } = await rig({ auth: 'digest', tls: made.broker }, few);
    const source = open({ tls: tls() });
    await until('the end', () => source.end !== undefined);
    expect(reasonOf(source)).toMatch(reason);
    expect(reasonOf(source)).toContain(fingerprintOf(made.broker.cert));
    expect([...camera.operations]).toEqual([]);
  });

  it('is refused where its authority is known and the certificate is over, or is for somebody else', async () => {
    const tls = { ca: authority(made.ca) };
    const old = await rig({ tls: made.expiredBroker }, few);
    const over = old.open({ tls });
    await old.until('the end', () => over.end !== undefined);
    expect(reasonOf(over)).toMatch(/CERT_HAS_EXPIRED/);
    const other = await rig({ tls: made.broker }, few);
    const misnamed = other.open({ tls, host: 'localhost' });
    await other.until('the end', () => misnamed.end !== undefined);
    expect(reasonOf(misnamed)).toMatch(/ERR_TLS_CERT_ALTNAME_INVALID/);
  });

  it('is not talked to in the clear, whichever of both was expected', async () => {
    const plain = await rig({}, few);
    const secure = plain.open({ tls: { fingerprint: fingerprintOf(made.broker.cert) } });
    await plain.until('the end', () => secure.end !== undefined);
    expect([...plain.camera.operations]).toEqual([]);
    const closed = await rig({ tls: made.broker }, few);
    const open = closed.open();
    await closed.until('the end', () => open.end !== undefined);
    expect([...closed.camera.operations]).toEqual([]);
  });

  it('is discovered as such where it gives no other address', () => {
    const match = (addresses: string): string => `<e><ProbeMatch><XAddrs>${addresses}</XAddrs></ProbeMatch></e>`;
    const secure = 'https://10.0.0.9/onvif/device_service';
    expect(readProbeMatches(match(secure), '10.0.0.9')).toMatchObject([
      { host: '10.0.0.9', port: 443, isSecure: true },
    ]);
    const both = readProbeMatches(match(`${secure} http://10.0.0.9/onvif/device_service`), '10.0.0.9');
    expect(both).toMatchObject([{ port: 80 }]);
    expect(both[0]?.isSecure).toBeUndefined();
  });
});

describe('a box with video intelligence by HTTPS', { timeout: 180_000 }, () => {
  async function listen(
    tls: Readonly<Record<string, unknown>>,
  ): Promise<{ box: AlertSimulator; source: WatchedSource }> {
    const box = new AlertSimulator({ everyMs: 50, tls: made.broker });
    await box.start();
    const stateDir = mkdtempSync(join(tmpdir(), 'firewatch-tls-'));
    const [host = '', port] = box.endpoint.split(':');
    const driver = alertStream as Driver;
    const login = { user: 'viewer', password: holdSecret('${env:BOX}', () => 'simulated') };
    const options = driver.schema.parse({ host, port: Number(port), tls, ...login });
    const points = [{ id: pointId('fire'), kind: 'state', address: driver.address.parse('event:fire') }];
    const source = new WatchedSource({ driver, options, points, stateDir });
    onTestFinished(async () => {
      source.stop();
      await box.stop();
      rmSync(stateDir, { recursive: true, force: true });
    });
    return { box, source };
  }

  it('is heard where its certificate is the one that is pinned, and refused where it is another', async () => {
    const { box, source } = await listen({ fingerprint: fingerprintOf(made.broker.cert) });
    await source.until('silence', () => source.latest.get(pointId('fire'))?.value === false, 60_000);
    box.show('fireDetection', true, 1);
    await source.until('fire', () => source.latest.get(pointId('fire'))?.value === true, 60_000);
    const other = await listen({ fingerprint: fingerprintOf(made.client.cert) });
    await other.source.until('the end', () => other.source.end !== undefined, 60_000);
    expect(reasonOf(other.source)).toMatch(/tls\.fingerprint is another/);
  });
});
