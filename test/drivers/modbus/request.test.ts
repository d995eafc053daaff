import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeRtu } from '#drivers/modbus/frame-rtu.ts';
import { encodePdu, parseReply, type Request } from '#drivers/modbus/request.ts';
import { areas } from '#drivers/modbus/value-type.ts';
import { honest, scriptedServer } from './scripted-server.ts';
import { watch } from './watch-driver.ts';

const anyRead = fc.record({
  kind: fc.constant('read' as const),
  unit: fc.integer({ min: 0, max: 255 }),
  area: fc.constantFrom(...areas),
  start: fc.nat(65535),
  count: fc.integer({ min: 1, max: 2000 }),
});
const anyIdentify = fc.record({
  kind: fc.constant('identify' as const),
  unit: fc.integer({ min: 0, max: 255 }),
  object: fc.nat(6),
});
const anyRequest: fc.Arbitrary<Request> = fc.oneof(anyRead, anyIdentify);

const READ_ONLY = new Set([0x01, 0x02, 0x03, 0x04, 0x2b]);

describe('requests', () => {
  it('encode only function codes that read', () => {
    fc.assert(
      fc.property(anyRequest, (request) => {
        const pdu = encodePdu(request);
        expect(READ_ONLY.has(pdu[0]!)).toBe(true);
        expect(pdu[0] === 0x2b ? pdu[1] : 0x0e).toBe(0x0e);
        expect(encodeRtu(request)[1]).toBe(pdu[0]);
      }),
    );
  });

  it('put nothing but reads on the wire while a driver runs through every area', async () => {
    const server = await scriptedServer(honest);
    const watched = watch({
      options: { transport: { kind: 'tcp', host: '127.0.0.1', port: server.port }, interval: '20ms' },
      points: { a: 'holding:0 uint16', b: 'input:0 uint16', c: 'coil:0', d: 'discrete:0' },
    });
    await watched.until(() => server.asked.length >= 20);
    watched.stop();
    await server.stop();
    const codes = new Set(server.asked.map(({ code }) => code));
    expect([...codes].filter((code) => !READ_ONLY.has(code))).toEqual([]);
    expect(codes.size).toBe(5);
  });

  it('take no reply of the wrong shape', () => {
    fc.assert(
      fc.property(anyRead, fc.uint8Array({ maxLength: 260 }), (request, bytes) => {
        const reply = parseReply(request, bytes);
        const size =
          request.area === 'coil' || request.area === 'discrete' ? Math.ceil(request.count / 8) : request.count * 2;
        expect(reply.kind !== 'data' || reply.data.length === size).toBe(true);
      }),
    );
  });

  it('take the identification of the object that was asked for only', () => {
    const answer = (object: number): Uint8Array => Buffer.from([0x2b, 0x0e, 4, 0x81, 0, 0, 1, object, 2, 0x41, 0x42]);
    const request = { kind: 'identify', unit: 1, object: 0 } as const;
    expect(parseReply(request, answer(0))).toEqual({ kind: 'data', data: Buffer.from('AB') });
    expect(parseReply(request, answer(1)).kind).toBe('mismatch');
  });
});
