import { describe, expect, it } from 'vitest';
import { createFrameReader, hj212Crc, hj212Frame } from '#agent/uplink/hj212/frame.ts';

// The example of HJ 212-2017, annex A.
const data = 'QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;CP=&&RtdInterval=30&&';
const golden = `##0101${data}1C80\r\n`;

describe('a frame of HJ 212', () => {
  it('has the length and the CRC of the example in the standard', () => {
    expect(hj212Crc(data)).toBe('1C80');
    const head = {
      QN: '20160801085857223',
      ST: '32',
      CN: '1062',
      PW: '100000',
      MN: '010000A8900016F000169DC0',
      Flag: '5',
    };
    expect(hj212Frame(head, 'RtdInterval=30')).toBe(golden);
  });

  it('is read from pieces of any size, among noise, and never when damaged', () => {
    const stream = Buffer.from(`##00${golden}noise##0009abc${golden.replace('30', '31')}${golden}`, 'latin1');
    for (const size of [1, 7, stream.length]) {
      const read = createFrameReader();
      const frames = [];
      for (let at = 0; at < stream.length; at += size) frames.push(...read(stream.subarray(at, at + size)));
      expect(frames.map(({ head, parameters }) => [head.get('QN'), parameters])).toEqual([
        ['20160801085857223', 'RtdInterval=30'],
        ['20160801085857223', 'RtdInterval=30'],
      ]);
    }
  });
});
