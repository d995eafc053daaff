import { z } from 'zod';
import { careRequests } from '#agent/model/care.ts';
import { streams } from '#agent/model/record.ts';

const MOST_BYTES = 16 * 1024;

const request = z.strictObject({
  version: z.literal(1),
  id: z.string().regex(/^[\w.:-]{1,64}$/),
  receiver: z.string().min(1).max(100),
  site: z.string().min(1).max(100),
  time: z.int(),
  request: z.enum(careRequests),
  stream: z.enum(streams).optional(),
  first: z.int().min(1).optional(),
  last: z.int().min(1).optional(),
  keyId: z.string().max(64),
  signature: z.base64(),
});

/** As a receiver sends it, as JSON. `time` is UTC milliseconds by its clock; `first` and `last` are sequence numbers. */
export type Request = z.output<typeof request>;

/** Undefined where it is none: then nobody is answered. */
export function readRequest(payload: Buffer): Request | undefined {
  if (payload.length > MOST_BYTES) return undefined;
  try {
    return request.safeParse(JSON.parse(payload.toString('utf8'))).data;
  } catch {
    return undefined;
  }
}

/** What is signed: all of the request, one line each, in this order; a line that does not apply is empty. */
export function signedText(asked: Omit<Request, 'signature' | 'version'>): Buffer {
  const { site, receiver, id, time, request: what, stream = '', first = '', last = '', keyId } = asked;
  const lines = ['firewatch-request/1', site, receiver, id, time, what, stream, first, last, keyId];
  return Buffer.from(`${lines.join('\n')}\n`);
}
