import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { flagNames } from '#agent/model/flags.ts';
import { systemClock } from '#agent/model/clock.ts';
import { startSite } from '#agent/site.ts';
import { formatFinding } from '#config/findings.ts';
import { loadSite } from '#config/load-site.ts';
import { drivers } from '#drivers/registry.ts';
import { CameraSimulator } from '#simulators/camera/camera-simulator.ts';
import { recordsOf, siteDirectory } from '#test/agent/site/played-site.ts';
import { until } from '#test/agent/uplink/mosquitto.ts';

it('pictures from before and after an alarm stand on disk beside a camera that is only read', async () => {
  const camera = new CameraSimulator({ port: 0 });
  await camera.start();
  onTestFinished(() => camera.stop());
  const directory = siteDirectory();
  const file = join(directory, 'site.yaml');
  writeFileSync(
    file,
    `site: { id: gate }
sources:
  - { id: cam, kind: onvif, host: 127.0.0.1, port: ${camera.endpoint.split(':').at(-1)}, user: admin, password: "\${env:CAMERA}", interval: 500ms, snapshotInterval: 400ms, pull: 500ms }
points:
  - { id: cam.snapshot, source: cam, address: "health:snapshot", kind: state }
  - { id: cam.motion, source: cam, address: "event:motion", kind: state, zone: gate, staleAfter: 1h, alarms: { state: { values: [true] } } }
evidence: { cameras: [{ source: cam, zones: [gate] }], before: 2, after: 2, maxSize: 5MB }
`,
  );
  const loaded = loadSite(file, { kinds: drivers, env: { CAMERA: 'firewatch' } });
  if (!loaded.ok) throw new Error(loaded.errors.map(formatFinding).join('\n'));
  const site = startSite({ config: loaded.config, drivers, clock: systemClock, tell: () => {} });
  onTestFinished(async () => void (await site.stop(0)));

  const snapshot = loaded.config.points[0]?.id;
  const isWatched = () => (snapshot ? site.latest(snapshot) : undefined)?.quality.level === 'good';
  await until(isWatched, () => site.report().sources);
  await until(() => site.latest(loaded.config.points[1]?.id ?? ('' as never))?.quality.level === 'good', isWatched);
  const samples = () => site.report().sources[0]?.samples ?? 0;
  const soFar = samples();
  await until(() => samples() >= soFar + 6, samples);
  camera.show('motion', true);
  const stored = () => recordsOf(directory, 'event').filter(({ body }) => body.kind === 'evidence.stored');
  await until(() => stored().length === 4, stored);

  expect(stored().map(({ body }) => body.detail?.['phase'])).toEqual(['before', 'before', 'after', 'after']);
  for (const { body } of stored()) {
    const picture = readFileSync(join(directory, 'evidence', String(body.detail?.['file'])));
    expect([picture[0], picture[1]]).toEqual([0xff, 0xd8]);
    expect(body.detail?.['sha256']).toBe(createHash('sha256').update(picture).digest('hex'));
    expect(body.detail?.['alarm']).toBe('cam.motion/state');
    expect(flagNames(body.flags)).toContain('sim');
  }
});
