import type { Clock } from '#agent/model/clock.ts';
import type { PlatformOptions } from '#agent/model/receiver.ts';
import type { Answer } from '../transports/http-client.ts';
import { openPoster } from '../transports/http-post.ts';
import type { PlatformRequest } from './delivery.ts';
import type { PlatformAnswer } from './judge-answer.ts';
import { observedCipher } from './observed-cipher.ts';

export interface PlatformHttp {
  /** Rejects when no answer came in time. */
  readonly post: (request: PlatformRequest) => Promise<PlatformAnswer>;
  /** The receipt of a batch. */
  readonly ask: (batch: string) => Promise<PlatformAnswer>;
  readonly close: () => void;
}

export function platformHttp(options: PlatformOptions, clock: Clock): PlatformHttp {
  const base = new URL(`${options.url}/`);
  // One connection more than requests for alarms, and one for receipts.
  const poster = openPoster({ options: { ...options, connections: options.connections + 2 }, clock });
  const key = options.codec && Buffer.from(options.codec.key.reveal().trim(), 'hex');
  return {
    post: async ({ message, records }) =>
      answerOf(
        await poster.post({
          url: new URL(message, base),
          headers: { 'content-type': 'application/json' },
          body: bodyOf(records, options, key),
          isCompressible: key === undefined,
        }),
      ),
    ask: async (batch) => {
      const { path = '', parameter = 'batch' } = options.profile.receipts ?? {};
      const target = new URL(path, base);
      target.searchParams.set(parameter, batch);
      return answerOf(await poster.ask(target));
    },
    close: () => poster.close(),
  };
}

function bodyOf(records: PlatformRequest['records'], { profile }: PlatformOptions, key: Buffer | undefined): Buffer {
  const text = JSON.stringify(records);
  if (profile.envelope === 'array') return Buffer.from(text);
  const bytes = key ? observedCipher(text, key) : Buffer.from(text);
  return Buffer.from(JSON.stringify({ datas: bytes.toString('base64') }));
}

function answerOf({ status, text }: Answer): PlatformAnswer {
  try {
    return { status, body: JSON.parse(text) as unknown };
  } catch {
    return { status, body: text };
  }
}
