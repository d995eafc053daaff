import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { systemClock } from '#agent/model/clock.ts';
import { flagNames } from '#agent/model/flags.ts';
import { startSite } from '#agent/site.ts';
import { formatFinding } from '#config/findings.ts';
import { loadSite } from '#config/load-site.ts';
import { record } from '#drivers/onvif/footage.ts';
import { drivers } from '#drivers/registry.ts';
import { CameraSimulator } from '#simulators/camera/camera-simulator.ts';
import { recordsOf, siteDirectory } from '#test/agent/site/played-site.ts';
import { until } from '#test/faults/whole-line.ts';

it('a film of the camera from before and after an alarm is kept with its digest, and shows something', async () => {
  const camera = new CameraSimulator({ auth: 'digest', size: { width: 160, height: 96 } });
  await camera.start();
  onTestFinished(() => camera.stop());
  const directory = siteDirectory();
  const file = join(directory, 'site.yaml');
  writeFileSync(
    file,
    `site: { id: gate }
sources:
  - { id: cam, kind: onvif, host: 127.0.0.1, port: ${camera.endpoint.split(':').at(-1)}, user: viewer, password: "\${env:CAMERA}", clips: true, answerWithin: 20s, eventRetry: 1s }
points:
  - { id: cam.motion, source: cam, address: "event:motion", kind: state, zone: gate, staleAfter: 1h, alarms: { state: { values: [true] } } }
evidence: { cameras: [{ source: cam, zones: [gate] }], before: 0, after: 0, clip: { before: 4s, after: 2s }, patience: 60s }
`,
  );
  const loaded = loadSite(file, { kinds: drivers, env: { CAMERA: 'simulated' } });
  if (!loaded.ok) throw new Error(loaded.errors.map(formatFinding).join('\n'));
  const site = startSite({ config: loaded.config, drivers, clock: systemClock, tell: () => {} });
  onTestFinished(async () => void (await site.stop(0)));
  const events = () => recordsOf(directory, 'event').map(({ body }) => body);
  const list = join(directory, 'data', 'sources', 'cam', 'footage', 'piece-1.ts');
  const isFilmed = (): true | undefined => {
    try {
      return readFileSync(list).length > 0 ? true : undefined;
    } catch {
      return undefined;
    }
  };
  await until('the camera is filmed', isFilmed);
  const motion = loaded.config.points[0]?.id;
  await until('the camera is heard', () =>
    motion && site.latest(motion)?.quality.level === 'good' ? true : undefined,
  );
  camera.show('motion', true);
  const clip = await until('a clip is kept', () => events().find(({ kind }) => kind === 'evidence.stored'));

  expect(clip.detail).toMatchObject({ alarm: 'cam.motion/state', phase: 'clip', camera: 'cam' });
  expect(flagNames(clip.flags)).toContain('sim');
  expect(Number(clip.detail?.['to']) - Number(clip.detail?.['from'])).toBeGreaterThan(2000);
  const kept = join(directory, 'evidence', String(clip.detail?.['file']));
  expect(createHash('sha256').update(readFileSync(kept)).digest('hex')).toBe(clip.detail?.['sha256']);
  const probe = ['-v', 'error', '-count_frames', '-show_entries', 'stream=codec_type,nb_read_frames', '-of', 'json'];
  const { streams } = JSON.parse(execFileSync('ffprobe', [...probe, kept], { encoding: 'utf8' })) as {
    readonly streams: readonly { readonly codec_type: string; readonly nb_read_frames: string }[];
  };
  expect(streams.map(({ codec_type }) => codec_type)).toEqual(['video']);
  expect(Number(streams[0]?.nb_read_frames)).toBeGreaterThan(3);
  expect(camera.login.refused).toBe(0);
}, 240_000);

it('without ffmpeg it is said that nothing can be filmed', async () => {
  const end = await record(
    {
      uri: 'rtsp://127.0.0.1:1/',
      host: '127.0.0.1',
      credentials: undefined,
      directory: join(siteDirectory(), 'footage'),
      signal: new AbortController().signal,
      program: '/nowhere/ffmpeg',
    },
    () => {},
  );
  expect(end).toBe('missing');
});
