import { array, assert, constantFrom, integer, property, uint8Array } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readAlert } from '#drivers/alert-stream/alert.ts';
import { boundaryOf, MultipartError, MultipartReader } from '#drivers/alert-stream/multipart.ts';

const part = (body: string, head = ''): string => `--b\r\nContent-Type: application/xml\r\n${head}\r\n${body}\r\n`;

function taken(reader: MultipartReader, bytes: Buffer) {
  try {
    return reader.take(bytes);
  } catch (error) {
    if (error instanceof MultipartError) return [];
    throw error;
  }
}

describe('a multipart stream', () => {
  it('gives the same parts however it is cut, with lengths or without', () => {
    const stream = Buffer.from(
      part('<one/>', 'Content-Length: 6\r\n') + part('<two/>') + part('<three/>', 'Content-Length: 8\r\n') + '--b\r\n',
    );
    assert(
      property(array(integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 30 }), (sizes) => {
        const reader = new MultipartReader('b', 1_000);
        const found: string[] = [];
        for (let at = 0, n = 0; at < stream.length; n++) {
          const size = sizes[n % sizes.length] ?? 1;
          for (const { body } of reader.take(stream.subarray(at, at + size))) found.push(body.toString().trim());
          at += size;
        }
        expect(found).toEqual(['<one/>', '<two/>', '<three/>']);
      }),
    );
  });

  it.each([
    ['a part without an end', part('x'.repeat(5_000))],
    ['a part that says it is too long', part('', 'Content-Length: 99999999\r\n')],
    ['a head without an end', `--b\r\n${'X: y\r\n'.repeat(3_000)}`],
  ])('is refused for %s', (_, text) => {
    const reader = new MultipartReader('b', 1_000);
    expect(() => {
      for (let at = 0; at < text.length; at += 100) reader.take(Buffer.from(text.slice(at, at + 100)));
    }).toThrow(MultipartError);
  });

  it('of noise holds no more than a boundary', () => {
    const reader = new MultipartReader('b', 1_000);
    const before = process.memoryUsage().arrayBuffers;
    for (let n = 0; n < 2_000; n++) expect(reader.take(Buffer.alloc(50_000, n))).toEqual([]);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(120_000_000);
  });

  it('never throws but for its bounds, and its parts are alerts, pictures or refused', () => {
    const pieces = constantFrom(
      '--b',
      '\r\n',
      '\r\n\r\n',
      'Content-Length: 3',
      'Content-Length: -1',
      'Content-Type: image/jpeg',
      '{',
      '<EventNotificationAlert>',
      '<eventType>VMD</eventType>',
      '</EventNotificationAlert>',
      '"eventType":"x"',
      '}',
      '\0',
    );
    assert(
      property(array(pieces, { maxLength: 60 }), uint8Array({ maxLength: 20 }), (texts, noise) => {
        const reader = new MultipartReader('b', 200);
        for (const bytes of [Buffer.from(texts.join('')), Buffer.from(noise), Buffer.from('\r\n--b\r\n\r\n')])
          for (const one of taken(reader, bytes)) expect(readAlert(one)?.type).not.toBe('');
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['multipart/mixed; boundary=MIME_boundary', 'MIME_boundary'],
    ['multipart/x-mixed-replace;charset=utf-8; boundary="--a b"', 'a b'],
    ['application/xml', undefined],
    [undefined, undefined],
  ])('has its boundary in %s', (type, boundary) => expect(boundaryOf(type)).toBe(boundary));
});
