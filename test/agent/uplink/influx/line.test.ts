import { assert, dictionary, oneof, property, string, double, boolean, bigInt } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatLine } from '#agent/uplink/influx/line.ts';
import { readLines } from '#simulators/receiver/line-protocol.ts';

describe('a line of line protocol', () => {
  it('escapes as InfluxDB documents it', () => {
    const line = formatLine({
      measurement: 'my measure,ment',
      tags: { unit: 'a=b c,d', 'b tag': '温度', empty: '', absent: undefined },
      fields: { text: 'say "hi" \\ there\nnext', count: 3n, value: 1e-7, on: true, none: undefined },
      time: 1_556_813_561_098_000_000n,
    });
    expect(line).toBe(
      String.raw`my\ measure\,ment,b\ tag=温度,unit=a\=b\ c\,d text="say \"hi\" \\ there` +
        '\n' +
        String.raw`next",count=3i,value=1e-7,on=true 1556813561098000000` +
        '\n',
    );
  });

  it('reads back as it was, whatever stands in its texts and numbers', () => {
    const tag = string({ minLength: 1, unit: 'binary' }).filter((text) => !/[\r\n\\]/.test(text));
    const field = oneof(
      string({ unit: 'binary' }),
      double({ noNaN: true, noDefaultInfinity: true }),
      boolean(),
      bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    );
    assert(
      property(dictionary(tag, tag, { maxKeys: 4, noNullPrototype: true }), field, (tags, value) => {
        const [read] = readLines(formatLine({ measurement: 'm', tags, fields: { value }, time: 1n }));
        expect(new Map(Object.entries(read?.tags ?? {}))).toEqual(new Map(Object.entries(tags)));
        expect(Object.is(read?.fields['value'], -0) ? 0 : read?.fields['value']).toEqual(
          Object.is(value, -0) ? 0 : value,
        );
      }),
    );
  });

  it('takes a tag named like what every object has', () => {
    const tags = Object.fromEntries(['__proto__', 'constructor', 'toString'].map((name) => [name, 'x']));
    const [read] = readLines(formatLine({ measurement: 'm', tags, fields: { value: 1 }, time: 1n }));
    expect(Object.keys(read?.tags ?? {}).toSorted((a, b) => a.localeCompare(b))).toEqual([
      '__proto__',
      'constructor',
      'toString',
    ]);
  });

  it('makes no other line of a tag with line feeds or backslashes', () => {
    const told = formatLine({ measurement: 'm', tags: { a: 'x\\', b: 'y\n,z\\ w' }, fields: { v: 1 }, time: 1n });
    expect(readLines(told)).toEqual([
      { measurement: 'm', tags: { a: 'x/', b: 'y ,z/ w' }, fields: { v: 1 }, time: 1n },
    ]);
  });
});
