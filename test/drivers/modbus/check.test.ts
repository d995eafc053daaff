import { describe, expect, it } from 'vitest';
import { addressSchema } from '#drivers/modbus/address.ts';
import { check } from '#drivers/modbus/check.ts';
import { optionsSchema } from '#drivers/modbus/schema.ts';

const tcp = { transport: { kind: 'tcp', host: 'plc' } };
const rtu = { transport: { kind: 'rtu', path: '/dev/ttyUSB0' } };

const issues = (options: object, addresses: Readonly<Record<string, string>>) =>
  check(
    optionsSchema.parse(options),
    Object.entries(addresses).map(([id, text]) => ({ id, address: addressSchema.parse(text) })),
  ).map(({ point, path, what }) => [point ?? path.join('.'), what]);

describe('a Modbus source is refused for', () => {
  it('a long value without a byte order, unless the source or unit names one', () => {
    const addresses = { a: 'holding:1 float32', b: 'holding:3 uint16', c: 'holding:5 int32 unit=2' };
    expect(issues(tcp, addresses)).toEqual([
      ['a', 'float32 without a byte order'],
      ['c', 'int32 without a byte order'],
    ]);
    expect(issues({ ...tcp, order: 'CDAB' }, addresses)).toEqual([]);
    expect(issues({ ...tcp, units: { 2: { order: 'CDAB' } } }, addresses)).toEqual([
      ['a', 'float32 without a byte order'],
    ]);
  });

  it('a group or value that no single request can read', () => {
    const addresses = {
      a: 'holding:0 uint16 group=g',
      b: 'holding:30 uint16 group=g',
      c: 'holding:40 string registers=25',
    };
    expect(issues({ ...tcp, maxRegisters: 20 }, addresses)).toEqual([
      ['b', 'group "g" spans 31 registers'],
      ['c', 'the value spans 25 registers'],
    ]);
    expect(issues(tcp, addresses)).toEqual([]);
  });

  it('an exponent too far from its value', () => {
    expect(issues(tcp, { a: 'holding:0 int16 exponent=300' })).toEqual([['a', 'the value spans 301 registers']]);
  });

  it('settings of a unit that no point uses', () => {
    expect(issues({ ...tcp, units: { 7: { timeout: '2s' } } }, { a: 'holding:0 uint16' })).toEqual([
      ['units.7', 'settings for unit 7'],
    ]);
  });

  it('unit 0 on a serial line, where it means everybody', () => {
    expect(issues(rtu, { a: 'holding:0 uint16 unit=0' })).toEqual([['unit', 'unit 0']]);
    expect(issues(tcp, { a: 'holding:0 uint16 unit=0' })).toEqual([]);
  });

  it('an unknown key', () => {
    expect(optionsSchema.safeParse({ ...tcp, wordSwap: true }).success).toBe(false);
    expect(optionsSchema.safeParse({ transport: { kind: 'tcp', host: 'plc', baudRate: 9600 } }).success).toBe(false);
  });
});
