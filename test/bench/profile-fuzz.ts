import { bad } from '#agent/model/quality.ts';
import { outputsOf } from '#config/device-profile.ts';
import type { DeviceProfile } from '#config/device-profile.ts';
import { shippedProfile, shippedProfiles } from '#config/load-profile.ts';
import { encodeRtu, findReply } from '#drivers/modbus/frame-rtu.ts';
import type { ChannelReader, RawValue, Step } from '#drivers/modbus/profile/channel-reader.ts';
import { NOTHING_YET } from '#drivers/modbus/profile/memory.ts';
import { parseReply, type ReadRequest } from '#drivers/modbus/request.ts';
import { isBitArea } from '#drivers/modbus/value-type.ts';
import { writeRtu } from '#simulators/gas/rtu-frame.ts';
import { channelOf, rawWords, readerOf } from '#test/drivers/modbus/profile/golden-channel.ts';
import { anyMutation, mutate, random } from './mutation.ts';
import type { BenchResult } from './result.ts';

export interface ProfileFuzz {
  readonly tried: number;
  /** Frames damaged on the wire that were refused. */
  readonly caught: number;
  /** Damaged in several places such that the CRC still fits: nobody can tell from the frame alone. */
  readonly unprovable: number;
  /** Must stay empty: what was told although it can't be so. */
  readonly falsified: readonly string[];
}

type Pick = (below: number) => number;

/** Nothing that the channel measures can be good in these states. */
const doubtful = new Set<unknown>([
  'not-present',
  'comm-fault',
  'stale',
  'fault',
  'warm-up',
  'calibration',
  'inhibit',
  'over',
  'under',
]);

/** One profile under random registers, golden frames with bits turned over, registers that fail, and damaged RTU frames. */
export function fuzzProfile(profile: DeviceProfile, count: number, seed: number): ProfileFuzz {
  const pick = random(seed);
  const subjects = profile.golden.map((frame) => {
    const reader = readerOf(channelOf(profile, frame));
    return { frame, reader, words: rawWords(reader, frame.given) };
  });
  const found = { tried: 0, caught: 0, unprovable: 0, falsified: [] as string[] };
  let memory = NOTHING_YET;
  for (; found.tried < count; found.tried += 1) {
    const subject = subjects[pick(subjects.length)];
    if (!subject) throw new Error(`${profile.id} has no golden frames`);
    const way = found.tried % 4;
    const words =
      way === 0
        ? subject.reader.words.map(({ area }) => pick(isBitArea(area) ? 2 : 0x1_0000))
        : way === 1
          ? turnedOver(subject.words, subject.reader, pick)
          : way === 2
            ? withFailure(subject.words, pick)
            : overTheWire(subject, pick, found);
    if (!words) continue;
    const step = subject.reader.step(words, memory, found.tried * 500);
    memory = step.memory;
    const fault =
      whatIsWrong(profile, step) ?? (way === 2 ? saidAnyway(profile, subject.reader, words, step) : undefined);
    if (fault && found.falsified.length < 20) found.falsified.push(`${JSON.stringify(words)}: ${fault}`);
  }
  return found;
}

const turnedOver = (words: readonly RawValue[], { words: places }: ChannelReader, pick: Pick): RawValue[] => {
  const turned = [...words];
  for (let left = 1 + pick(3); left > 0; left -= 1) {
    const at = pick(turned.length);
    const place = places[at];
    turned[at] = Number(turned[at]) ^ (place && isBitArea(place.area) ? 1 : 1 << pick(16));
  }
  return turned;
};

const withFailure = (words: readonly RawValue[], pick: Pick): RawValue[] => {
  const at = pick(words.length);
  return words.map((word, index) => (index === at ? bad('comm-lost') : word));
};

/** One reply as RTU, damaged; undefined when it was refused, as it must be. */
function overTheWire(
  { reader, words }: { readonly reader: ChannelReader; readonly words: readonly RawValue[] },
  pick: Pick,
  found: { caught: number; unprovable: number; readonly falsified: string[] },
): RawValue[] | undefined {
  const registers = [...reader.words.keys()].filter((index) => !isBitArea(reader.words[index]?.area ?? 'coil'));
  const start = registers[pick(Math.max(1, registers.length))];
  const place = reader.words[start ?? -1];
  if (start === undefined || !place) return [...words];
  const own = registers.filter((index) => index >= start && reader.words[index]?.area === place.area);
  const request: ReadRequest = {
    kind: 'read',
    unit: 1,
    area: place.area,
    start: place.register,
    count: own.length,
  };
  const data = Buffer.from(own.flatMap((index) => [Number(words[index]) >> 8, Number(words[index]) & 0xff]));
  const sent = writeRtu({ unit: 1, pdu: Buffer.from([place.area === 'holding' ? 3 : 4, data.length, ...data]) });
  const mutation = anyMutation(pick);
  const reply = findReply(request, encodeRtu(request), mutate(sent, mutation, pick));
  const parsed = reply && parseReply(request, reply.pdu);
  if (parsed?.kind !== 'data') {
    if (mutation === 'none') found.falsified.push('an intact frame was refused');
    found.caught += 1;
    return undefined;
  }
  if (Buffer.from(parsed.data).equals(data)) return [...words];
  if (mutation === 'byte') found.falsified.push(`a frame with one wrong byte was read: ${data.toString('hex')}`);
  found.unprovable += 1;
  return undefined;
}

function whatIsWrong(profile: DeviceProfile, { told }: Step): string | undefined {
  const state = told.get('state')?.value;
  for (const { name, kind } of outputsOf(profile)) {
    const one = told.get(name);
    if (!one) return `${name} is not told`;
    const { value, quality } = one;
    if (quality.level !== 'good') continue;
    if (value === null || (typeof value === 'number' && !Number.isFinite(value))) return `${name} is ${value} and good`;
    if (kind === 'reading' && doubtful.has(state)) return `${name} is good while the state is ${String(state)}`;
    if (kind === 'condition' && (state === 'comm-fault' || state === 'stale' || state === 'not-present'))
      return `${name} is good while the state is ${state}`;
  }
  return undefined;
}

/** A register failed: unless the profile can do without it, nothing may be good. */
function saidAnyway(
  profile: DeviceProfile,
  reader: ChannelReader,
  words: readonly RawValue[],
  { told }: Step,
): string | undefined {
  const of = reader.words[words.findIndex((word) => typeof word === 'object')]?.of ?? '';
  if (profile.registers[of]?.optional) return undefined;
  const good = [...told].find(([, { quality }]) => quality.level === 'good');
  return good && `${good[0]} is good without ${of}`;
}

const FRAMES = 1_000_000;

export const bench = (): Promise<BenchResult[]> =>
  Promise.resolve(
    shippedProfiles().map((id): BenchResult => {
      const { falsified } = fuzzProfile(shippedProfile(id), FRAMES, 1);
      return {
        name: `falsified of ${FRAMES} frames, ${id}`,
        unit: 'frames',
        target: '≤ 0',
        measured: falsified.length,
        reference: null,
        ratio: null,
        ok: falsified.length === 0,
      };
    }),
  );
