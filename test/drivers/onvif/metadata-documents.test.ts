import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { metadataMedia } from '#drivers/onvif/metadata-media.ts';
import { readMetadata } from '#drivers/onvif/metadata-document.ts';
import { MetadataSpoiled, RtpDocuments } from '#drivers/onvif/rtp-documents.ts';

const plain = { payloadType: 107, isGzip: false };

function packet(sequence: number, payload: string | Buffer, { isLast = false, type = 107, first = 0x80 } = {}): Buffer {
  const head = Buffer.alloc(12);
  head.writeUInt8(first, 0);
  head.writeUInt8(type | (isLast ? 0x80 : 0), 1);
  head.writeUInt16BE(sequence & 0xffff, 2);
  return Buffer.concat([head, Buffer.from(payload)]);
}

const howItEnds = (act: () => unknown): string => {
  try {
    act();
    return 'well';
  } catch (error) {
    return error instanceof MetadataSpoiled ? error.how : String(error);
  }
};

describe('documents in RTP packets', () => {
  it('are the same however they are cut, over the end of the numbers', () => {
    const cut = fc.tuple(
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 200 }),
      fc.integer({ min: 1, max: 40 }),
    );
    fc.assert(
      fc.property(fc.array(cut, { minLength: 1, maxLength: 6 }), fc.nat(0xffff), (sent, start) => {
        const documents = new RtpDocuments(plain, 65_536);
        let sequence = start;
        const found = sent.flatMap(([text, length]) => {
          const bytes = Buffer.from(text, 'utf8');
          const pieces = Array.from({ length: Math.ceil(bytes.length / length) }, (_, n) =>
            bytes.subarray(n * length, (n + 1) * length),
          );
          return pieces.flatMap(
            (piece, n) => documents.take(packet(sequence++, piece, { isLast: n === pieces.length - 1 })) ?? [],
          );
        });
        expect(found).toEqual(sent.map(([text]) => text));
      }),
    );
  });

  it('lose nothing silently: a missing packet, a document without an end and noise are each told', () => {
    const documents = new RtpDocuments(plain, 100);
    documents.take(packet(1, 'a'));
    expect(howItEnds(() => documents.take(packet(3, 'b', { isLast: true })))).toBe('incomplete');
    const endless = new RtpDocuments(plain, 100);
    endless.take(packet(1, 'a'.repeat(100)));
    expect(howItEnds(() => endless.take(packet(2, 'a')))).toBe('too-long');
    expect(howItEnds(() => new RtpDocuments(plain, 100).take(Buffer.from('RTSP/1.0 200 OK')))).toBe('unreadable');
  });

  it('of another payload are left alone; padding, sources and extensions are none of the document', () => {
    const documents = new RtpDocuments(plain, 100);
    expect(documents.take(packet(9, 'video', { type: 96, isLast: true }))).toBeUndefined();
    const padded = Buffer.concat([Buffer.from('XML'), Buffer.from([0, 0, 3])]);
    expect(documents.take(packet(1, padded, { isLast: true, first: 0xa0 }))).toBe('XML');
    const extended = Buffer.concat([
      Buffer.alloc(4),
      Buffer.from([0xab, 0xac, 0, 1]),
      Buffer.alloc(4),
      Buffer.from('XML'),
    ]);
    expect(documents.take(packet(2, extended, { isLast: true, first: 0x91 }))).toBe('XML');
  });

  it('are unzipped up to their bound', () => {
    const zipped = (): RtpDocuments => new RtpDocuments({ ...plain, isGzip: true }, 1_000);
    expect(zipped().take(packet(1, gzipSync('<MetadataStream/>'), { isLast: true }))).toBe('<MetadataStream/>');
    expect(howItEnds(() => zipped().take(packet(1, gzipSync('x'.repeat(2_000)), { isLast: true })))).toBe('unreadable');
    expect(howItEnds(() => zipped().take(packet(1, 'no zip', { isLast: true })))).toBe('unreadable');
  });

  it('made of anything end in a document or in one kind of error', () => {
    const noise = fc.uint8Array({ maxLength: 80 }).map((bytes) => Buffer.from(bytes));
    const likely = noise.map((bytes) => Buffer.concat([Buffer.from([0xb1, 0xeb, 0, 1]), bytes]));
    fc.assert(
      fc.property(fc.array(fc.oneof(noise, likely), { maxLength: 20 }), (packets) => {
        const documents = new RtpDocuments(plain, 500);
        const end = howItEnds(() => packets.map((one) => documents.take(one)));
        expect(['well', 'incomplete', 'too-long', 'unreadable']).toContain(end);
      }),
      { numRuns: 1_000 },
    );
  });
});

