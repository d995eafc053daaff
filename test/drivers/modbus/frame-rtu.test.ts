import { describe, expect, it } from 'vitest';
import { crc16, encodeRtu, findReply } from '#drivers/modbus/frame-rtu.ts';
import type { ReadRequest } from '#drivers/modbus/request.ts';

const request: ReadRequest = { kind: 'read', unit: 1, area: 'holding', start: 0, count: 2 };
const sent = encodeRtu(request);

function frame(...body: number[]): Buffer {
  const crc = crc16(Buffer.from(body), 0, body.length);
  return Buffer.from([...body, crc & 0xff, crc >> 8]);
}

const answer = frame(1, 3, 4, 0xde, 0xad, 0xbe, 0xef);
const found = (...parts: Buffer[]) => findReply(request, sent, Buffer.concat(parts));

describe('an RTU frame', () => {
  it('carries the checksum of the specification', () => {
    expect(sent.toString('hex')).toBe('010300000002c40b');
    expect(crc16(Buffer.from('123456789'), 0, 9)).toBe(0x4b37);
  });
});

describe('the reply', () => {
  it('is found when it is complete and not before', () => {
    for (let length = 0; length < answer.length; length += 1) expect(found(answer.subarray(0, length))).toBeUndefined();
    expect(found(answer)?.pdu).toEqual(answer.subarray(1, -2));
  });

  it('is found behind the echo of the request, noise and frames of others', () => {
    const noise = Buffer.from([0, 255, 1, 3]);
    const others = frame(2, 3, 4, 1, 2, 3, 4);
    for (const before of [
      sent,
      noise,
      others,
      frame(1, 4, 4, 1, 2, 3, 4),
      frame(1, 3, 2, 1, 2),
      Buffer.concat([sent, others, noise]),
    ])
      expect(found(before, answer)?.pdu).toEqual(answer.subarray(1, -2));
  });

  it('tells how many bytes were not its own, the echo apart', () => {
    expect(found(sent, answer)?.foreignBytes).toBe(0);
    expect(found(answer, answer)?.foreignBytes).toBe(answer.length);
  });

  it('may be an exception', () => {
    expect(found(frame(1, 0x83, 2))?.pdu).toEqual(Buffer.from([0x83, 2]));
  });

  it.each([
    ['another unit', frame(2, 3, 4, 1, 2, 3, 4)],
    ['another function', frame(1, 4, 4, 1, 2, 3, 4)],
    ['fewer registers', frame(1, 3, 2, 1, 2)],
    ['more registers', frame(1, 3, 6, 1, 2, 3, 4, 5, 6)],
    ['a byte count that its length belies', frame(1, 3, 4, 1, 2)],
    ['a wrong checksum', Buffer.from([...answer.subarray(0, -1), 0])],
  ])('is not taken from %s', (_, bytes) => {
    expect(found(bytes)).toBeUndefined();
  });
});
