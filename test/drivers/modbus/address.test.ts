import { describe, expect, it } from 'vitest';
import { addressSchema } from '#drivers/modbus/address.ts';

const parse = (written: unknown) => addressSchema.parse(written);

const faultOf = (written: unknown): string => {
  const result = addressSchema.safeParse(written);
  return result.success ? '' : result.error.issues.map(({ message }) => message).join('\n');
};

describe('a Modbus address', () => {
  it.each([
    ['holding:16 uint16', 'holding', 16],
    ['holding:0x10 uint16', 'holding', 16],
    ['holding:#17 uint16', 'holding', 16],
    ['modicon:40017 uint16', 'holding', 16],
    ['modicon:400017 uint16', 'holding', 16],
    ['input:0xFFFF uint16', 'input', 65535],
    ['input:#65536 uint16', 'input', 65535],
    ['modicon:365536 uint16', 'input', 65535],
    ['modicon:10001', 'discrete', 0],
    ['modicon:00001', 'coil', 0],
    ['coil:0', 'coil', 0],
    ['input:40001 uint16', 'input', 40001],
  ])('%s means %s %i', (text, area, register) => {
    expect(parse(text)).toMatchObject({ area, register });
  });

  it.each([
    ['holding:40001 uint16', '"holding:40001" can be read in two ways'],
    ['holding:400001 uint16', 'can be read in two ways'],
    ['input:30001 uint16', 'write "modicon:30001" or "input:0x7531"'],
    ['discrete:10001', 'can be read in two ways'],
    ['coil:00001', 'can be read in two ways'],
    ['holding:65536 uint16', 'is no address'],
    ['holding:#0 uint16', 'is no address'],
    ['holding:-1 uint16', 'is no address'],
    ['modicon:40000 uint16', 'is no Modicon address'],
    ['modicon:20001 uint16', 'is no Modicon address'],
    ['modicon:465537 uint16', 'is no Modicon address'],
    ['hodling:1 uint16', 'names no area'],
    ['16 uint16', 'names no area'],
    ['holding:16', 'no type'],
    ['holding:16 float', '"float" in address'],
    ['holding:16 float32 little', '"little" in address'],
    ['holding:16 float32 swap=yes', '"swap" in address'],
    ['holding:16 float32 CDBA', '"order" in address'],
    ['holding:16 float32 CDAB ABCD', 'says order twice'],
    ['holding:16 float32 GHEFCDAB', '"order" in address'],
    ['holding:16 float32 CDABGHEF', 'eight letters belong to values of 64 bits'],
    ['holding:16 uint16 CDAB', 'only the bytes inside the register'],
    ['holding:16 uint16 unit=x', '"unit" in address'],
    ['holding:16 uint16 unit=256', '"unit" in address'],
    ['holding:16 float32 bit=3', 'bits can be taken of'],
    ['holding:16 bit=16', 'has bits 0..15'],
    ['holding:16 bits=7..4', 'bits 7..4'],
    ['holding:16 string', 'string without its length'],
    ['holding:16 uint16 registers=2', 'belong to strings'],
    ['holding:16 float32 exponent=18', 'an exponent scales'],
    ['holding:16 int16 bad=none', 'is no number'],
    ['holding:65535 float32', 'ends behind register 65535'],
    ['coil:1 uint16', 'a coil is a single bit'],
  ])('%s is refused', (text, words) => {
    expect(faultOf(text)).toContain(words);
  });

  it('can be written as an object with the same words', () => {
    const text = parse('holding:0x10 int16 BADC unit=3 exponent=0x11 bad=0x8000,-1 group=flow');
    const { bad, ...rest } = parse({
      at: 'holding:0x10',
      type: 'int16',
      order: 'BADC',
      unit: 3,
      exponent: '0x11',
      bad: '0x8000,-1',
      group: 'flow',
    });
    expect({ ...rest, bad }).toEqual(text);
    expect(rest).toMatchObject({ register: 16, exponent: 17, unit: 3, group: 'flow' });
  });

  it('refuses an unknown key of the object', () => {
    expect(addressSchema.safeParse({ at: 'holding:1', type: 'uint16', wordSwap: true }).success).toBe(false);
  });

  it('gives the exponent in the notation of the value', () => {
    expect(parse('modicon:40017 int16 exponent=40018')).toMatchObject({ register: 16, exponent: 17 });
    expect(parse('holding:#17 int16 exponent=#18')).toMatchObject({ register: 16, exponent: 17 });
  });
});
