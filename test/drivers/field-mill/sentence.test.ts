import { array, assert, integer, property, tuple } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SIMULATOR_VENDOR } from '#agent/model/simulation.ts';
import { parseSentence } from '#drivers/field-mill/sentence.ts';
import { SentenceReader } from '#drivers/field-mill/sentence-reader.ts';
import { fuzzSentences } from '#test/bench/line-fuzz.ts';

/** The three that the observatory of the Rubin telescope shows for its mill. */
const golden = ['$+00.65,0*CE', '$+00.65,0*CE', '$+00.64,0*CD'];

/** Written apart from the driver: sign, value, fault digit, and the sum up to the asterisk. */
const write = (hundredths: number, fault: number): string => {
  const size = Math.abs(hundredths);
  const body = `$${hundredths < 0 ? '-' : '+'}${String(Math.floor(size / 100)).padStart(2, '0')}.${String(size % 100).padStart(2, '0')},${fault}*`;
  let sum = 0;
  for (const byte of Buffer.from(body)) sum = (sum + byte) % 256;
  return body + sum.toString(16).toUpperCase().padStart(2, '0');
};

const anySentence = tuple(integer({ min: -2000, max: 2000 }), integer({ min: 0, max: 9 }));

const readings = (reader: SentenceReader, text: string): number[] =>
  reader.read(Buffer.from(text, 'latin1')).flatMap((heard) => (heard.kind === 'reading' ? [heard.reading.field] : []));

describe('a sentence', () => {
  it('of a real mill is read', () => {
    expect(golden.map((line) => parseSentence(line)?.field)).toEqual([0.65, 0.65, 0.64]);
  });

  it('of any field and fault is read as it was written', () => {
    assert(
      property(anySentence, ([hundredths, fault]) => {
        expect(parseSentence(write(hundredths, fault))).toEqual({ field: hundredths / 100 || 0, fault });
      }),
    );
  });

  it('with any one byte damaged is nothing', () => {
    const lines = ['$+00.65,0*CE', write(-2000, 1), write(0, 0)];
    const damaged = lines.flatMap((line) =>
      Array.from({ length: line.length * 256 }, (_, index) => {
        const at = Math.floor(index / 256);
        return line.slice(0, at) + String.fromCharCode(index % 256) + line.slice(at + 1);
      }).filter((other) => other !== line),
    );
    expect(damaged).toHaveLength(3 * 12 * 255);
    expect(damaged.filter((line) => parseSentence(line) !== undefined)).toEqual([]);
  });

  it('beyond what the mill can measure is damaged, whatever its checksum says', () => {
    expect(parseSentence(write(2000, 0))?.field).toBe(20);
    expect(parseSentence(write(2001, 0))).toBeUndefined();
    expect(parseSentence(write(9999, 0))).toBeUndefined();
  });
});

describe('a stream of lines', () => {
  it('is read the same however it is cut', () => {
    const text = `${golden.join('\r\n')}\r\n`;
    assert(
      property(array(integer({ min: 1, max: 9 }), { minLength: 60, maxLength: 60 }), (sizes) => {
        const reader = new SentenceReader();
        const found: number[] = [];
        let at = 0;
        for (const size of sizes) {
          found.push(...readings(reader, text.slice(at, at + size)));
          at += size;
        }
        expect(found).toEqual([0.65, 0.65, 0.64]);
      }),
    );
  });

  it.each([
    ['noise before a sentence', `\x00\xff$$+0${golden[0]}\r\n`, [0.65]],
    ['a lost line end', `$+00.65,0*C${golden[2]}\r\n`, [0.64]],
    ['a line cut short', `$+00.6\r\n${golden[2]}\r\n`, [0.64]],
    ['a wrong checksum', `$+00.65,0*CF\r\n${golden[2]}\r\n`, [0.64]],
    ['a long line without end', `${'x'.repeat(5000)}${golden[0]}\r\n${golden[2]}\r\n`, [0.65, 0.64]],
  ])('finds its way back after %s', (_, text, expected) => {
    expect(readings(new SentenceReader(), text)).toEqual(expected);
  });

  it('that begins within a sentence is not damaged for that', () => {
    const heard = new SentenceReader().read(Buffer.from(`65,0*CE\r\n${golden[2]}\r\n`));
    expect(heard.map(({ kind }) => kind)).toEqual(['reading']);
  });

  it('counts damage, and knows a simulator by its name even when something is glued to it', () => {
    const heard = new SentenceReader().read(
      Buffer.from(`${golden[0]}\r\n$+00.6${SIMULATOR_VENDOR}\r\n${SIMULATOR_VENDOR}\r\n`),
    );
    expect(heard.map(({ kind }) => kind)).toEqual(['reading', 'simulator', 'damaged', 'simulator']);
  });

  it('keeps no more than one line in memory', () => {
    const reader = new SentenceReader();
    for (let turn = 0; turn < 1000; turn += 1) reader.read(Buffer.alloc(1000, 0x2b));
    expect(readings(reader, `\r\n${golden[0]}\r\n`)).toEqual([0.65]);
  });
});

it('20,000 random and mutated lines break nothing and make no value that no sentence says', () => {
  const found = fuzzSentences(20_000, 7);
  expect(found.tried).toBe(20_000);
  expect(found.intact).toBeGreaterThan(1000);
  expect(found.falsified).toEqual([]);
});
