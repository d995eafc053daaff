import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { pagePort } from '#agent/line/page-port.ts';
import type { CameraView } from '#agent/model/camera.ts';
import { systemClock } from '#agent/model/clock.ts';
import { flagNames } from '#agent/model/flags.ts';
import { startSite } from '#agent/site.ts';
import { startPage } from '#agent/web/server.ts';
import { formatFinding } from '#config/findings.ts';
import { loadSite } from '#config/load-site.ts';
import { drivers } from '#drivers/registry.ts';
import { CameraSimulator } from '#simulators/camera/camera-simulator.ts';
import { siteDirectory } from '#test/agent/site/played-site.ts';
import { until } from '#test/agent/uplink/mosquitto.ts';
import { setUp, visitor, visitorWithRole } from './served-site.ts';

it('cameras are shown with their health to everybody, and what they see to operators alone', async () => {
  const camera = new CameraSimulator({ port: 0 });
  await camera.start();
  onTestFinished(() => camera.stop());
  const file = join(siteDirectory(), 'site.yaml');
  writeFileSync(
    file,
    `site: { id: gate }
sources:
  - { id: cam, kind: onvif, host: 127.0.0.1, port: ${camera.endpoint.split(':').at(-1)}, gb28181Id: "34020000001320000001", snapshotInterval: 300ms }
points:
  - { id: cam.image, source: cam, address: "health:image", kind: state }
  - { id: cam.motion, source: cam, address: "event:motion", kind: state }
evidence: { cameras: [{ source: cam, zones: [gate] }] }
`,
  );
  const loaded = loadSite(file, { kinds: drivers, env: {} });
  if (!loaded.ok) throw new Error(loaded.errors.map(formatFinding).join('\n'));
  const site = startSite({ config: loaded.config, drivers, clock: systemClock, tell: () => {} });
  const page = await startPage({
    port: pagePort(site, '1.2.3'),
    options: { host: '127.0.0.1', port: 0, isReadOnly: false, anonymous: 'viewer' },
    clock: systemClock,
    health: () => ({ isLive: true, isReady: true, isDegraded: false, reasons: [] }),
    onTrouble: () => {},
  });
  onTestFinished(async () => {
    await page.stop();
    await site.stop(0);
  });
  const chief = await setUp(page);
  const anybody = visitor(page);
  const cameras = async () =>
    ((await (await anybody.ask('GET', '/api/cameras')).json()) as { readonly cameras: readonly CameraView[] }).cameras;
  let seen = await cameras();
  const isSeen = async () => {
    seen = await cameras();
    return seen[0]?.health[0]?.value === 'ok' && seen[0].picture !== undefined;
  };
  await until(isSeen, () => seen);

  expect(seen).toMatchObject([
    {
      source: 'cam',
      gb28181Id: '34020000001320000001',
      zones: ['gate'],
      state: 'online',
      health: [{ part: 'image', point: 'cam.image', quality: { level: 'good' } }],
      points: ['cam.motion'],
    },
  ]);
  expect(seen[0]?.device['vendor']).toContain('Simulator');
  expect(flagNames(seen[0]?.picture?.flags ?? 0)).toContain('sim');
  expect((await anybody.ask('GET', '/api/cameras/cam/picture')).status).toBe(403);
  const operator = await visitorWithRole(page, chief, 'operator');
  const picture = await operator.ask('GET', '/api/cameras/cam/picture');
  expect(picture.headers.get('content-type')).toBe('image/jpeg');
  const bytes = new Uint8Array(await picture.arrayBuffer());
  expect([bytes[0], bytes[1]]).toEqual([0xff, 0xd8]);
  expect((await operator.ask('GET', '/api/cameras/other/picture')).status).toBe(404);
});
