import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressSchema } from '#drivers/modbus/address.ts';
import { compileDecoder } from '#drivers/modbus/decode.ts';

/** Decodes hexadecimal register contents, in the order of the wire. */
function decode(address: string, hex: string) {
  const parsed = addressSchema.parse(`holding:0 ${address}`);
  return compileDecoder(parsed, parsed.order ?? 'ABCD')(Buffer.from(hex.replaceAll(' ', ''), 'hex'), 0);
}

describe('golden vectors', () => {
  it.each([
    ['uint16', 'FFFE', 65534],
    ['uint16 BADC', 'FEFF', 65534],
    ['int16', 'FFFE', -2],
    ['int16', '7FFF', 32767],
    ['int16 BADC', '0080', -32768 + 0],
    ['uint32 ABCD', '0102 0304', 0x01020304],
    ['uint32 CDAB', '0304 0102', 0x01020304],
    ['uint32 BADC', '0201 0403', 0x01020304],
    ['uint32 DCBA', '0403 0201', 0x01020304],
    ['uint32 ABCD', 'FFFF FFFF', 4294967295],
    ['int32 ABCD', 'FFFF FFFE', -2],
    ['int32 CDAB', 'FFFE FFFF', -2],
    ['int32 BADC', 'FFFF FEFF', -2],
    ['int32 DCBA', 'FEFF FFFF', -2],
    ['float16', '3C00', 1],
    ['float16', 'C000', -2],
    ['float16', '7BFF', 65504],
    ['float16', '0001', 2 ** -24],
    ['float32 ABCD', '4220 0000', 40],
    ['float32 CDAB', '0000 4220', 40],
    ['float32 BADC', '2042 0000', 40],
    ['float32 DCBA', '0000 2042', 40],
    ['float32 ABCD', 'C2F6 E979', Math.fround(-123.456)],
    ['float64 ABCD', '405E DD2F 1A9F BE77', 123.456],
    ['float64 CDAB', 'BE77 1A9F DD2F 405E', 123.456],
    ['float64 BADC', '5E40 2FDD 9F1A 77BE', 123.456],
    ['float64 DCBA', '77BE 9F1A 2FDD 5E40', 123.456],
    ['float64 EFGHABCD', '1A9F BE77 405E DD2F', 123.456],
    ['float64 CDABGHEF', 'DD2F 405E BE77 1A9F', 123.456],
    ['float64 FEHGBADC', '9F1A 77BE 5E40 2FDD', 123.456],
    ['float64 DCBAHGFE', '2FDD 5E40 77BE 9F1A', 123.456],
    ['uint64 ABCD', '001F FFFF FFFF FFFF', Number.MAX_SAFE_INTEGER],
    ['uint64 CDAB', '0004 0003 0002 0001', 0x0001000200030004],
    ['int64 ABCD', 'FFFF FFFF FFFF FFFE', -2],
    ['int64 DCBA', 'FEFF FFFF FFFF FFFF', -2],
    ['bcd16', '1234', 1234],
    ['bcd16 BADC', '3412', 1234],
    ['bcd32 ABCD', '1234 5678', 12345678],
    ['bcd32 CDAB', '5678 1234', 12345678],
    ['bcd64 ABCD', '0000 1234 5678 9012', 123456789012],
    ['signmag16', '8005', -5],
    ['signmag16', '0005', 5],
    ['signmag16', '8000', 0],
    ['signmag32 ABCD', '8000 0005', -5],
    ['signmag32 CDAB', '0005 8000', -5],
    ['bytedecimal', '1409', 20.9],
    ['bytedecimal digits=2', '145F', 20.95],
    ['bit=0', '0001', true],
    ['bit=15', '8000', true],
    ['bit=14', '8000', false],
    ['bits=4..7', '00A0', 10],
    ['bits=8..15', 'FF00', 255],
    ['uint32 CDAB bit=16', '0000 0001', true],
    ['uint32 CDAB bits=16..31', '0000 BEEF', 0xbeef],
    ['uint32 ABCD bits=0..31', 'FFFF FFFF', 4294967295],
    ['uint64 ABCD bit=63', '8000 0000 0000 0000', true],
    ['uint64 ABCD bits=60..63', 'A000 0000 0000 0000', 10],
    ['int16 exponent=1', '04D2 FFFF', 123.4],
    ['int16 exponent=1', 'FB2E 0002', -123400],
    ['int32 CDAB exponent=2', '04D2 0000 FFFE', 12.34],
    ['string registers=3', '5054 2D31 0000', 'PT-1'],
    ['string registers=3 BADC', '5450 312D 2020', 'PT-1'],
    ['string registers=2 encoding=utf-8', 'C2B0 4300', '°C'],
    ['string registers=2 encoding=gbk', 'CEC2 B6C8', '温度'],
    ['string registers=3 encoding=utf-16', '6E29 5EA6 0000', '温度'],
    ['string registers=2 encoding=utf-16 BADC', '296E A65E', '温度'],
    ['string registers=1', '0000', ''],
  ])('%s of %s is %s', (address, hex, value) => {
    expect(decode(address, hex)).toBe(value);
  });

  it.each([
    ['float16', '7E00'],
    ['float32 ABCD', '7FC0 0000'],
    ['float32 ABCD', '7F80 0000'],
    ['float32 CDAB', '0000 FF80'],
    ['float64 ABCD', '7FF8 0000 0000 0000'],
    ['float64 ABCD', 'FFF0 0000 0000 0000'],
    ['bcd16', '12A4'],
    ['bcd32 ABCD', '1234 567F'],
    ['bcd64 ABCD', '0000 0000 0000 000A'],
    ['bytedecimal', '140A'],
    ['uint64 ABCD', '0020 0000 0000 0000'],
    ['int64 ABCD', '8000 0000 0000 0000'],
    ['int16 exponent=1', '0001 7FFF'],
    ['string registers=1', 'FFFF'],
    ['string registers=1 encoding=utf-8', 'C3C3'],
    ['string registers=1 encoding=utf-16', 'D800'],
  ])('%s of %s is no value', (address, hex) => {
    expect(decode(address, hex)).toEqual({ level: 'bad', reason: 'decode' });
  });

  it.each([
    ['int16 bad=0x8000', '8000'],
    ['int16 bad=-32768', '8000'],
    ['int16 bad=0x7FFF,-32000', '8300'],
    ['uint16 bad=0xFFFF bits=0..3', 'FFFF'],
    ['uint32 CDAB bad=0xFFFFFFFF', 'FFFF FFFF'],
    ['float32 ABCD bad=-999', 'C479 C000'],
    ['float32 ABCD bad=0x7FC00000', '7FC0 0000'],
    ['uint64 ABCD bad=0xFFFFFFFFFFFFFFFF', 'FFFF FFFF FFFF FFFF'],
    ['int16 exponent=1 bad=0x7FFF', '7FFF 0000'],
  ])('%s of %s is the device saying that it has none', (address, hex) => {
    expect(decode(address, hex)).toEqual({ level: 'bad', reason: 'sentinel' });
  });
});

