import { holdSecret } from '#config/secret.ts';
import { alertStream } from '#drivers/alert-stream/driver.ts';
import type { Driver } from '#drivers/driver.ts';
import { AlertSimulator } from '#simulators/camera/alert-simulator.ts';
import type { ContractTarget } from './driver-contract.ts';

/** A box that sees nothing. */
export async function alertStreamTarget(): Promise<ContractTarget> {
  const box = new AlertSimulator({ everyMs: 100 });
  await box.start();
  const [host = '', port] = box.endpoint.split(':');
  return {
    driver: alertStream as Driver,
    device: { host, port: Number(port) },
    options: (at) => ({
      host: at.host,
      port: at.port,
      user: 'viewer',
      password: holdSecret('${env:BOX}', () => 'simulated'),
      silence: '1s',
      interval: '200ms',
      answerWithin: '1s',
    }),
    points: [
      { id: 'BOX.fire', kind: 'state', address: 'event:fire', value: false },
      { id: 'BOX.helmet', kind: 'state', address: 'event:no-helmet/1', value: false },
      { id: 'BOX.video', kind: 'state', address: 'event:video-loss', value: false },
      { id: 'BOX.refused', kind: 'number', address: 'health:refused', value: 0 },
    ],
    unknownAddress: 'event:asleep-at-post',
    silenceWithinMs: 3_000,
    close: () => box.stop(),
  };
}
