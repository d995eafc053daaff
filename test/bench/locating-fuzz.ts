import { readAlarm } from '#drivers/local-sense/alarm.ts';
import { ChecksumJudge, type ChecksumChoice } from '#drivers/local-sense/checksum.ts';
import { FrameError, FrameType, readFrame, type Frame } from '#drivers/local-sense/frame.ts';
import { readPositions } from '#drivers/local-sense/positions.ts';
import { readArea, readBatteries, readError, readOffline } from '#drivers/local-sense/tag-lists.ts';
import { EvaluationError } from '#config/expression.ts';
import { factMappingSchema, mapFacts } from '#drivers/json-feed/fact-mapping.ts';
import { readJson } from '#drivers/json-feed/read-json.ts';
import { fixesOf } from '#drivers/omlox/location.ts';
import { readWrapper } from '#drivers/omlox/wrapper.ts';
import { readEntries, readTag } from '#drivers/pozyx/tag-message.ts';
import { Crowd } from '#simulators/locating/crowd.ts';
import { jsonMessage } from '#simulators/locating/json-wire.ts';
import { alarmFrame, batteryFrame, offlineFrame, positionFrame } from '#simulators/locating/local-sense-frame.ts';
import { anyMutation, mutate, random, type Mutation } from './mutation.ts';
import type { BenchResult } from './result.ts';

export interface LocatingFuzz {
  readonly tried: number;
  /** Intact ones, all of which must have been read. */
  readonly intact: number;
  readonly refused: number;
  /** Damaged in several places such that the checksum still fits, or JSON that is still JSON. */
  readonly unprovable: number;
  /** Must stay empty. */
  readonly falsified: readonly string[];
}

const NOW = Date.UTC(2026, 6, 1, 12);

/** Damage in one place: the CRC shows a wrong byte, and the length what is too much or too little. */
const single: readonly Mutation[] = ['byte', 'insert', 'delete', 'cut'];

function sampleFrames(): Buffer[] {
  const crowd = new Crowd({ people: 7, seed: 3 });
  const { reports } = crowd.step(1000, NOW);
  const [tag = 1n] = crowd.tags;
  return [
    positionFrame(reports, crowd.plan, { width: 8, isLong: true }),
    positionFrame(reports, crowd.plan, { width: 4, isLong: false }),
    positionFrame(reports, crowd.plan, { width: 2, isLong: false }),
    positionFrame(reports, crowd.plan, { width: 8, isLong: true, isGeographic: true }),
    alarmFrame({ kind: 'sos', tag, time: NOW }, 8),
    batteryFrame([{ tag, percent: 50 }], 8),
    offlineFrame(crowd.tags, 8),
  ];
}

const readers: readonly ((frame: Frame) => unknown)[] = [
  readPositions,
  readAlarm,
  readBatteries,
  readOffline,
  readArea,
  readError,
];

/** By the type of a frame without its high bit. */
const readerOf: Readonly<Record<number, (frame: Frame) => unknown>> = {
  [FrameType.alarm]: readAlarm,
  [FrameType.battery]: readBatteries,
  [FrameType.offline]: readOffline,
};

/** Frames of a hub under every mutation. */
export function fuzzFrames(count: number, seed: number, checksum: ChecksumChoice = 'modbus'): LocatingFuzz {
  const pick = random(seed);
  const frames = sampleFrames();
  const tally = { tried: 0, intact: 0, refused: 0, unprovable: 0, falsified: [] as string[] };
  for (; tally.tried < count; tally.tried += 1) {
    const sent = frames[pick(frames.length)] ?? Buffer.alloc(0);
    const mutation = anyMutation(pick);
    const arrived = mutate(sent, mutation, pick);
    const frame = attempt(() => {
      const found = readFrame(arrived, new ChecksumJudge(checksum));
      if (checksum !== 'none') (readerOf[found.type] ?? readPositions)(found);
      return found;
    });
    if (frame && checksum === 'none') for (const read of readers) attempt(() => read(frame));
    const isSame = arrived.equals(sent);
    if (isSame) {
      tally.intact += 1;
      if (!frame) tally.falsified.push(`${sent.toString('hex')} is intact and was not read`);
    } else if (!frame) tally.refused += 1;
    else {
      tally.unprovable += 1;
      if (checksum !== 'none' && single.includes(mutation))
        tally.falsified.push(`${mutation}: ${arrived.toString('hex')} was read`);
    }
  }
  return tally;
}

