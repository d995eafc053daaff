import { describe, expect, it } from 'vitest';
import { readAlarm } from '#drivers/local-sense/alarm.ts';
import { ChecksumJudge, checksumBy, checksumRules } from '#drivers/local-sense/checksum.ts';
import { FrameError, readFrame, type Frame } from '#drivers/local-sense/frame.ts';
import { loginFrame } from '#drivers/local-sense/login.ts';
import { readPositions } from '#drivers/local-sense/positions.ts';
import { shortTime } from '#drivers/local-sense/short-time.ts';
import { readArea, readBatteries, readError, readOffline } from '#drivers/local-sense/tag-lists.ts';

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(/\s/g, ''), 'hex');

/** A frame laid by hand whose checksum nobody looks at. */
const frame = (text: string): Frame => readFrame(hex(`cc5f ${text} 0000 aabb`), new ChecksumJudge('none'));

describe('a position frame', () => {
  it('of the first kind has ids of two bytes and centimetres', () => {
    const told = frame('01 01  0102 000004d2 fffffb2e 007b 07 55 10 00000001 03 01');
    expect(readPositions(told)).toEqual([
      {
        tag: '258',
        x: 12.34,
        y: -12.34,
        z: 1.23,
        map: 7,
        floor: 3,
        batteryPercent: 85,
        isAsleep: true,
        time: { kind: 'short', value: 1 },
      },
    ]);
  });

  it.each([
    ['four', 'ffffffff', '4294967295'],
    ['eight', 'ffffffffffffffff', '18446744073709551615'],
    ['eight, where a number of JavaScript rounds', '0020000000000001', '9007199254740993'],
  ])('of the wide kind gives ids of %s bytes exactly', (_, id, tag) => {
    const told = frame(`81 02 ${`${id} 00000064 000000c8 0000 01 64 00 00000000 01 01`.repeat(2)}`);
    expect(readPositions(told).map((position) => [position.tag, position.x, position.y])).toEqual([
      [tag, 1, 2],
      [tag, 1, 2],
    ]);
  });

  it('of the long kind has a map of two bytes and a time of eight', () => {
    const told = frame(
      'c1 01 0000000000000009 00000064 000000c8 0096 0102 32 00 0000019a00000000 02 01 5a 000000000007',
    );
    expect(readPositions(told)).toMatchObject([
      { tag: '9', x: 1, y: 2, z: 1.5, map: 258, floor: 2, time: { kind: 'ms', value: 0x19a00000000 } },
    ]);
  });

  it('with longitude and latitude has degrees, and no height', () => {
    const told = frame('b4 01 00000007 487dbd40 1733a2e0 0000 01 ff 00 00000000 01 01');
    const [position] = readPositions(told);
    expect(position).toMatchObject({ tag: '7', x: 121.62, y: 38.926 });
    expect(position).not.toHaveProperty('z');
    expect(position).not.toHaveProperty('batteryPercent');
  });

  it.each([
    ['a record too short', '81 02 00000001 00000064 000000c8 0000 01 64 00 00000000 01 01'],
    ['a count without records', '81 05'],
    ['no place on earth', 'b4 01 00000007 7fffffff 1733c1e0 0000 01 64 00 00000000 01 01'],
  ])('is refused for %s', (_, text) => {
    expect(() => readPositions(frame(text))).toThrow(FrameError);
  });
});

describe('an alarm frame', () => {
  const padded = (text: string, bytes: number): string =>
    Buffer.concat([Buffer.from(text, 'utf16le'), Buffer.alloc(bytes)])
      .subarray(0, bytes)
      .toString('hex');

  it.each([
    [1, 'fence'],
    [2, 'sos'],
    [3, 'strap-cut'],
    [4, 'disappeared'],
    [9, 'type-9'],
  ])('of type %d is %s', (type, kind) => {
    const told = frame(`83 0${type} 0020000000000001 0000019a00000000 ${padded('求救', 120)}`);
    expect(readAlarm(told)).toEqual({ kind, tag: '9007199254740993', time: 0x19a00000000, text: '求救' });
  });

  it('of the old kind carries Chinese in its national encoding', () => {
    const text = Buffer.concat([hex('bcf4b6cf'), Buffer.alloc(116)]).toString('hex');
    expect(readAlarm(frame(`03 03 0007 0000019a00000000 ${text}`))).toMatchObject({ tag: '7', text: '剪断' });
  });

  it('with a place carries the name of the fence and the text', () => {
    const text = [
      `89 01 00000007 0000019a00000000 0000000000000011 00000064 000000c8 ${'00'.repeat(30)} ${padded('罐区', 34)}`,
      `0000000000000022 ${'00'.repeat(19)} 0001 ${'00'.repeat(10)} 02 0004 ${padded('越界', 4)}`,
    ].join('');
    expect(readAlarm(frame(text))).toEqual({ kind: 'fence', tag: '7', time: 0x19a00000000, text: '罐区: 越界' });
  });
});

