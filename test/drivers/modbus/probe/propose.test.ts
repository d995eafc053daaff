import { describe, expect, it } from 'vitest';
import { interpretations } from '#drivers/modbus/probe/interpret.ts';
import { addressText, halfDigit, propose } from '#drivers/modbus/probe/propose.ts';

const run = (hex: string, start = 0x10) =>
  ({ area: 'holding', start, bytes: Buffer.from(hex.replaceAll(' ', ''), 'hex') }) as const;

const best = (hex: string, reading: string) => {
  const [first] = propose([run(hex)], Number(reading), halfDigit(reading));
  return first && { address: addressText(first, 3), factor: first.factor };
};

describe('registers under every type and order', () => {
  it('show the float among the others', () => {
    const found = interpretations(Buffer.from('00004220', 'hex'), 0);
    expect(found).toContainEqual({ type: 'float32', order: 'CDAB', value: 40 });
    expect(found).toContainEqual({ type: 'uint16', value: 0 });
    expect(found).toContainEqual({ type: 'uint32', order: 'ABCD', value: 0x4220 });
    expect(found).toContainEqual({ type: 'bcd32', order: 'ABCD', value: 4220 });
  });

  it('leave out what is no valid value of a type', () => {
    const types = interpretations(Buffer.from('7FC00000', 'hex'), 0).filter(({ order }) => order === 'ABCD');
    expect(types.map(({ type }) => type)).not.toContain('float32');
  });
});

describe('the reading of the instrument', () => {
  it.each([
    ['a swapped float', '1234 0000 41BC 0007', '23.5', { address: 'holding:0x0011 float32 CDAB unit=3', factor: 1 }],
    [
      'a float as it comes',
      '1234 41BC 0000 0007',
      '23.5',
      { address: 'holding:0x0011 float32 ABCD unit=3', factor: 1 },
    ],
    ['tenths', '0007 00EB 0009', '23.5', { address: 'holding:0x0011 int16 unit=3', factor: 0.1 }],
    ['negative hundredths', 'F6D2', '-23.5', { address: 'holding:0x0010 int16 unit=3', factor: 0.01 }],
    ['a long counter', '0001 E240', '123456', { address: 'holding:0x0010 int32 ABCD unit=3', factor: 1 }],
    ['a byte and its decimal', '1409', '20.9', { address: 'holding:0x0010 bytedecimal unit=3', factor: 1 }],
  ])('is found as %s', (_, hex, reading, expected) => {
    expect(best(hex, reading)).toEqual(expected);
  });

  it('is not found where it is not', () => {
    expect(propose([run('0000 0000 0000')], 23.5, halfDigit('23.5'))).toEqual([]);
  });
});
