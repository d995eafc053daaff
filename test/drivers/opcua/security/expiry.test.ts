import { cp, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { startCommand } from '#agent/cli/demo/child-lines.ts';
import type { SiteReport } from '#agent/line/tally.ts';
import { holdSecret } from '#config/secret.ts';
import { addressSchema, formatAddress } from '#drivers/opcua/address.ts';
import { opcua } from '#drivers/opcua/driver.ts';
import { contextOf } from '../recorder.ts';
import { createScene, pointsOf, quick } from '../scene.ts';
import { startTcpProxy } from '../tcp-proxy.ts';
import { double } from '../test-server.ts';
import { resubscribing } from './resubscribing.ts';
import { certificateManager, certificateOf, issueCertificate, offering, trusting } from './secure-server.ts';

const scene = createScene();
afterEach(scene.end);

const security = { mode: 'SignAndEncrypt' };

/** A server whose certificate ends in less than five days, and more than four. */
async function shortLived() {
  const serverCertificateManager = await certificateManager(true);
  const issued = await issueCertificate(serverCertificateManager, { applicationUri: 'urn:short', days: 6 });
  return scene.serve({ T: double(1) }, offering(['SignAndEncrypt'], { serverCertificateManager, ...issued }));
}

test('warns of a server certificate near its end, and counts its days as a point', async () => {
  const server = await shortLived();
  const points = { ...pointsOf(['T']), server: 'certificate=server', own: 'certificate=own' };
  const run = await scene.watch(server, points, { security }, trusting(server));
  await run.until(() => ['T', 'server', 'own'].every((point) => run.samples(point).length > 0), 'every point');
  const [days] = run.samples('server');
  expect(days?.quality.level).toBe('good');
  expect(days?.value).toBeGreaterThan(4);
  expect(days?.value).toBeLessThanOrEqual(5);
  expect(run.samples('own')[0]?.value).toBeGreaterThan(300);
  const { thumbprint } = certificateOf(server.server);
  expect(run.events('opcua.certificate-expires')).toMatchObject([
    { text: expect.stringMatching(`^The server's certificate ${thumbprint} .* expires in 4 days, on 20`) as string },
  ]);
});

test('warns no earlier than configured', async () => {
  const server = await shortLived();
  const options = { security: { ...security, warnBeforeExpiry: '3d' } };
  const run = await scene.watch(
    server,
    { ...pointsOf(['T']), server: 'certificate=server' },
    options,
    trusting(server),
  );
  await run.until(() => run.samples('server').length > 0, 'the days');
  expect(run.events('opcua.certificate-expires')).toEqual([]);
});

test('warns once a day, however often the link is lost', async () => {
  const server = await shortLived();
  const proxy = await startTcpProxy(server.port);
  scene.add(proxy.close);
  const source = resubscribing(
    opcua.schema.parse({ endpoint: proxy.endpoint, security, ...quick }),
    await contextOf(pointsOf(['T']), trusting(server)),
  );
  scene.add(source.stop);
  const warnings = () => source.texts('opcua.certificate-expires');
  await expect.poll(warnings, { timeout: 45_000 }).toHaveLength(1);
  for (let connection = 1; connection <= 3; connection += 1) {
    await expect.poll(source.values, { timeout: 45_000 }).toHaveLength(connection);
    proxy.cut();
  }
  await expect.poll(source.values, { timeout: 45_000 }).toHaveLength(4);
  expect(warnings()).toHaveLength(1);
});

test("warns of an X.509 user's certificate too", async () => {
  const server = await scene.serve(
    { T: double(1) },
    offering(['SignAndEncrypt'], { userCertificateManager: await certificateManager(true) }),
  );
  const issued = await issueCertificate(await certificateManager(true), { applicationUri: 'urn:person', days: 11 });
  const [certificate, key] = await Promise.all(
    [issued.certificateFile, issued.privateKeyFile].map((file) => readFile(file, 'utf8')),
  );
  const user = {
    certificate: holdSecret('${file:user.pem}', () => certificate ?? ''),
    key: holdSecret('${file:user.key}', () => key ?? ''),
  };
  const run = await scene.watch(server, { user: 'certificate=user' }, { security, user }, trusting(server));
  await run.until(() => run.samples('user').length > 0, 'the days');
  expect(run.samples('user')[0]?.value).toBeGreaterThan(9);
  expect(run.events('opcua.certificate-expires')).toMatchObject([
    { text: expect.stringMatching("^The user's certificate .* expires in 9 days") as string },
  ]);
});

test('an integrator gets an alarm of a certificate near its end from a running agent', async () => {
  const server = await shortLived();
  const directory = await mkdtemp(path.join(tmpdir(), 'opcua-expiry-'));
  await cp(trusting(server), path.join(directory, 'data', 'sources', 'dcs'), { recursive: true });
  const site = path.join(directory, 'site.yaml');
  await writeFile(
    site,
    `site: { id: a, name: a, timezone: UTC }
journal: { directory: ./data }
sources:
  - { id: dcs, kind: opcua, endpoint: "${server.endpoint}", security: { mode: SignAndEncrypt } }
points:
  - { id: T, source: dcs, address: "nsu=urn:plant;s=T", kind: temperature, unit: °C }
  - id: dcs.certificate
    source: dcs
    address: certificate=server
    kind: number
    unit: d
    alarms: { L: { setpoint: 30, message: { zh: 证书即将到期, en: The certificate ends soon } } }
`,
  );
  let report: SiteReport | undefined;
  const agent = startCommand(['run', site, '--json', '--report', '100ms'], (line) => {
    if ((line as { type?: string }).type === 'report') report = line as SiteReport;
  });
  scene.add(() => agent.stop(10_000));
  await expect
    .poll(() => report?.alarms, { timeout: 20_000 })
    .toMatchObject([{ definition: { id: 'dcs.certificate/L' }, state: 'unacknowledged' }]);
});

test('a certificate that the source does not use is refused as a point, with what to do', () => {
  const options = (more: Record<string, unknown>) => opcua.schema.parse({ endpoint: 'opc.tcp://a', ...more });
  const point = (address: string) => [{ id: 'x', address: addressSchema.parse(address) }];
  expect(opcua.check?.(options({}), point('certificate=server'))).toMatchObject([{ point: 'x' }]);
  expect(opcua.check?.(options({ security }), point('certificate=server'))).toEqual([]);
  expect(opcua.check?.(options({ security }), point('certificate=user'))).toMatchObject([
    { todo: expect.stringContaining('user.certificate') as string },
  ]);
  expect(opcua.check?.(options({}), point('nsu=urn:a;s=certificate=server'))).toEqual([]);
  expect(formatAddress(addressSchema.parse('certificate=own'))).toBe('certificate=own');
  expect(addressSchema.safeParse('certificate=mine').success).toBe(false);
});
