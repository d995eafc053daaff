import { generate } from 'mqtt-packet';
import { describe, expect, it } from 'vitest';
import { PacketSize } from '#drivers/mqtt-subscription/packet-size.ts';

const publish = (bytes: number): Buffer =>
  generate({ cmd: 'publish', topic: 't', payload: Buffer.alloc(bytes), qos: 0, dup: false, retain: false });

describe('the size of packets', () => {
  it.each([1, 7, 1000])('is watched over chunks of %d bytes', (chunk) => {
    const size = new PacketSize(1000);
    const passes = (bytes: Buffer): boolean => {
      for (let at = 0; at < bytes.length; at += chunk) if (size.isTooLong(bytes.subarray(at, at + chunk))) return false;
      return true;
    };
    for (const bytes of [0, 1, 127, 128, 900, 997]) expect(passes(publish(bytes))).toBe(true);
    expect(passes(generate({ cmd: 'pingresp' }))).toBe(true);
    expect(passes(publish(998))).toBe(false);
  });

  it('is too long by the header alone', () => {
    expect(new PacketSize(1000).isTooLong(publish(50_000_000).subarray(0, 5))).toBe(true);
    expect(new PacketSize(1000).isTooLong(Buffer.from('30ffffffff01', 'hex'))).toBe(true);
  });
});
