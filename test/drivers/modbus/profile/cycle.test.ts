import { describe, expect, it } from 'vitest';
import { pointId } from '#agent/model/ids.ts';
import { bad, GOOD } from '#agent/model/quality.ts';
import type { Sample } from '#agent/model/sample.ts';
import { shippedProfile } from '#config/load-profile.ts';
import { Assembler } from '#drivers/modbus/profile/assembler.ts';
import type { RawWord } from '#drivers/modbus/profile/channel-reader.ts';
import { requestGroups } from '#drivers/modbus/profile/request-groups.ts';
import { channelOf, readerOf } from './golden-channel.ts';

const word = (register: number, of: string, rest: Partial<RawWord> = {}): RawWord => ({
  area: 'holding',
  register,
  isShared: false,
  of,
  ...rest,
});

const limits = { maxRegisters: 125, maxBits: 2000, isSolid: false };

describe('what is read in one request', () => {
  const spread = [word(2, 'level'), word(3, 'level'), word(4, 'status'), word(10, 'mode')];

  it('are registers side by side, and no hole that a device might refuse', () => {
    expect(requestGroups(spread, 'GD', limits)).toEqual(['GD 1', 'GD 1', 'GD 1', 'GD 2']);
  });

  it('is the whole channel where the device has no holes', () => {
    expect(requestGroups(spread, 'GD', { ...limits, isSolid: true })).toEqual(['GD 1', 'GD 1', 'GD 1', 'GD 1']);
  });

  it('never more than the device allows, and never half a value', () => {
    const words = [word(0, 'a'), word(1, 'a'), word(2, 'b'), word(3, 'b')];
    expect(requestGroups(words, 'GD', { ...limits, maxRegisters: 3 })).toEqual(['GD 1', 'GD 1', 'GD 2', 'GD 2']);
  });

  it('leaves alone what all channels share, and keeps areas apart', () => {
    const words = [word(0, 'a'), word(1, 'bus', { isShared: true }), word(1, 'b', { area: 'input' })];
    expect(requestGroups(words, 'GD', limits)).toEqual(['GD 2', undefined, 'GD 1']);
  });
});

describe('the registers of a cycle', () => {
  const profile = shippedProfile('draeger-regard-3900');
  const reader = readerOf(channelOf(profile, { ...profile.golden[0]!, channel: 1 }));
  const values: Readonly<Record<string, number>> = { level: 400, range: 100, status: 0x0101, 'can-error': 0 };
  const parts = reader.words.map(({ of }) => pointId(of));
  const assembler = () =>
    new Assembler([{ id: 'GD-1', reader, parts, points: new Map([['gas', pointId('GD-1.gas')]]) }]);
  const sample = (point: string, change: Partial<Sample> = {}): Sample => ({
    point: pointId(point),
    value: values[point] ?? 7,
    quality: GOOD,
    sourceTime: 1,
    receiveTime: 1,
    flags: 0,
    ...change,
  });

  it('tell a channel once, when the last of them has come, with the flags of all', () => {
    const cycle = assembler();
    expect(cycle.take([sample('level', { flags: 1 }), sample('range')], 0)).toEqual([]);
    expect(cycle.take([sample('status')], 0)).toEqual([]);
    const told = cycle.take([sample('can-error', { sourceTime: 5 })], 0);
    expect(told).toEqual([{ point: 'GD-1.gas', value: 40, quality: GOOD, sourceTime: 5, receiveTime: 1, flags: 1 }]);
  });

  it('are never mixed with those of the cycle before', () => {
    const cycle = assembler();
    cycle.take(
      parts.map((part) => sample(part)),
      0,
    );
    expect(cycle.take([sample('level', { value: 900 })], 1)).toEqual([]);
    const failed = cycle.take(
      ['range', 'status', 'can-error'].map((part) => sample(part, { value: null, quality: bad('comm-lost') })),
      1,
    );
    expect(failed).toMatchObject([{ value: null, quality: { level: 'bad', reason: 'comm-lost' } }]);
  });

  it('leave other points as they are', () => {
    const other = sample('P-101.running', { value: true });
    expect(assembler().take([other], 0)).toEqual([other]);
  });
});
