import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** Ties a record's body to its identity, so that a page that turns up in the wrong place is noticed too. */
export const recordCheckSum = (stream: number, seq: number, time: number, body: string): number =>
  crc32(body, crc32(`${stream} ${seq} ${time} `));

export const blockCheckSum = (first: number, last: number, body: Uint8Array): number =>
  crc32(body, crc32(`${first} ${last} `));

export interface ChainLink {
  readonly stream: number;
  readonly seq: number;
  readonly time: number;
  readonly body: string;
}

/**
 * Chains a record to the one before it in its stream: a record changed or taken out later no longer fits its
 * successors. undefined: the first record of the stream, or the first behind records that are gone.
 */
export const recordChain = (before: Buffer | undefined, { stream, seq, time, body }: ChainLink): Buffer =>
  createHash('sha256')
    .update(before ?? '')
    .update(`${stream} ${seq} ${time} ${body}`)
    .digest();
