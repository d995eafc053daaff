import { hasFlag } from '#agent/model/flags.ts';
import type { Hj212Options, Hj212Point } from '#agent/model/receiver.ts';
import type { Sample } from '#agent/model/sample.ts';
import type { Step } from '../coverage.ts';
import { EncodeError, type Message, type Presence, type Profile } from '../profiles/profile.ts';
import { DATA_BYTES_MAX, hj212Frame } from './frame.ts';
import { createLocalTime } from './local-time.ts';
import { qualityFlag } from './quality-flag.ts';

const HOUR_MS = 3_600_000;
/** Version 2017, an answer is wanted. */
const FLAG = '5';

/** Parts of an aggregate as HJ 212 calls them; a number of samples it has no word for. */
const fields = { mean: 'Avg', min: 'Min', max: 'Max' } as const;

interface Reading {
  readonly code: string;
  /** Without the code: `Rtd=20.5`. */
  readonly values: string[];
  flag: string;
  isSimulated: boolean;
}

/**
 * Samples as HJ 212 data: 2011 in real time, 2051 as minutes and 2061 as hours where the receiver is sent aggregates.
 * It knows nothing of alarms, gaps or presence. QN follows from the record's commit time, so that a repeat has the same.
 *
 * @param aggregateMs of the aggregates; absent: single samples
 */
export function hj212Profile(options: Hj212Options, aggregateMs?: number): Profile {
  const points = new Map(options.points.map((point) => [point.point as string, point]));
  const localTime = createLocalTime(options.timeZone);
  const command = aggregateMs === undefined ? '2011' : aggregateMs >= HOUR_MS ? '2061' : '2051';

  const encode = ({ record, span }: Step): Message[] => {
    if (record?.stream !== 'sample') return [];
    const isSimulated = record.body.some(({ flags }) => hasFlag(flags, 'sim'));
    if (isSimulated && options.simulated === 'refuse')
      throw new EncodeError(
        'simulated samples: HJ 212 has no mark for them (transport.simulated: marked adds one of our own)',
      );
    const groups = readingsOf(record.body, { points, localTime, aggregateMs });
    return packed(groups).map(({ time, text }, index) => {
      const head = { QN: localTime(record.time + index, 'ms'), ST: options.st, CN: command };
      const whose = { PW: options.password.reveal(), MN: options.mn, Flag: FLAG };
      const payload = Buffer.from(hj212Frame({ ...head, ...whose }, `DataTime=${time};${text}`), 'latin1');
      return {
        topic: 'sample',
        id: `${options.mn}/${head.QN}/${span.seq}`,
        payload,
        contentType: 'text/plain',
        schema: `hj212/${command}`,
        isSimulated,
        samples: text.split('-Flag=').length - 1,
      };
    });
  };

  return { encode, presence, introductions: [] };
}

interface ReadingParts {
  readonly points: ReadonlyMap<string, Hj212Point>;
  readonly localTime: (ms: number, unit: 's' | 'ms') => string;
  readonly aggregateMs: number | undefined;
}

/** One entry a point and second; a second value of the same point in the same second is an entry of its own. */
function readingsOf(samples: readonly Sample[], { points, localTime, aggregateMs }: ReadingParts) {
  const groups = new Map<string, Map<string, Reading[]>>();
  // Aggregates belong to the beginning of their interval, which all of a record share.
  const newest = samples.reduce((time, { receiveTime }) => Math.max(time, receiveTime), 0);
  const intervalAt = aggregateMs === undefined ? 0 : Math.floor(newest / aggregateMs) * aggregateMs;
  for (const sample of samples) {
    const [id = '', part] = sample.point.split('/');
    const point = points.get(id);
    const field = aggregateMs === undefined ? 'Rtd' : fields[part as keyof typeof fields];
    if (!point || field === undefined) continue;
    const ms = aggregateMs === undefined ? sample.sourceTime : intervalAt;
    const time = localTime(ms, 's');
    const group = groups.get(time) ?? new Map<string, Reading[]>();
    groups.set(time, group);
    const readings = group.get(point.code) ?? [];
    group.set(point.code, readings);
    let reading = readings.at(-1);
    if (!reading || reading.values.some((value) => value.startsWith(`${field}=`)) || aggregateMs === undefined) {
      reading = { code: point.code, values: [], flag: 'N', isSimulated: false };
      readings.push(reading);
    }
    const value = numberText(sample.value, point);
    if (value !== undefined) reading.values.push(`${field}=${value}`);
    reading.flag = qualityFlag(sample);
    reading.isSimulated ||= hasFlag(sample.flags, 'sim');
  }
  return groups;
}

function numberText(value: Sample['value'], { factor, decimals }: Hj212Point): string | undefined {
  const number = typeof value === 'boolean' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? (number * factor).toFixed(decimals) : undefined;
}

/** Room for QN to Flag and the data time. */
const HEAD_BYTES = 160;

/** As many readings of one second as a frame holds; none twice of the same code. */
function packed(groups: ReadonlyMap<string, ReadonlyMap<string, readonly Reading[]>>) {
  const frames: { time: string; text: string }[] = [];
  for (const [time, codes] of groups) {
    const rounds = Math.max(...[...codes.values()].map((readings) => readings.length));
    for (let round = 0; round < rounds; round += 1) {
      let text = '';
      for (const readings of codes.values()) {
        const reading = readings[round];
        if (!reading) continue;
        const next = textOf(reading);
        if (text !== '' && HEAD_BYTES + text.length + next.length > DATA_BYTES_MAX) {
          frames.push({ time, text });
          text = '';
        }
        text = text === '' ? next : `${text};${next}`;
      }
      if (text !== '') frames.push({ time, text });
    }
  }
  return frames;
}

function textOf({ code, values, flag, isSimulated }: Reading): string {
  const all = [...values, `Flag=${flag}`, ...(isSimulated ? ['Sim=1'] : [])];
  return all.map((value) => `${code}-${value}`).join(',');
}

/** HJ 212 has none; it is never sent. */
const presence = (state: Presence): Message => ({
  topic: 'presence',
  payload: Buffer.from(state),
  contentType: 'text/plain',
  schema: 'hj212/presence',
  isSimulated: false,
  samples: 0,
});
