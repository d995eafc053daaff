import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, startMosquitto } from '#test/agent/uplink/mosquitto.ts';
import type { Mosquitto } from '#test/agent/uplink/mosquitto.ts';
import { makeCertificates } from '#test/agent/uplink/test-certificates.ts';

export interface Broker extends Mosquitto {
  /** Of its listener with TLS, at which the agent connects. */
  readonly tlsPort: number;
  /** PEM file of the authority behind its certificate. */
  readonly authority: string;
  /** Starts it anew with a certificate that is over, or with one that is good. */
  readonly present: (certificate: 'good' | 'expired') => Promise<void>;
}

/**
 * Mosquitto with what it needs to be killed without losing what it has acknowledged, as far as it can: the receiver's
 * session is on disk, its messages are passed on at once and never dropped for their number.
 */
export async function startBroker(): Promise<Broker> {
  const { ca, broker: good, expiredBroker: expired } = makeCertificates();
  const tlsPort = await freePort();
  const broker = await startMosquitto({
    files: { 'ca.pem': ca, 'cert.pem': good.cert, 'key.pem': good.key },
    lines: [
      'persistence true',
      'persistence_location DIR/',
      'autosave_interval 1',
      'max_inflight_messages 0',
      'max_queued_messages 0',
      `listener ${tlsPort} 127.0.0.1`,
      'cafile DIR/ca.pem',
      'certfile DIR/cert.pem',
      'keyfile DIR/key.pem',
    ],
  });
  return {
    ...broker,
    tlsPort,
    authority: join(broker.directory, 'ca.pem'),
    present: async (certificate) => {
      const { cert, key } = certificate === 'good' ? good : expired;
      writeFileSync(join(broker.directory, 'cert.pem'), cert);
      writeFileSync(join(broker.directory, 'key.pem'), key);
      await broker.kill('SIGTERM');
      await broker.start();
    },
  };
}
