import { outputsOf, type DeviceChannel } from '#config/device-profile.ts';
import { channelStates, conditionNames, type ConditionName } from '#config/device-words.ts';
import { Flag } from '#agent/model/flags.ts';
import { bad, GOOD, uncertain, type Quality } from '#agent/model/quality.ts';
import type { SampleValue } from '#agent/model/sample.ts';
import { flagsOf, lifeQuality, readingQuality, stateOf, type Holds } from './channel-state.ts';
import type { Judged } from './channel-verdicts.ts';
import { OverRange, type Seen } from './over-range.ts';
import { compileReading, type Read, type RegisterValue } from './reading.ts';

/** What a channel says through one of its outputs. */
export interface Told {
  readonly value: SampleValue;
  readonly quality: Quality;
  /** Bits of Flag, beside those of the reply. */
  readonly flags: number;
}

interface Telling {
  readonly told: ReadonlyMap<string, Told>;
  readonly peaks: Readonly<Record<string, number>>;
}

const UNDECODABLE = bad('decode');

/** The same bad quality for every output. */
export const nothingKnown = ({ profile }: DeviceChannel, quality: Quality): ReadonlyMap<string, Told> =>
  new Map(outputsOf(profile).map(({ name }) => [name, { value: null, quality, flags: 0 }]));

/** Compiles what a channel tells, from its registers and what holds of it. */
export function compileOutputs(
  channel: DeviceChannel,
): (values: ReadonlyMap<string, RegisterValue>, judged: Judged, peaks: Telling['peaks']) => Telling {
  const { profile } = channel;
  const readings = Object.entries(profile.readings).map(([name, reading]) => ({
    name,
    compute: compileReading(name, reading, channel),
    overRange: new OverRange(name, channel),
  }));
  const conditions = conditionNames.filter((name) => outputsOf(profile).some((output) => output.name === name));
  const copied = [...Object.entries(profile.codes), ...Object.entries(profile.texts)];
  const precedence = profile.precedence ?? channelStates;

  return (values, { verdicts, bits }, before) => {
    const read: Read = (register) => values.get(register) ?? UNDECODABLE;
    const seen = readings.map(({ name, compute, overRange }) => ({
      name,
      ...overRange.see(compute(read), verdicts, before[name]),
    }));
    const sides = new Set<ConditionName | 'inside'>(seen.map(({ side }) => side));
    const holds: Holds = (name) => verdicts.get(name) === true;
    const holdsOrShows: Holds = (name) => holds(name) || sides.has(name);
    const life = lifeQuality(holds);
    const flags = flagsOf(holds);
    const alarmFlags = flags | (holds('latched') ? Flag.latched : 0);
    const faultCode = read(profile.codes['fault-code']?.from ?? '');
    const trust = readingQuality(holds, typeof faultCode === 'number' ? faultCode : undefined);

    const told = new Map<string, Told>();
    for (const one of seen) told.set(one.name, readingTold(one, trust, flags));
    told.set('state', { value: stateOf(holdsOrShows, precedence), quality: GOOD, flags: alarmFlags });
    for (const name of conditions) told.set(name, { value: holds(name), quality: life, flags: alarmFlags });
    for (const [name, verdict] of bits) told.set(name, valueTold(verdict ?? UNDECODABLE, life, flags));
    for (const [name, { from }] of copied) told.set(name, valueTold(read(from), life, flags));
    const peaks = seen.flatMap(({ name, peak }) => (peak === undefined ? [] : [[name, peak] as const]));
    return { told, peaks: Object.fromEntries(peaks) };
  };
}

/** A reading is as good as its channel, unless it is itself worse. */
function readingTold({ value, side, isHeld }: Seen, trust: Quality, flags: number): Told {
  if (typeof value === 'object') return { value: null, quality: trust.level === 'bad' ? trust : value, flags };
  const isAbsent = trust.reason === 'no-such-address';
  const beyond = side === 'over' ? uncertain('over-range') : side === 'under' ? uncertain('under-range') : GOOD;
  return {
    value: isAbsent ? null : value,
    quality: trust.level === 'good' ? beyond : trust,
    flags: flags | (isHeld ? Flag.latched : 0),
  };
}

const valueTold = (value: RegisterValue | boolean, life: Quality, flags: number): Told =>
  typeof value === 'object' ? { value: null, quality: value, flags } : { value, quality: life, flags };
