import { describe, expect, it } from 'vitest';
import { hasFlag } from '#agent/model/flags.ts';
import { bad } from '#agent/model/quality.ts';
import type { DeviceChannel } from '#config/device-profile.ts';
import { shippedProfile } from '#config/load-profile.ts';
import type { Told } from '#drivers/modbus/profile/channel-outputs.ts';
import type { RawValue } from '#drivers/modbus/profile/channel-reader.ts';
import { NOTHING_YET } from '#drivers/modbus/profile/memory.ts';
import { channelOf, rawWords, readerOf, type Registers } from './golden-channel.ts';

/** A channel that is shown one frame after another, at times in milliseconds. */
function watch(id: string, rest: Partial<DeviceChannel> = {}) {
  const profile = shippedProfile(id);
  const [first] = profile.golden;
  if (!first) throw new Error('a profile has golden frames');
  const reader = readerOf(channelOf(profile, first, rest));
  let memory = NOTHING_YET;
  const step = (words: readonly RawValue[], now: number) => {
    const result = reader.step(words, memory, now);
    memory = result.memory;
    return (output: string): Told => {
      const told = result.told.get(output);
      if (!told) throw new Error(`no output ${output}`);
      return told;
    };
  };
  return { words: reader.words, show: (given: Registers, now = 0) => step(rawWords(reader, given), now), step };
}

const fresh = { range: { low: 0, high: 100 }, unit: '%LEL' };

