import { afterEach, describe, expect, it } from 'vitest';
import { Flag } from '#agent/model/flags.ts';
import type { ReceiverOptions } from '#agent/model/receiver.ts';
import { createEvidenceShelf } from '#simulators/receiver/evidence-shelf.ts';
import { startHttpEndpoint } from '#simulators/receiver/http-endpoint.ts';
import { createMessageCheck } from '#simulators/receiver/message-check.ts';
import { startReceiver } from '#simulators/receiver/receiver.ts';
import { receiverOptions, runUplink } from '../harness.ts';
import { memoryJournal } from '../memory-journal.ts';
import { until } from '../mosquitto.ts';
import { noise, pictures } from './pictures.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

const key = '00112233445566778899aabbccddeeff';
const evidence = { clips: true, maxBytes: 5e6, bytesPerMinute: 1e9 };

describe('pictures sent whole', () => {
  it('arrive over HTTPS with the digest that was told, through failures of the platform', async () => {
    const check = createMessageCheck();
    const shelf = createEvidenceShelf();
    const faults: string[] = [];
    const ids: string[] = [];
    let pieces = 0;
    const endpoint = await startHttpEndpoint(({ path, payload, contentType, properties, idempotencyKey }) => {
      const [site = '', ...topic] = path.split('/');
      const checked = check({ site, topic: topic.join('/'), payload, contentType, userProperties: properties });
      if (checked.type === 'invalid') faults.push(checked.why);
      if (checked.type !== 'evidence') return 204;
      shelf.take(checked.message);
      ids.push(idempotencyKey ?? '');
      pieces += 1;
      // Taken, and the answer is lost.
      return [3, 9, 12].includes(pieces) ? 503 : 204;
    });
    cleanups.push(endpoint.stop);
    const url = `http://127.0.0.1:${endpoint.port}`;
    const receiver: ReceiverOptions = {
      ...receiverOptions('mqtt://none'),
      transport: { kind: 'https', url, connections: 4, timeoutMs: 2_000 },
      evidence,
    };
    const journal = memoryJournal();
    const camera = pictures(journal);
    // A piece that was under way when the connection broke waits for half a minute: the clock runs faster here.
    const clock = { now: () => Date.now(), monotonic: () => performance.now() * 100 };
    const running = runUplink(journal, receiver, {
      readEvidence: camera.read,
      clock,
      tuning: { ackTimeoutMs: 1e6, tries: 50 },
    });
    cleanups.push(running.close);
    camera.keep('one.jpg', noise(300_000));
    camera.keep('two.ts', noise(100_000), 0);
    await until(() => shelf.list().filter(({ state }) => state === 'verified').length === 2, running.latest);
    expect(faults).toEqual([]);
    expect(shelf.list()).toMatchObject([
      { file: 'one.jpg', sim: true, camera: 'cam-east', alarm: 'T/HH' },
      { file: 'two.ts', sim: false },
    ]);
    expect(ids.length).toBeGreaterThan(new Set(ids).size);
  });

  it('arrive over MQTT, compressed, encrypted and signed, and nothing leaves where the receiver did not ask', async () => {
    const received = await startReceiver({
      embeddedBroker: { port: 0 },
      topicPrefix: 'firewatch',
      trust: { keys: { k1: key }, mustBeSigned: true },
    });
    cleanups.push(received.stop);
    const url = `mqtt://127.0.0.1:${received.port}`;
    const sign = { algorithm: 'HMAC-SM3', keyId: 'k1', key: { reveal: () => key } } as const;
    const encrypt = { algorithm: 'SM4-GCM', keyId: 'k1', key: { reveal: () => key } } as const;
    const silent: ReceiverOptions = { ...receiverOptions(url), wire: 'compact', seal: { sign, encrypt } };
    const journal = memoryJournal();
    const camera = pictures(journal);
    const first = runUplink(journal, silent, { readEvidence: camera.read });
    camera.keep('early.jpg', noise(1000));
    await until(() => received.missing({ event: 1 }).length === 0, first.latest);
    expect(received.report().evidence).toEqual([]);
    first.close();

    const running = runUplink(journal, { ...silent, evidence }, { readEvidence: camera.read });
    cleanups.push(running.close);
    await until(() => running.latest()?.state === 'connected', running.latest);
    camera.keep('late.jpg', noise(200_000), Flag.sim);
    await until(() => received.report().evidence.some(({ state }) => state === 'verified'), received.report);
    expect(received.report()).toMatchObject({ invalid: 0, faults: [], gaps: 0 });
    expect(received.report().evidence).toMatchObject([{ file: 'late.jpg', sim: true, bytes: 200_000 }]);
    expect(running.latest()?.evidence?.missing).toBe(0);
  });
});

it('a receiver tells content that is not what was told from content that is', () => {
  const shelf = createEvidenceShelf();
  const content = noise(100);
  const told = { version: 1, site: 's', file: 'a.jpg', alarm: 'a', camera: 'c', sim: false, bytes: 100 } as const;
  const piece = (seq: number, first: number, data: Buffer, sha256: string) =>
    shelf.take({ ...told, seq, sha256, id: `s/evidence/${seq}/${first}`, first, data: data.toString('base64') });
  const digest = '6c8b6d4d6b5c4c2f0d2f6e0a5b6f6a0c1e4d7b8a9f0c1d2e3f4a5b6c7d8e9f00';
  piece(1, 0, content.subarray(0, 60), digest);
  expect(shelf.list()).toMatchObject([{ state: 'partial' }]);
  piece(1, 60, content.subarray(60), digest);
  expect(shelf.list()).toMatchObject([{ state: 'wrong' }]);
});