it('reads batteries, tags that are gone, areas and errors', () => {
  expect(readBatteries(frame('85 02 0000000000000001 14 00 0000000000000002 ff 01'))).toEqual([
    { tag: '1', percent: 20 },
    { tag: '2' },
  ]);
  expect(readOffline(frame('b2 0002 00000001 00000002'))).toEqual(['1', '2']);
  expect(readOffline(frame('b2 0000'))).toEqual([]);
  const area = 'b3 0000000000000001 0002 4e00 0000000000000005 0002 4100 0001 0000 01 0000019a00000000';
  expect(readArea(frame(area))).toEqual({ tag: '1', area: 'A', status: 1, time: 0x19a00000000 });
  expect(readError(frame('19 00000002 00000004 6e006f00'))).toBe('error 2 no');
});

describe('a login', () => {
  it('is one frame with the hash of the password', () => {
    expect(loginFrame({ user: 'admin', password: 'localsense' }).toString('hex')).toMatch(
      new RegExp(
        `^cc5f27 00000005 ${Buffer.from('admin').toString('hex')} 00000020 ${Buffer.from(
          'ca2924d86691a890bd96ad5e11620c4a',
        ).toString('hex')}`.replaceAll(' ', '') + '[0-9a-f]{4}aabb$',
      ),
    );
  });

  it('hashes again with the salt where there is one', () => {
    const plain = loginFrame({ user: 'admin', password: 'localsense' });
    const salted = loginFrame({ user: 'admin', password: 'localsense', salt: 'abc' });
    expect(salted).toHaveLength(plain.length);
    expect(salted).not.toEqual(plain);
  });
});

describe('the checksum', () => {
  const content = hex('cc5f 81 00');
  const sealed = (rule: (typeof checksumRules)[number], body = content): Buffer => {
    const end = Buffer.alloc(4);
    end.writeUInt16BE(checksumBy(rule, body), 0);
    end.writeUInt16BE(0xaabb, 2);
    return Buffer.concat([body, end]);
  };

  it('is the one of Modbus, of ARC or of CCITT by their published check values', () => {
    const check = Buffer.from('xx123456789');
    expect(checksumBy('modbus', check)).toBe(0x4b37);
    expect(checksumBy('modbus-low-first', check)).toBe(0x374b);
    expect(checksumBy('modbus-with-head', Buffer.from('123456789'))).toBe(0x4b37);
    expect(checksumBy('arc', check)).toBe(0xbb3d);
    expect(checksumBy('ccitt', check)).toBe(0x29b1);
  });

  it.each(checksumRules)('%s is found out, and then no other is taken', (rule) => {
    const judge = new ChecksumJudge('auto');
    for (let nth = 0; nth < 3; nth += 1) readFrame(sealed(rule, Buffer.concat([content, Buffer.from([nth])])), judge);
    expect(judge.rule).toBe(rule);
    const other = rule === 'ccitt' ? 'modbus' : 'ccitt';
    expect(() => readFrame(sealed(other), judge)).toThrow(`does not fit ${rule}`);
  });

  it('shows every single damaged byte', () => {
    const whole = sealed('modbus', hex('cc5f 81 01 0000000000000009 00000064 000000c8 0000 01 64 00 00000000 01 01'));
    const judge = new ChecksumJudge('modbus');
    expect(readFrame(whole, judge).type).toBe(1);
    for (let at = 0; at < whole.length; at += 1) {
      const hurt = Buffer.from(whole);
      hurt[at] = (hurt[at] ?? 0) ^ 0x5a;
      expect(() => readFrame(hurt, judge)).toThrow(FrameError);
    }
  });
});

it('takes the four bytes of an old time for seconds or for the end of the milliseconds, where one is near', () => {
  const now = 1_790_000_000_000;
  expect(shortTime(1_789_999_990, now)).toBe(1_789_999_990_000);
  expect(shortTime((now - 2_000) % 2 ** 32, now)).toBe(now - 2_000);
  expect(shortTime(12_345, now)).toBeUndefined();
});
