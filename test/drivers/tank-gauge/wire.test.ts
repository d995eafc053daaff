import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { addressSchema } from '#drivers/tank-gauge/address.ts';
import { FormatError } from '#drivers/tank-gauge/cursor.ts';
import { FrameReader, judgeFrame } from '#drivers/tank-gauge/frame.ts';
import { inventoryFields, parseInventory } from '#drivers/tank-gauge/inventory.ts';
import { encodeQuery, isSecurityCode, queries, terminatorNames } from '#drivers/tank-gauge/query.ts';
import { alarmTypes, parseTankAlarms } from '#drivers/tank-gauge/tank-alarms.ts';
import { fuzzGauge } from '#test/bench/line-fuzz.ts';

/** An inventory with all its fields; values and checksum made with another tool. */
const values = '447A00004478C00043FA0000422800003FC00000C080000000000000';
const inventory = 'i201002610091530011000507';

const sumOf = (text: string): string => {
  let sum = 1;
  for (const byte of Buffer.from(text)) sum += byte;
  return ((0x1_0000 - (sum & 0xffff)) & 0xffff).toString(16).toUpperCase().padStart(4, '0');
};

const framed = (text: string): string => `${text}&&${sumOf(`${text}&&`)}`;

describe('a query', () => {
  it('is one of three, for all tanks, and none can set anything', () => {
    const none = { securityCode: '', terminator: 'none' } as const;
    expect(queries.map((query) => encodeQuery(query, none).toString('latin1'))).toEqual([
      '\x01i20100',
      '\x01i20500',
      '\x01i90200',
    ]);
    const all = queries.flatMap((query) =>
      terminatorNames.flatMap((terminator) =>
        ['', '123456'].map((securityCode) => encodeQuery(query, { securityCode, terminator }).toString('latin1')),
      ),
    );
    expect(all.filter((text) => /s/i.test(text))).toEqual([]);
  });

  it('carries a security code of six digits, and refuses what could be read as a function', () => {
    expect(encodeQuery('inventory', { securityCode: '012345', terminator: 'etx' }).toString('latin1')).toBe(
      '\x01012345i20100\x03',
    );
    for (const code of ['S60201', 's60201', '12345', '1234567', '12345\n', ' 12345']) {
      expect(isSecurityCode(code)).toBe(false);
      expect(() => encodeQuery('inventory', { securityCode: code, terminator: 'none' })).toThrow(RangeError);
    }
  });

  it('is encoded in one place only', () => {
    const folder = new URL('../../../drivers/tank-gauge', import.meta.url).pathname;
    const files = readdirSync(folder).filter((file) => file.endsWith('.ts'));
    const spelling = files.filter((file) => /\\x01|'[iIsS]\d{3}/.test(readFileSync(join(folder, file), 'utf8')));
    expect(files.length).toBeGreaterThan(8);
    expect(spelling).toEqual(['query.ts']);
  });
});

describe('the checksum', () => {
  it('fits what real consoles sent', () => {
    // Frames of i214, recorded at two stations; the function is another, the frame the same.
    const recorded = ['i214012401251603011000006470F5F6346C5DC6F442C818943D7A005000000003E8C0000&&F056', '9999FF1B'];
    expect(recorded.map((text) => text.slice(0, -4) + sumOf(text.slice(0, -4)))).toEqual(recorded);
    // Right, but no answer to this query.
    expect(judgeFrame(recorded[0] ?? '', 'inventory')).toBeUndefined();
    expect(judgeFrame('9999FF1B', 'inventory')).toEqual({ kind: 'refused' });
  });

  it('that is wrong makes the answer damaged', () => {
    const right = framed(inventory + values);
    expect(judgeFrame(right, 'inventory')).toMatchObject({ kind: 'data', time: '2610091530' });
    expect(judgeFrame(right.replace('447A', '447B'), 'inventory')).toMatchObject({ kind: 'damaged' });
    expect(judgeFrame(right.slice(0, -1), 'inventory')).toMatchObject({ kind: 'damaged' });
    expect(judgeFrame('9999FF1C', 'inventory')).toMatchObject({ kind: 'damaged' });
  });
});

describe('an inventory', () => {
  const parse = (body: string) => parseInventory(body);

  it('is read field by field', () => {
    const tank = parse(`011000507${values}`).get(1);
    expect(tank).toMatchObject({ product: '1', status: 5 });
    expect(inventoryFields.map((field, index) => [field, tank?.values[index]])).toEqual([
      ['volume', 1000],
      ['tc-volume', 995],
      ['ullage', 500],
      ['height', 42],
      ['water-height', 1.5],
      ['temperature', -4],
      ['water-volume', 0],
    ]);
  });

  it('with more fields than known, or fewer, is read as far as it goes', () => {
    expect(parse(`01100000A${values}${'3F800000'.repeat(3)}02200000141200000`).get(2)?.values).toEqual([10]);
  });

  it('of no tank is empty', () => expect(parse('').size).toBe(0));

  it.each([
    ['ends within a value', `011000507${values.slice(1)}`],
    ['has a tank number that is none', `A11000507${values}`],
    ['has tank 0', `001000507${values}`],
    ['lists a tank twice', `011000507${values}011000507${values}`],
    ['has a value that is no number', `011000507${values.slice(0, -1)}G`],
    ['has something after the last record', `011000507${values}0`],
  ])('that %s is refused as a whole', (_, body) => expect(() => parse(body)).toThrow(FormatError));
});

describe('tank alarms', () => {
  it('are read by tank; types that are not known are kept', () => {
    expect([...parseTankAlarms('0100020204270300')]).toEqual([
      [1, new Set()],
      [2, new Set([4, 27])],
      [3, new Set()],
    ]);
  });

  it('that are cut or repeat a tank are refused as a whole', () => {
    for (const body of ['0102', '010204', '01000100', '0000']) expect(() => parseTankAlarms(body)).toThrow(FormatError);
  });

  it('have a number each', () => expect(new Set(Object.values(alarmTypes)).size).toBe(15));
});

describe('a stream', () => {
  it('is cut into frames, whatever stands between them', () => {
    const reader = new FrameReader();
    const found = ['noise\x03\x01i2', '0100\x01i20500', 'abc\x03\x03\x01', 'x\x03'].flatMap((text) =>
      reader.read(Buffer.from(text, 'latin1')),
    );
    expect(found).toEqual(['i20500abc', 'x']);
  });

  it('without an end takes no more memory than the longest answer', () => {
    const reader = new FrameReader();
    reader.read(Buffer.from('\x01'));
    for (let turn = 0; turn < 100; turn += 1) reader.read(Buffer.alloc(10_000, 0x30));
    expect(reader.isInside).toBe(false);
    expect(reader.read(Buffer.from('\x01a\x03'))).toEqual(['a']);
  });
});

describe('an address', () => {
  it.each(['tank:1 height', 'tank:99 water-height', 'tank:3 delivery', 'tank:3 alarm:probe-out'])('%s is one', (text) =>
    expect(addressSchema.safeParse(text).success).toBe(true),
  );

  it.each([
    ['height', 'tank:3 height'],
    ['tank:0 height', 'tank:3 height'],
    ['tank:100 height', 'tank:3 height'],
    ['tank:1', 'tank:3 height'],
    ['tank:1 heigth', 'did you mean "tank:1 height"?'],
    ['tank:12 alarm:probe', 'did you mean "tank:12 alarm:probe-out"?'],
  ])('%s is none, and the error says what could stand there', (text, expected) => {
    const result = addressSchema.safeParse(text);
    expect(result.success).toBe(false);
    expect(result.error?.issues[0]?.message).toContain(expected);
  });
});

it('20,000 random and mutated frames break nothing and make no value whose sum shows the damage', () => {
  const found = fuzzGauge(20_000, 7);
  expect(found.tried).toBe(20_000);
  expect(found.intact).toBeGreaterThan(1000);
  expect(found.falsified).toEqual([]);
});
