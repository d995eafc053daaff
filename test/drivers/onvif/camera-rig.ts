import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { pointId } from '#agent/model/ids.ts';
import type { SampleValue } from '#agent/model/sample.ts';
import { holdSecret } from '#config/secret.ts';
import type { Driver } from '#drivers/driver.ts';
import { onvif } from '#drivers/onvif/driver.ts';
import { CameraSimulator, type CameraOptions } from '#simulators/camera/camera-simulator.ts';
import { WatchedSource } from '#test/contract/watched-source.ts';

export const account = { user: 'viewer', password: 'tr1cky-<&"é' };

export const everyHealth = [
  'health:reachable',
  'health:login',
  'health:clock-offset',
  'health:events',
  'health:snapshot',
  'health:image',
  'health:stream',
  'health:storage',
] as const;

export interface Rig {
  readonly camera: CameraSimulator;
  /** Opens the driver; again after a loss, with the same memory. */
  readonly open: (more?: Readonly<Record<string, unknown>>) => WatchedSource;
  /** What a point shows: its value, or why there is none. */
  readonly shown: (address: string) => SampleValue | undefined;
  readonly until: (what: string, condition: () => boolean, withinMs?: number) => Promise<void>;
  password: string;
}

/** A simulated camera and the driver before it, both gone when the test is over. */
export async function rig(options: CameraOptions = {}, addresses: readonly string[] = everyHealth): Promise<Rig> {
  const camera = new CameraSimulator({ auth: 'token', account, size: { width: 320, height: 180 }, ...options });
  await camera.start();
  const stateDir = mkdtempSync(join(tmpdir(), 'firewatch-camera-'));
  const [host = '', port] = camera.endpoint.split(':');
  let source: WatchedSource | undefined;
  onTestFinished(async () => {
    source?.stop();
    await camera.stop();
    rmSync(stateDir, { recursive: true, force: true });
  });
  const made: Rig = {
    camera,
    password: account.password,
    open: (more = {}) => {
      source?.stop();
      const driver = onvif as Driver;
      source = new WatchedSource({
        driver,
        options: driver.schema.parse({
          host,
          port: Number(port),
          user: account.user,
          password: holdSecret('${env:CAMERA}', () => made.password),
          interval: '200ms',
          answerWithin: '2s',
          snapshotInterval: '100ms',
          streamInterval: '200ms',
          pull: '2s',
          eventRetry: '300ms',
          ...more,
        }),
        points: addresses.map((address) => ({
          id: pointId(address),
          kind: 'state',
          address: driver.address.parse(address),
        })),
        stateDir,
      });
      return source;
    },
    shown: (address) => {
      const sample = source?.latest.get(pointId(address));
      return sample?.quality.level === 'good' ? sample.value : sample && `bad: ${sample.quality.reason}`;
    },
    until: async (what, condition, withinMs = 60_000) => source?.until(what, condition, withinMs),
  };
  return made;
}
