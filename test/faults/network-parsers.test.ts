import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFrameReader, hj212Frame } from '#agent/uplink/hj212/frame.ts';
import { readChallenge } from '#drivers/http-digest/digest.ts';
import { LineCutter } from '#drivers/json-feed/tcp-lines.ts';
import { crc16, encodeRtu, findReply } from '#drivers/modbus/frame-rtu.ts';
import { encodeTcp, FramingError, TcpFrameReader } from '#drivers/modbus/frame-tcp.ts';

/* What has a fuzz test beside its driver (XML, multipart, JSON feeds, locating hubs, field mills, gauges) is not here again. */

const noise = fc.uint8Array({ maxLength: 600 }).map((bytes) => Buffer.from(bytes));
const cuts = fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 20 });

/** The bytes in pieces of these lengths, the rest in one. */
function inPieces(bytes: Buffer, lengths: readonly number[]): readonly Buffer[] {
  const pieces: Buffer[] = [];
  let at = 0;
  for (const length of lengths) {
    pieces.push(bytes.subarray(at, at + length));
    at += length;
  }
  return [...pieces, bytes.subarray(at)];
}

describe('an HJ 212 answer', () => {
  const text = fc.stringMatching(/^[A-Za-z0-9]{1,12}$/);

  it('is found whole among noise, however it is cut', () => {
    fc.assert(
      fc.property(noise, text, cuts, (before, mark, lengths) => {
        const frame = hj212Frame({ QN: '20260101000000000', CN: '9014', MN: mark }, '');
        // Noise that itself begins a frame may swallow what follows it, as on the wire: the sender repeats.
        const quiet = Buffer.from(before.toString('latin1').replaceAll('#', ' '), 'latin1');
        const read = createFrameReader();
        const bytes = Buffer.concat([quiet, Buffer.from(frame, 'latin1')]);
        const found = inPieces(bytes, lengths).flatMap((piece) => read(piece));
        expect(found.map(({ head }) => head.get('MN'))).toEqual([mark]);
      }),
    );
  });

  it('is never made out of noise, nor of one damaged character', () => {
    fc.assert(
      fc.property(noise, fc.nat(), fc.integer({ min: 1, max: 255 }), (bytes, place, change) => {
        expect(createFrameReader()(bytes)).toEqual([]);
        const frame = Buffer.from(hj212Frame({ QN: '1', CN: '9014', MN: 'A' }, ''), 'latin1');
        const at = place % (frame.length - 2);
        frame[at] = (frame[at] ?? 0) ^ change;
        const found = createFrameReader()(frame);
        // Digits of the sum may be written in small letters.
        expect(found.filter(({ head }) => head.get('MN') !== 'A')).toEqual([]);
      }),
    );
  });
});

describe('a challenge of a web login', () => {
  it('is read or refused, whatever a device sends', () => {
    const word = fc.constantFrom(
      'Digest ',
      'Basic ',
      'realm="',
      'nonce=',
      'qop="auth',
      ',',
      '"',
      'algorithm=SHA-256',
      '=',
      ' ',
    );
    const header = fc
      .array(fc.oneof(word, fc.string({ maxLength: 20 })), { maxLength: 60 })
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.array(header, { maxLength: 4 }), (headers) => {
        const challenge = readChallenge(headers);
        expect(['undefined', 'digest', 'basic']).toContain(challenge?.scheme ?? 'undefined');
      }),
    );
  });
});

function outcomeOf(bytes: Buffer): string {
  try {
    new TcpFrameReader().push(bytes);
    return 'frames';
  } catch (error) {
    return error instanceof FramingError ? error.name : String(error);
  }
}

describe('Modbus TCP framing', () => {
  it('finds the same frames however the stream is cut', () => {
    const frames = fc.array(fc.tuple(fc.nat(65_535), fc.nat(255), fc.uint8Array({ minLength: 1, maxLength: 253 })), {
      maxLength: 6,
    });
    fc.assert(
      fc.property(frames, cuts, (sent, lengths) => {
        const reader = new TcpFrameReader();
        const bytes = Buffer.concat(sent.map(([transaction, unit, pdu]) => encodeTcp(transaction, unit, pdu)));
        const found = inPieces(bytes, lengths).flatMap((piece) => reader.push(piece));
        expect(found.map(({ transaction, unit, pdu }) => [transaction, unit, [...pdu]])).toEqual(
          sent.map(([transaction, unit, pdu]) => [transaction, unit, [...pdu]]),
        );
      }),
    );
  });

  it('ends a stream of noise with an error of its own and no other', () => {
    fc.assert(
      fc.property(noise, (bytes) => {
        expect(['frames', 'FramingError']).toContain(outcomeOf(bytes));
      }),
    );
  });
});

describe('Modbus RTU', () => {
  it('finds a reply among noise, and takes nothing for one whose sum does not fit', () => {
    const request = { kind: 'read', unit: 1, area: 'holding', start: 0, count: 2 } as const;
    fc.assert(
      fc.property(noise, noise, fc.uint8Array({ minLength: 4, maxLength: 4 }), (before, after, data) => {
        const body = Buffer.from([1, 3, 4, ...data]);
        const sum = Buffer.alloc(2);
        sum.writeUInt16LE(crc16(body, 0, body.length));
        const found = findReply(request, encodeRtu(request), Buffer.concat([before, body, sum, after]));
        expect(found).toBeDefined();
        const alone = findReply(request, encodeRtu(request), before);
        if (!alone) return;
        const taken = Buffer.from([1, ...alone.pdu, 0, 0]);
        taken.writeUInt16LE(crc16(taken, 0, taken.length - 2), taken.length - 2);
        expect(before.includes(taken)).toBe(true);
      }),
    );
  });
});

describe('lines over TCP', () => {
  it('are the same however they are cut, and one that is too long costs nothing but itself', () => {
    const line = fc.stringMatching(/^[a-z{}":,0-9]{1,80}$/);
    fc.assert(
      fc.property(fc.array(line, { maxLength: 8 }), cuts, (lines, lengths) => {
        const cutter = new LineCutter(40);
        const bytes = Buffer.from(lines.map((one) => `${one}\n`).join(''));
        const found = inPieces(bytes, lengths).flatMap((piece) => cutter.cut(piece));
        expect(found).toEqual(lines.map((one) => (one.length > 40 ? undefined : one)));
      }),
    );
  });
});