const stream = (inside: string): string => `<tt:MetadataStream xmlns:tt="x">${inside}</tt:MetadataStream>`;
const frame = (objects: string): string =>
  stream(`<tt:VideoAnalytics><tt:Frame UtcTime="x">${objects}</tt:Frame></tt:VideoAnalytics>`);
const object = (classes: string): string =>
  `<tt:Object ObjectId="1"><tt:Appearance><tt:Class>${classes}</tt:Class></tt:Appearance></tt:Object>`;

describe('a document of metadata', () => {
  it.each([
    ['Human by the newer word', '<tt:Type Likelihood="0.9">Human</tt:Type>', { person: 1, vehicle: 0 }],
    [
      'a vehicle as the schema misspelt it',
      '<tt:ClassCandidate><tt:Type>Vehical</tt:Type><tt:Likelihood>0.8</tt:Likelihood></tt:ClassCandidate>',
      { person: 0, vehicle: 1 },
    ],
    [
      'the likeliest of two',
      '<tt:Type Likelihood="0.3">Human</tt:Type><tt:Type Likelihood="0.6">Car</tt:Type>',
      { person: 0, vehicle: 1 },
    ],
    ['an animal', '<tt:Type Likelihood="1">Animal</tt:Type>', { person: 0, vehicle: 0 }],
    ['a word of JavaScript', '<tt:Type>constructor</tt:Type>', { person: 0, vehicle: 0 }],
  ])('counts %s', (_, classes, counts) => {
    expect(readMetadata(frame(object(classes)))?.frames).toEqual([counts]);
  });

  it('holds the same events as a subscription', () => {
    const told =
      '<tt:Event><NotificationMessage><Topic>tns1:VideoSource/MotionAlarm</Topic><Message><tt:Message UtcTime="2026-03-04T08:00:00Z"' +
      ' PropertyOperation="Changed"><tt:Data><tt:SimpleItem Name="State" Value="true"/></tt:Data></tt:Message></Message></NotificationMessage>' +
      '<NotificationMessage/></tt:Event>';
    expect(readMetadata(stream(told))).toMatchObject({
      messages: [{ topic: 'videosource/motionalarm', operation: 'changed', data: { state: 'true' } }],
      refused: 1,
      frames: [],
    });
  });

  it.each([
    ['an entity bomb', '<!DOCTYPE x [<!ENTITY a "b">]><MetadataStream/>'],
    ['an endless depth', '<a>'.repeat(10_000)],
    ['something else', '<Envelope/>'],
    ['half of one', '<MetadataStream><Event>'],
    ['nothing', ''],
  ])('that is %s is refused', (_, text) => expect(readMetadata(text)).toBeUndefined());

  it('may be anything: it is read or refused, and nothing throws', () => {
    const words = [
      'Frame',
      'Object',
      'Appearance',
      'Class',
      'Type',
      'ClassCandidate',
      'Event',
      'VideoAnalytics',
      'NotificationMessage',
    ];
    const tag = fc.tuple(fc.constantFrom(...words), fc.constantFrom('<$>', '</$>', '<$ Likelihood="NaN">', '$'));
    fc.assert(
      fc.property(fc.array(tag, { maxLength: 40 }), (tags) => {
        const document = readMetadata(stream(tags.map(([word, form]) => form.replace('$', word)).join('')));
        expect(document?.refused ?? 0).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('the description of a stream', () => {
  const described = (control: string, map = '107 vnd.onvif.metadata/90000'): string =>
    `v=0\r\na=control:*\r\nm=video 0 RTP/AVP 96\r\na=control:track1\r\nm=application 0 RTP/AVP 107\r\na=rtpmap:${map}\r\na=control:${control}\r\n`;

  it.each([
    ['track2', 'rtsp://192.0.2.9/main/track2'],
    ['rtsp://192.0.2.9/main/md?x=1', 'rtsp://192.0.2.9/main/md?x=1'],
  ])('names where the metadata is: %s', (control, trackUri) =>
    expect(metadataMedia(described(control), 'rtsp://192.0.2.9/main/')).toEqual({
      payloadType: 107,
      isGzip: false,
      trackUri,
      sessionUri: 'rtsp://192.0.2.9/main/',
    }),
  );

  it('without any, with one in a form that is not read, or with an address that is none, is no metadata', () => {
    expect(metadataMedia('v=0\r\nm=video 0 RTP/AVP 96\r\n', 'rtsp://x/')).toBeUndefined();
    expect(metadataMedia(described('t', '107 vnd.onvif.metadata.exi.onvif/90000'), 'rtsp://x/')).toBeUndefined();
    expect(metadataMedia(described('a b'), 'rtsp://x/')).toBeUndefined();
    expect(metadataMedia(described('x'.repeat(3_000)), 'rtsp://x/')).toBeUndefined();
  });
});
