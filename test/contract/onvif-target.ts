import type { Driver } from '#drivers/driver.ts';
import { onvif } from '#drivers/onvif/driver.ts';
import { CameraSimulator } from '#simulators/camera/camera-simulator.ts';
import { holdSecret } from '#config/secret.ts';
import type { ContractTarget } from './driver-contract.ts';

const account = { user: 'viewer', password: 'simulated' };

/** A camera in order, with HTTP digest, that sees nothing but a person who stands in a field. */
export async function onvifTarget(): Promise<ContractTarget> {
  const camera = new CameraSimulator({ auth: 'digest', account, maxSubscriptions: 8 });
  await camera.start();
  camera.show('field', true);
  const [host = '', port] = camera.endpoint.split(':');
  return {
    driver: onvif as Driver,
    device: { host, port: Number(port) },
    options: (at) => ({
      host: at.host,
      port: at.port,
      user: account.user,
      password: holdSecret('${env:CAMERA}', () => account.password),
      interval: '300ms',
      answerWithin: '1s',
      pull: '3s',
      snapshotInterval: '1s',
    }),
    points: [
      { id: 'CAM.reachable', kind: 'state', address: 'health:reachable', value: true },
      { id: 'CAM.motion', kind: 'state', address: 'event:motion', value: false },
      { id: 'CAM.login', kind: 'state', address: 'health:login', value: 'ok' },
      { id: 'CAM.field', kind: 'state', address: 'event:field', value: true },
      { id: 'CAM.line', kind: 'state', address: 'event:line', value: false },
      { id: 'CAM.clock', kind: 'number', address: 'health:clock-offset', value: 0 },
    ],
    unknownAddress: 'event:people-count',
    silenceWithinMs: 5_000,
    close: () => camera.stop(),
  };
}
