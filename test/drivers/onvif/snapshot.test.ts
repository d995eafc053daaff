import { Agent } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { snapshot, type SnapshotOptions } from '#drivers/onvif/snapshot.ts';
import { CameraSimulator } from '#simulators/camera/camera-simulator.ts';

async function rig() {
  const camera = new CameraSimulator({ auth: 'digest', size: { width: 160, height: 90 } });
  await camera.start();
  const agent = new Agent({ keepAlive: true });
  const [host = '', port] = camera.endpoint.split(':');
  onTestFinished(async () => {
    agent.destroy();
    await camera.stop();
  });
  const options: SnapshotOptions = {
    uri: `http://${camera.endpoint}/snapshot?profile=sub`,
    host,
    port: Number(port),
    credentials: { user: 'viewer', password: 'simulated' },
    timeoutMs: 1_000,
    maxBytes: 100_000,
    agent,
    signal: new AbortController().signal,
  };
  return { camera, options };
}

describe('a snapshot', () => {
  it('is a JPEG picture', async () => {
    const { options } = await rig();
    expect((await snapshot(options)).subarray(0, 3).toString('hex')).toBe('ffd8ff');
  });

  it('is taken where the camera is reached, whatever address it gives of itself', async () => {
    const { options } = await rig();
    const uri = 'http://192.0.2.1:8080/snapshot?profile=sub';
    expect((await snapshot({ ...options, uri })).length).toBeGreaterThan(500);
  });

  it('is cut off when it is too long, and given up when it takes too long', async () => {
    const { camera, options } = await rig();
    await expect(snapshot({ ...options, maxBytes: 500 })).rejects.toThrow(/longer than 500 bytes/);
    await camera.fault({ kind: 'hang' });
    await expect(snapshot({ ...options, timeoutMs: 200 })).rejects.toThrow(/no answer within 200 ms/);
  });

  it('is not taken with a wrong password, and the password is not sent in the clear', async () => {
    const { camera, options } = await rig();
    const wrong = { user: 'viewer', password: 'wrong' };
    await expect(snapshot({ ...options, credentials: wrong })).rejects.toMatchObject({ isCounted: true });
    await expect(snapshot({ ...options, credentials: undefined })).rejects.toMatchObject({ isCounted: false });
    expect(camera.login.refused).toBe(1);
  });

  it('is none when the camera says that it has none', async () => {
    const { camera, options } = await rig();
    await camera.fault({ kind: 'no-snapshot' });
    await expect(snapshot(options)).rejects.toThrow(/HTTP 503 instead of a snapshot/);
  });
});