describe('byte orders', () => {
  const wire = (order: string, bytes: Buffer): Buffer =>
    Buffer.from(Array.from(order, (letter) => bytes['ABCDEFGH'.indexOf(letter)] ?? 0));

  it('reads every float64 back in each of the eight orders', () => {
    const orders = {
      ABCD: 'ABCDEFGH',
      CDAB: 'GHEFCDAB',
      BADC: 'BADCFEHG',
      DCBA: 'HGFEDCBA',
      EFGHABCD: 'EFGHABCD',
      CDABGHEF: 'CDABGHEF',
      FEHGBADC: 'FEHGBADC',
      DCBAHGFE: 'DCBAHGFE',
    };
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const bytes = Buffer.alloc(8);
        bytes.writeDoubleBE(value);
        for (const [name, spelled] of Object.entries(orders))
          expect(decode(`float64 ${name}`, wire(spelled, bytes).toString('hex'))).toBe(value);
      }),
    );
  });

  it('reads every int32 back in each of the four orders', () => {
    fc.assert(
      fc.property(fc.integer(), (value) => {
        const bytes = Buffer.alloc(4);
        bytes.writeInt32BE(value);
        for (const order of ['ABCD', 'CDAB', 'BADC', 'DCBA'])
          expect(decode(`int32 ${order}`, wire(order, bytes).toString('hex'))).toBe(value);
      }),
    );
  });
});