/** What damage makes of a frame may be refused in one way only. */
function attempt<Read>(read: () => Read): Read | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof FrameError) return undefined;
    throw error;
  }
}

const mapping = factMappingSchema.parse({
  each: 'tags',
  tag: 'id',
  x: 'pos.x',
  y: 'pos.y',
  z: 'pos.z',
  scale: 0.001,
  floor: 'level',
  time: 'ts',
  battery: 'bat',
  asleep: 'rest',
});

interface Placed {
  readonly tag: string;
  readonly x: number;
  readonly y: number;
}

/** Each JSON protocol: its message, and the fixes that a driver makes of a text. */
function protocols(): { readonly sent: Buffer; readonly read: (text: string) => readonly Placed[] | undefined }[] {
  const step = new Crowd({ people: 3, seed: 3 }).step(1000, NOW);
  const location = {
    position: { type: 'Point', coordinates: [1.5, 2.5, 1] },
    source: 'zone-1',
    provider_id: 'a1',
    timestamp_generated: new Date(NOW).toISOString(),
    accuracy: 0.3,
    floor: 1,
  };
  const entry = { tagId: '7', timestamp: NOW / 1000, success: true, data: { coordinates: { x: 1, y: 2, z: 3 } } };
  return [
    {
      sent: Buffer.from(JSON.stringify({ event: 'message', topic: 'location_updates', payload: [location, location] })),
      read: (text) => readWrapper(text)?.payload?.flatMap((one) => fixesOf(one, 'provider', NOW) ?? []),
    },
    {
      sent: Buffer.from(JSON.stringify([entry, entry])),
      read: (text) =>
        readEntries(text)?.flatMap((one) => {
          const read = readTag(one, 'hall', NOW);
          return read?.kind === 'fix' ? [read.fix] : [];
        }),
    },
    {
      sent: Buffer.from(jsonMessage(step, 1)),
      read: (text) => {
        try {
          return mapFacts(mapping, readJson(text), { receiveTime: NOW, zone: undefined }).fixes;
        } catch (error) {
          if (error instanceof SyntaxError || error instanceof RangeError || error instanceof EvaluationError)
            return undefined;
          throw error;
        }
      },
    },
  ];
}

/** JSON messages under every mutation: refused, or fixes of a tag at a place that is one. */
export function fuzzJson(count: number, seed: number): LocatingFuzz {
  const pick = random(seed);
  const all = protocols();
  const tally = { tried: 0, intact: 0, refused: 0, unprovable: 0, falsified: [] as string[] };
  for (; tally.tried < count; tally.tried += 1) {
    const { sent, read } = all[pick(all.length)] ?? { sent: Buffer.alloc(0), read: () => undefined };
    const arrived = mutate(sent, anyMutation(pick), pick);
    const text = arrived.toString('utf8');
    const fixes = read(text);
    const wrong = (fixes ?? []).filter(
      ({ tag, x, y }) => typeof tag !== 'string' || tag === '' || !Number.isFinite(x) || !Number.isFinite(y),
    );
    if (wrong.length > 0) tally.falsified.push(text);
    if (arrived.equals(sent)) {
      tally.intact += 1;
      if (!fixes || fixes.length === 0) tally.falsified.push(`${text} is intact and was not read`);
    } else if (fixes) tally.unprovable += 1;
    else tally.refused += 1;
  }
  return tally;
}

const MESSAGES = 1_000_000;

/** A million messages for each kind: no crash, and nothing read whose checksum shows the damage. */
export async function bench(): Promise<BenchResult[]> {
  return [
    result('LocalSense frames that show their damage, and were read', fuzzFrames(MESSAGES, 1)),
    result('LocalSense bodies without a checksum that ended otherwise than refused', fuzzFrames(MESSAGES, 2, 'none')),
    result('JSON messages that became a fix without a tag or a place', fuzzJson(MESSAGES, 3)),
  ];
}

function result(name: string, { tried, refused, intact, falsified }: LocatingFuzz): BenchResult {
  if (tried !== MESSAGES || refused === 0 || intact === 0) throw new Error(`${name}: nothing was tested`);
  return {
    name: `locating fuzz: ${name}, of ${tried}`,
    unit: 'messages',
    target: '= 0',
    measured: falsified.length,
    reference: null,
    ratio: null,
    ok: falsified.length === 0,
  };
}
