import { Cam } from 'onvif';
import { describe, expect, it, onTestFinished } from 'vitest';
import { SIMULATOR_VENDOR } from '#agent/model/simulation.ts';
import { CameraSimulator } from '#simulators/camera/camera-simulator.ts';

/** The package by itself, with its own transport, as anybody would use it. */
function connect(camera: CameraSimulator, useWSSecurity: boolean): Promise<Cam> {
  const [hostname = '', port] = camera.endpoint.split(':');
  const credentials = { username: 'viewer', password: 'simulated', useWSSecurity };
  return new Promise((resolve, reject) => {
    const client = new Cam({ hostname, port: Number(port), timeout: 5_000, ...credentials }, (error) =>
      error ? reject(error) : resolve(client),
    );
  });
}

describe('the simulated camera', { timeout: 180_000 }, () => {
  it.each(['token', 'digest'] as const)('is a camera to a client that was not made for it, by %s', async (auth) => {
    const camera = new CameraSimulator({ auth });
    await camera.start();
    onTestFinished(() => camera.stop());
    const client = await connect(camera, auth === 'token');
    const information = await new Promise<unknown>((resolve, reject) =>
      client.getDeviceInformation((error, value) => (error ? reject(error) : resolve(value))),
    );
    expect(information).toMatchObject({ manufacturer: SIMULATOR_VENDOR });
    const uri = await new Promise<unknown>((resolve, reject) =>
      client.getSnapshotUri({ profileToken: 'sub' }, (error, value) => (error ? reject(error) : resolve(value))),
    );
    expect(uri).toMatchObject({ uri: `http://${camera.endpoint}/snapshot?profile=sub&v=1` });
    expect(camera.login.refused).toBe(0);
  });

  it('refuses a third subscriber where it has two places', async () => {
    const camera = new CameraSimulator({ auth: 'token', maxSubscriptions: 2 });
    await camera.start();
    onTestFinished(() => camera.stop());
    const subscribe = async (): Promise<string> => {
      const client = await connect(camera, true);
      return new Promise((resolve) =>
        client.createPullPointSubscription((error) => resolve(error ? error.message : 'subscribed')),
      );
    };
    expect([await subscribe(), await subscribe()]).toEqual(['subscribed', 'subscribed']);
    expect(await subscribe()).toMatch(/no more subscriptions/);
    expect(camera.subscriptions.count).toBe(2);
  });
});