describe('a channel of a profile', () => {
  const xrl = (level: readonly number[], mode: number, heartbeat: number, status = 0) => ({
    'modicon:40103': [...level, 0, status, mode, heartbeat, 0, 0, 1],
  });
  const at25 = [0x41c8, 0];

  it('does not believe a reading that is frozen during inhibit, and still tells the alarm of the device', () => {
    const { show } = watch('honeywell-sensepoint-xrl', { readings: { gas: fresh } });
    expect(show(xrl(at25, 1, 1, 1))('gas').quality.level).toBe('good');
    const inhibited = show(xrl(at25, 3, 2, 1), 5000);
    expect(inhibited('gas')).toMatchObject({ value: 25, quality: { level: 'uncertain', reason: 'inhibited' } });
    expect(hasFlag(inhibited('gas').flags, 'inhibit')).toBe(true);
    expect(inhibited('alarm1')).toMatchObject({ value: true, quality: { level: 'good' } });
    expect(inhibited('inhibit').value).toBe(true);
  });

  it('is stale when the heartbeat stands still, and alive again when it counts on', () => {
    const { show } = watch('honeywell-sensepoint-xrl', { readings: { gas: fresh } });
    show(xrl(at25, 1, 7), 0);
    expect(show(xrl(at25, 1, 7), 15_000)('gas').quality.level).toBe('good');
    const stopped = show(xrl(at25, 1, 7), 15_001);
    expect(stopped('gas').quality).toEqual(bad('stale'));
    expect(stopped('state').value).toBe('stale');
    expect(stopped('alarm1').quality).toEqual(bad('stale'));
    expect(show(xrl(at25, 1, 8), 16_000)('gas').quality.level).toBe('good');
  });

  it('does not take a heartbeat that runs over for a stop', () => {
    const { show } = watch('honeywell-sensepoint-xrl', { readings: { gas: fresh } });
    show(xrl(at25, 1, 0xffff), 0);
    show(xrl(at25, 1, 0), 14_000);
    expect(show(xrl(at25, 1, 0), 20_000)('gas').quality.level).toBe('good');
  });

  it('holds the highest reading of a catalytic sensor after over-range, until somebody has been at it', () => {
    const { show } = watch('draeger-regard-3900', {
      channel: 1,
      readings: { gas: { range: { low: 0, high: 100 }, unit: '%LEL' } },
      latchesOverRange: true,
    });
    const level = (value: number, status = 0) => ({
      'modicon:30002': [value, 100, 1, 0, status | (status << 8)],
      'modicon:30242': [0],
    });
    expect(show(level(400))('gas')).toMatchObject({ value: 40, quality: { level: 'good' } });
    show(level(1080, 0x80));
    const rich = show(level(120));
    expect(rich('gas')).toMatchObject({ value: 108, quality: { level: 'uncertain', reason: 'over-range' } });
    expect(hasFlag(rich('gas').flags, 'latched')).toBe(true);
    expect(rich('state').value).toBe('over');
    expect(show(level(120, 0x20))('state').value).toBe('calibration');
    expect(show(level(20))('gas')).toMatchObject({ value: 2, quality: { level: 'good' }, flags: 0 });
  });

  it('without that principle falls with its reading', () => {
    const { show } = watch('draeger-regard-3900', { channel: 1, readings: { gas: fresh } });
    show({ 'modicon:30002': [1080, 100, 1, 0, 0x8080], 'modicon:30242': [0] });
    expect(show({ 'modicon:30002': [120, 100, 1, 0, 0], 'modicon:30242': [0] })('gas').value).toBe(12);
  });

  const loop = (milliamperes: number) => ({ 'input:0': [Math.round(milliamperes * 100)] });

  it('keeps a warning that shows only one second in ten', () => {
    const { show } = watch('draeger-polytron-8000-loop');
    expect(show(loop(12), 0)('warning').value).toBe(false);
    for (let second = 1; second <= 60; second += 1) {
      const pulse = second % 10 === 1;
      expect(show(loop(pulse ? 3 : 12), second * 1000)('warning').value).toBe(true);
    }
    expect(show(loop(12), 72_001)('warning').value).toBe(false);
  });

  it('crosses the bands of NE 43 with hysteresis, and takes 21 mA for gas', () => {
    const { show } = watch('loop-4-20ma-gas', {
      settings: { current: 'input:0', countsAt4mA: 400, countsAt20mA: 2000 },
      readings: { gas: fresh },
    });
    const states = [3.7, 3.5, 3.7, 3.79, 3.81, 21, 22.5, 21, 20.4].map((current) => show(loop(current))('state').value);
    expect(states).toEqual(['normal', 'fault', 'fault', 'fault', 'normal', 'over', 'fault', 'fault', 'over']);
  });

  it('reads a fail-safe relay by its difference from rest', () => {
    const status = (word: number) => ({ 'modicon:40001': [100, 207, 200, 400, word] });
    const { show } = watch('detcon-1000');
    const resting = [0x0055, 0x0054, 0x0011 | 0x44, 0x0051].map((word) => [
      show(status(word))('alarm1').value,
      show(status(word))('state').value,
    ]);
    expect(resting).toEqual([
      [false, 'normal'],
      [true, 'alarm1'],
      [false, 'normal'],
      [false, 'fault'],
    ]);
  });

  it('does not confuse the fault bits of two generations of one family', () => {
    const old = watch('honeywell-sensepoint-xcd', { readings: { gas: fresh } });
    const young = watch('honeywell-sensepoint-xrl', { readings: { gas: fresh } });
    const oldFrame = (status: number) => ({
      'modicon:40003': [0, 0, 0, status, 1, 0, 0, 0, 5],
      'modicon:30016': [0, 0],
    });
    expect([old.show(oldFrame(0x20))('state').value, old.show(oldFrame(0x40))('state').value]).toEqual([
      'fault',
      'normal',
    ]);
    expect([
      young.show(xrl([0, 0], 1, 1, 0x20))('state').value,
      young.show(xrl([0, 0], 1, 2, 0x40))('state').value,
    ]).toEqual(['normal', 'fault']);
  });

  it('marks an alarm that the device holds', () => {
    const { show } = watch('honeywell-sensepoint-xcd', { readings: { gas: fresh } });
    const frame = (latched: number) => ({
      'modicon:40003': [0, 0, 0, 1, 1, 0, 0, 0, 5],
      'modicon:30016': [0, latched],
    });
    expect(hasFlag(show(frame(0))('alarm1').flags, 'latched')).toBe(false);
    expect(hasFlag(show(frame(1))('alarm1').flags, 'latched')).toBe(true);
  });

  it('tells nothing of a channel of which one register could not be read', () => {
    const { words, step } = watch('draeger-regard-3900', { channel: 1, readings: { gas: fresh } });
    const raw = words.map(({ of }): RawValue => (of === 'status' ? bad('comm-lost') : of === 'can-error' ? 0 : 100));
    const told = step(raw, 0);
    for (const output of ['gas', 'state', 'alarm1'])
      expect(told(output)).toMatchObject({ value: null, quality: bad('comm-lost') });
  });

  it('goes on without a register that not every device of the model has', () => {
    const { words, step } = watch('honeywell-sensepoint-xcd', { readings: { gas: { unit: '%LEL' } } });
    const raw = words.map(({ of }): RawValue =>
      of === 'latched-alarms' ? bad('no-such-address') : of === 'unit-code' ? 5 : of === 'mode' ? 1 : 0,
    );
    const told = step(raw, 0);
    expect(told('gas')).toMatchObject({ value: 0, quality: { level: 'good' } });
    expect(told('latched').value).toBe(false);
  });
});
