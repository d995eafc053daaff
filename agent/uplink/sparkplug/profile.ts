import { hasFlag } from '#agent/model/flags.ts';
import type { PointId, SiteId } from '#agent/model/ids.ts';
import type { Point } from '#agent/model/point.ts';
import type { JournalRecord } from '#agent/model/record.ts';
import type { Sample } from '#agent/model/sample.ts';
import type { Lane, Step } from '../coverage.ts';
import { firewatchJson } from '../profiles/firewatch-json.ts';
import { EncodeError, type Message, type Presence, type Profile, type SizeLimits } from '../profiles/profile.ts';
import { encodeMetric } from './payload.ts';
import { type PointMetric, pointMetrics } from './point-metrics.ts';
import { REBIRTH } from './rebirth.ts';
import { encodeBirth, encodeSample } from './sample-metric.ts';

/** Metrics of the edge node that carry a record as JSON, by alias. */
const recordMetrics = ['alarm', 'event', 'gap', 'audit', 'coverage', 'register'] as const;
const FIRST_ALIAS = 1;
const FIRST_POINT_ALIAS = 100;
/** Fields around a record's JSON. */
const METRIC_BYTES = 64;

type SampleRecord = Extract<JournalRecord, { stream: 'sample' }>;

export interface SparkplugProfile extends Profile {
  /** NBIRTH, and a DBIRTH for each device, as things stand now (UTC ms). */
  readonly births: (now: number) => readonly Message[];
}

/**
 * Sparkplug B 3.0. Points are metrics of their sources' devices; alarms, events, gaps and audit entries are metrics of
 * the node whose text is the JSON of `firewatch-json`. It remembers each point's newest sample of the live lane, because
 * a birth must tell values (section 6.4.20); what is older than that is historical. Timestamp and `seq` of a payload are
 * the transport's to add, as they are known only when it is published.
 */
export function sparkplugProfile(
  site: { readonly id: SiteId; readonly simulated: boolean },
  points: readonly Point[],
): SparkplugProfile {
  const metrics = pointMetrics(points, FIRST_POINT_ALIAS);
  const json = firewatchJson(site);
  const latest = new Map<PointId, Sample>();

  const nodeBirth = (timestamp: number): Message => {
    const body = [
      encodeMetric({ name: REBIRTH, timestamp, type: 'Boolean', value: false }),
      encodeMetric({ name: 'Firewatch/site', timestamp, type: 'String', value: site.id }),
      encodeMetric({ name: 'Firewatch/sim', timestamp, type: 'Boolean', value: site.simulated }),
      ...recordMetrics.map((stream, index) =>
        encodeMetric({
          name: `Firewatch/${stream}`,
          alias: FIRST_ALIAS + index,
          timestamp,
          type: 'String',
          value: null,
        }),
      ),
    ];
    return message('NBIRTH', body, { isSimulated: site.simulated });
  };

  const deviceBirth = (device: string, now: number): Message => {
    const body = metrics.of(device).map((metric) => encodeBirth(metric, latest.get(metric.point), now));
    return message(`DBIRTH/${device}`, body, { isSimulated: site.simulated });
  };

  const record = (step: Step, lane: Lane, size: SizeLimits): Message[] => {
    const room = { wanted: size.wanted - METRIC_BYTES, allowed: size.allowed - METRIC_BYTES };
    return json.encode(step, lane, room).map((made) => {
      const index = recordMetrics.indexOf(step.record && step.stream !== 'sample' ? step.stream : 'coverage');
      const metric = {
        alias: FIRST_ALIAS + index,
        timestamp: step.time ?? 0,
        type: 'String',
        value: made.payload.toString(),
        isHistorical: lane === 'backfill',
      } as const;
      return { ...message('NDATA', [encodeMetric(metric)], made), ...(made.id === undefined ? {} : { id: made.id }) };
    });
  };

  const samples = ({ body, seq, time }: SampleRecord, lane: Lane, size: SizeLimits): Message[] => {
    const packers = new Map<string, (sample: Sample, encoded: Buffer) => void>();
    const made: Message[] = [];
    const births = new Set<string>();
    const parts: Part[] = [];
    for (const sample of body) {
      const metric = metrics.find(sample.point) ?? addFormer(sample.point, births);
      const encoded = encodeSample(metric, sample, isOld(sample, lane));
      if (encoded.length > size.allowed)
        throw new EncodeError(
          `${sample.point} of sample record ${seq} makes a metric of ${encoded.length} bytes; the receiver takes ${size.allowed}`,
        );
      const pack = packers.get(metric.device) ?? packer(metric, Math.min(size.wanted, size.allowed), parts);
      packers.set(metric.device, pack);
      pack(sample, encoded);
    }
    for (const device of births) made.push(deviceBirth(device, time));
    for (const { device, encoded, isSimulated } of parts)
      made.push({
        ...message(`DDATA/${device}`, encoded, { isSimulated }),
        id: `${site.id}/sample/${seq}/${made.length}`,
        samples: encoded.length,
      });
    return made;
  };

  const addFormer = (point: PointId, births: Set<string>): PointMetric => {
    const metric = metrics.addFormer(point);
    births.add(metric.device);
    return metric;
  };

  const isOld = (sample: Sample, lane: Lane): boolean => {
    if (lane === 'backfill' || hasFlag(sample.flags, 'backfilled')) return true;
    const known = latest.get(sample.point);
    if (known && known.receiveTime > sample.receiveTime) return true;
    latest.set(sample.point, sample);
    return false;
  };

  return {
    encode(step, lane, size) {
      if (step.record?.stream === 'sample') return samples(step.record, lane, size);
      // Samples are told as values and not by number; what is missing of them is told as a gap.
      return step.stream === 'sample' ? [] : record(step, lane, size);
    },
    presence,
    introductions: [],
    births: (now) => [nodeBirth(now), ...metrics.devices.map((device) => deviceBirth(device, now))],
  };
}

interface Part {
  readonly device: string;
  readonly encoded: Buffer[];
  bytes: number;
  isSimulated: boolean;
}

/** Fills parts of one device up to the wanted size. */
function packer({ device }: PointMetric, wanted: number, parts: Part[]): (sample: Sample, encoded: Buffer) => void {
  let part: Part | undefined;
  return ({ flags }, encoded) => {
    if (!part || part.bytes + encoded.length > wanted) {
      part = { device, encoded: [], bytes: 0, isSimulated: false };
      parts.push(part);
    }
    part.encoded.push(encoded);
    part.bytes += encoded.length;
    part.isSimulated ||= hasFlag(flags, 'sim');
  };
}

const message = (topic: string, body: readonly Buffer[], { isSimulated }: Pick<Message, 'isSimulated'>): Message => ({
  topic,
  payload: Buffer.concat(body),
  contentType: 'application/x-protobuf',
  schema: 'sparkplug-b/3.0',
  isSimulated,
  samples: 0,
});

/** Told by NBIRTH and NDEATH, which the transport makes; never sent as it is. */
const presence = (state: Presence): Message => message('NDEATH', [Buffer.from(state)], { isSimulated: false });
