import { crc32 } from 'node:zlib';

/** Ties a record's body to its identity, so that a page that turns up in the wrong place is noticed too. */
export const recordCheckSum = (stream: number, seq: number, time: number, body: string): number =>
  crc32(body, crc32(`${stream} ${seq} ${time} `));

export const blockCheckSum = (first: number, last: number, body: Uint8Array): number =>
  crc32(body, crc32(`${first} ${last} `));
