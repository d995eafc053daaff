import { describe, expect, it } from 'vitest';
import { hasFlag } from '#agent/model/flags.ts';
import { factMappingSchema, mapFacts } from '#drivers/json-feed/fact-mapping.ts';
import { addressSchema } from '#drivers/json-feed/address.ts';
import { readJson } from '#drivers/json-feed/read-json.ts';
import { SeenMessages } from '#drivers/json-feed/seen-messages.ts';
import { LineCutter } from '#drivers/json-feed/tcp-lines.ts';
import { asTime, asTruth } from '#drivers/json-feed/told-value.ts';

const NOW = Date.UTC(2026, 6, 1, 12);
const received = { receiveTime: NOW, zone: '+08:00' };

const map = (mapping: object, message: unknown) => mapFacts(factMappingSchema.parse(mapping), message, received);

describe('a mapping of tags', () => {
  it('reads positions and states out of any shape', () => {
    const mapping = {
      each: 'data.list[]',
      when: "type == 'pos'",
      tag: 'dev',
      x: 'p[0]',
      y: 'p[1]',
      scale: 0.001,
      map: "'hall-1'",
      floor: 'f',
      accuracy: 'err',
      time: 'at',
      battery: 'bat',
      sos: "key == 'SOS'",
      moving: 'm',
    };
    const message = {
      data: {
        list: [
          {
            type: 'pos',
            dev: 'A',
            p: [1500, -200],
            f: 2,
            err: 300,
            at: '2026-07-01 19:59:59',
            bat: '85',
            key: 'SOS',
            m: 1,
          },
          { type: 'other', dev: 'B', p: [1, 1] },
        ],
      },
    };
    const times = { sourceTime: NOW - 1000, receiveTime: NOW, flags: 0 };
    expect(map(mapping, message)).toEqual({
      heard: [],
      fixes: [{ tag: 'A', map: 'hall-1', x: 1.5, y: -0.2, floor: '2', accuracyM: 0.3, isMoving: true, ...times }],
      states: [{ tag: 'A', batteryPercent: 85, sos: true, ...times }],
      refused: [],
    });
  });

  it('takes a tag without a place for heard', () => {
    expect(map({ tag: 'id', x: 'x', y: 'y' }, { id: 7, x: null })).toMatchObject({ heard: ['7'], fixes: [] });
  });

  it.each([
    ['no id', { x: 1, y: 2 }, 'no id'],
    ['text for a number', { id: 1, x: 'far', y: 2 }, 'no numbers'],
    ['an object for an id', { id: {}, x: 1, y: 2 }, 'no id'],
  ])('refuses an entry with %s, and it alone', (_, entry, reason) => {
    const { refused, fixes } = map({ tag: 'id', x: 'x', y: 'y' }, [entry, { id: 'B', x: 1, y: 2 }]);
    expect(refused).toEqual([expect.stringContaining(reason)]);
    expect(fixes).toMatchObject([{ tag: 'B' }]);
  });

  it('keeps degrees as they are, and refuses a place beyond the earth', () => {
    const mapping = { tag: 'id', x: 'lon', y: 'lat', map: "'wgs84'", scale: 0.001 };
    expect(map(mapping, { id: 1, lon: 121.62, lat: 38.92 }).fixes).toMatchObject([{ x: 121.62, y: 38.92 }]);
    expect(map(mapping, { id: 1, lon: 121.62, lat: 138.92 }).refused).toHaveLength(1);
  });

  it('marks a time that is none', () => {
    const [fix] = map({ tag: 'id', x: 'x', y: 'y', time: 't' }, { id: 1, x: 1, y: 1, t: 'soon' }).fixes;
    expect(fix?.sourceTime).toBe(NOW);
    expect(hasFlag(fix?.flags ?? 0, 'clockSuspect')).toBe(true);
  });
});

describe('an expression', () => {
  it.each(['data[', 'nosuch(a)', 'pad_left(a, `100000000`)', '', 'a'.repeat(501)])(
    '%s is refused in the configuration',
    (text) => {
      expect(addressSchema.safeParse(text).success).toBe(false);
    },
  );

  it('of a diagnostic word is that diagnosis', () => {
    expect(addressSchema.parse('tags-heard')).toEqual({ word: 'tags-heard', quantity: 'tags-heard' });
  });
});

it.each([
  ['{"id":9007199254740993}', '9007199254740993'],
  ['{"id":18446744073709551615}', '18446744073709551615'],
  ['{"id":"9007199254740993"}', '9007199254740993'],
  ['{"id":1234567890123456}', 1234567890123456],
])('reads %s without rounding', (text, id) => {
  expect(readJson(text)).toEqual({ id });
});

it.each([
  [1_782_907_200, undefined, 1_782_907_200_000],
  [1_782_907_200_123, undefined, 1_782_907_200_123],
  ['1782907200', undefined, 1_782_907_200_000],
  ['2026-07-01T12:00:00Z', '+08:00', NOW],
  ['2026-07-01 20:00:00', '+08:00', NOW],
  ['2026-07-01T12:00:00.000+00:00', '+08:00', NOW],
  [null, undefined, undefined],
  [{}, undefined, Number.NaN],
])('takes %j in zone %s for the time %s', (value, zone, time) => {
  expect(asTime(value, zone)).toBe(time);
});

it('takes true, 1 and their texts for a claim, and nothing else', () => {
  expect([true, 1, '1', 'true', false, 0, '0', 'false'].map(asTruth)).toEqual([
    true,
    true,
    true,
    true,
    false,
    false,
    false,
    false,
  ]);
  expect([null, 2, 'yes', {}, [], ''].map(asTruth)).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

it('knows a repeated message, within bounds', () => {
  const seen = new SeenMessages();
  expect([seen.isRepeated('a'), seen.isRepeated('a'), seen.isRepeated('b')]).toEqual([false, true, false]);
  for (let nth = 0; nth < 5000; nth += 1) seen.isRepeated(`m-${nth}`);
  expect(seen.isRepeated('a')).toBe(false);
  expect(seen.isRepeated('m-4999')).toBe(true);
});

it.each([1, 5, 1000])('cuts lines out of chunks of %d bytes and throws long ones away whole', (size) => {
  const bytes = Buffer.from(`{"a":1}\n${'x'.repeat(60)}\r\n\n{"b":2}\r\n{"c"`);
  const cutter = new LineCutter(50);
  const lines: (string | undefined)[] = [];
  for (let at = 0; at < bytes.length; at += size) lines.push(...cutter.cut(bytes.subarray(at, at + size)));
  expect(lines).toEqual(['{"a":1}', undefined, '{"b":2}']);
});
