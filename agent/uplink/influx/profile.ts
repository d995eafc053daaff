import { flagNames, hasFlag } from '#agent/model/flags.ts';
import type { SiteId } from '#agent/model/ids.ts';
import type { Point } from '#agent/model/point.ts';
import type { JournalRecord } from '#agent/model/record.ts';
import type { Sample } from '#agent/model/sample.ts';
import type { Lane, Step } from '../coverage.ts';
import { firewatchJson } from '../profiles/firewatch-json.ts';
import { EncodeError, type Message, type Presence, type Profile, type SizeLimits } from '../profiles/profile.ts';
import { formatLine } from './line.ts';

interface InfluxSite {
  readonly id: SiteId;
  readonly simulated: boolean;
  readonly measurement: string;
}

type SampleRecord = Extract<JournalRecord, { stream: 'sample' }>;
type OtherRecord = Exclude<JournalRecord, { stream: 'sample' }>;

const NS_PER_MS = 1_000_000n;
/** Records after which the digits below a millisecond repeat, and samples of one series in one millisecond of a record. */
const RECORDS = 10_000n;
const SAMPLES = 100n;

/**
 * InfluxDB line protocol: a sample is a line of `<measurement>`, any other record one of `<measurement>_<stream>`. A
 * repeat overwrites itself, since its tags and time are the same. What is missing is told as records of stream gap.
 */
export function influxProfile(site: InfluxSite, points: readonly Point[]): Profile {
  const known = new Map(points.map((point) => [point.id, tagsOf(point)]));
  const json = firewatchJson(site);

  const sampleMessages = ({ body, seq }: SampleRecord, size: SizeLimits): Message[] => {
    const occurrences = new Map<string, number>();
    const lines = body.map((sample) => {
      const series = `${sample.point} ${sample.sourceTime} ${sample.quality.level}`;
      const before = occurrences.get(series) ?? 0;
      occurrences.set(series, before + 1);
      return { sample, text: sampleLine(site, known.get(sample.point), { sample, time: timeOf(sample, seq, before) }) };
    });
    const limit = Math.min(size.wanted, size.allowed);
    const made: Message[] = [];
    let part: typeof lines = [];
    let bytes = 0;
    const close = (): void => {
      if (part.length === 0) return;
      const isSimulated = part.some(({ sample }) => hasFlag(sample.flags, 'sim'));
      const text = part.map((line) => line.text).join('');
      made.push({
        ...message('sample', text, isSimulated),
        id: `${site.id}/sample/${seq}/${made.length}`,
        samples: part.length,
      });
      part = [];
      bytes = 0;
    };
    for (const line of lines) {
      const length = Buffer.byteLength(line.text);
      if (length > size.allowed)
        throw new EncodeError(
          `${line.sample.point} of sample record ${seq} makes a line of ${length} bytes; the receiver takes ${size.allowed}`,
        );
      if (bytes + length > limit) close();
      part.push(line);
      bytes += length;
    }
    close();
    return made;
  };

  const recordMessages = (step: Step, record: OtherRecord, lane: Lane, size: SizeLimits): Message[] =>
    json.encode(step, lane, size).map(({ payload, id = '', isSimulated }) => {
      const text = formatLine({
        measurement: `${site.measurement}_${record.stream}`,
        tags: { site: site.id, ...recordTags(record), ...(isSimulated ? { sim: 'true' } : {}) },
        fields: { id, record: payload.toString() },
        time: BigInt(record.time) * NS_PER_MS + (BigInt(record.seq) % RECORDS) * SAMPLES,
      });
      return { ...message(record.stream, text, isSimulated), id };
    });

  return {
    encode(step, lane, size) {
      const { record } = step;
      if (!record) return [];
      return record.stream === 'sample' ? sampleMessages(record, size) : recordMessages(step, record, lane, size);
    },
    presence,
    introductions: [],
  };
}

type Tags = Readonly<Record<string, string | undefined>>;

const tagsOf = ({ source, kind, unit, zone, hazardSource, regulatorCode }: Point): Tags => ({
  source,
  kind,
  unit,
  zone,
  hazard_source: hazardSource,
  regulator_code: regulatorCode,
});

/**
 * The device's time. For InfluxDB two lines of the same tags and time are one, so the digits below a millisecond, which
 * say nothing else here, tell apart what came in different records, and twice in one.
 */
const timeOf = ({ sourceTime }: Sample, seq: number, before: number): bigint =>
  BigInt(Math.round(sourceTime)) * NS_PER_MS + (BigInt(seq) % RECORDS) * SAMPLES + (BigInt(before) % SAMPLES);

interface Timed {
  readonly sample: Sample;
  readonly time: bigint;
}

function sampleLine({ id, measurement }: InfluxSite, tags: Tags | undefined, { sample, time }: Timed): string {
  const { point, value, quality, flags, receiveTime } = sample;
  return formatLine({
    measurement,
    tags: { site: id, point, ...tags, quality: quality.level, ...(hasFlag(flags, 'sim') ? { sim: 'true' } : {}) },
    fields: {
      ...valueField(value),
      reason: quality.reason,
      raw: quality.raw === undefined ? undefined : BigInt(quality.raw),
      flags: flags === 0 ? undefined : flagNames(flags).join(' '),
      received: BigInt(Math.round(receiveTime)),
    },
    time,
  });
}

/** A field has one type for ever, so each type has its own. Line protocol knows no NaN and no infinity. */
function valueField(value: Sample['value']) {
  if (typeof value === 'number') return Number.isFinite(value) ? { value } : { text: String(value) };
  if (typeof value === 'boolean') return { state: value };
  return value === null ? {} : { text: value };
}

/** What one looks for. */
function recordTags(record: OtherRecord): Tags {
  if (record.stream === 'alarm') {
    const { alarm, point, source, kind, event, priority } = record.body;
    return { alarm, point, source, kind, event, priority };
  }
  if (record.stream === 'event') {
    const { kind, source, point } = record.body;
    return { kind, source, point };
  }
  if (record.stream === 'gap') return { reason: record.body.reason, source: record.body.source };
  if (record.stream === 'register') {
    const { body } = record;
    return { register: body.kind === 'permit' ? 'permit' : body.register, record: body.id, source: body.source };
  }
  return { action: record.body.action };
}

const message = (topic: string, text: string, isSimulated: boolean): Message => ({
  topic,
  payload: Buffer.from(text),
  contentType: 'text/plain; charset=utf-8',
  schema: 'influx-line/1',
  isSimulated,
  samples: 0,
});

/** A database has nobody to tell; never sent. */
const presence = (state: Presence): Message => message('presence', state, false);
