import type { z } from 'zod';
import { flagNames, hasFlag } from '#agent/model/flags.ts';
import type { SiteId } from '#agent/model/ids.ts';
import type { Point } from '#agent/model/point.ts';
import type { JournalRecord } from '#agent/model/record.ts';
import type { Sample } from '#agent/model/sample.ts';
import type { Lane, Step } from '../coverage.ts';
import type { EvidencePart } from '../evidence/evidence-part.ts';
import { type messages, type MessageName, VERSION } from './firewatch-json-schema.ts';
import { EncodeError, type Message, type Presence, type Profile, type SizeLimits } from './profile.ts';
import { makeCatalog } from './point-catalog.ts';
import { jsonQuality, jsonValue, type KnownPoints, sampleColumns } from './sample-columns.ts';

type Wire<Name extends MessageName> = z.input<(typeof messages)[Name]>;

interface Site {
  readonly id: SiteId;
  readonly simulated: boolean;
}

/**
 * Firewatch's own messages: JSON, schema published under config/receivers/firewatch-json.
 *
 * @param points - told once in a catalog, to which samples then refer by place; absent: samples name their points
 */
export function firewatchJson(site: Site, points?: readonly Point[]): Profile {
  const catalog = points && makeCatalog(site, points);
  return {
    encode: (step, lane, size) => encode(site, { step, lane, size, known: catalog?.known }),
    presence: (state) => presence(site, state),
    answer: (told) =>
      message('answer', 'answer', {
        version: VERSION,
        site: site.id,
        sim: site.simulated,
        ...told,
        body: { ...told.body },
      }),
    evidence: (part) => evidence(site.id, part),
    introductions: catalog ? [message(`catalog/${catalog.known.catalog}`, 'catalog', catalog.wire)] : [],
  };
}

interface Order {
  readonly step: Step;
  readonly lane: Lane;
  readonly size: SizeLimits;
  readonly known: KnownPoints | undefined;
}

function encode(site: Site, { step, lane, size, known }: Order): Message[] {
  const { record } = step;
  if (!record) return [coverage(site, step, lane)];
  if (record.stream === 'sample') {
    return sampleParts({ site: site.id, step, lane, record, size, known }, 0, record.body.length);
  }
  const message = single(site.id, { step, lane, record });
  if (message.payload.length > size.allowed) {
    throw new EncodeError(
      `${record.stream} record ${record.seq} makes a message of ${message.payload.length} bytes; the receiver takes ${size.allowed}`,
    );
  }
  return [message];
}

type SingleRecord = Exclude<JournalRecord, { stream: 'sample' }>;
type SampleRecord = Extract<JournalRecord, { stream: 'sample' }>;

function single(site: SiteId, { step, lane, record }: { step: Step; lane: Lane; record: SingleRecord }): Message {
  const isSimulated = hasFlag(record.body.flags ?? 0, 'sim');
  const head = envelope(site, { step, lane, record, isSimulated });
  if (record.stream === 'alarm') {
    const { value, quality, flags, condition, ...rest } = record.body;
    const body: Wire<'alarm'>['body'] = {
      ...rest,
      condition: jsonCondition(condition),
      ...(value === undefined ? {} : { value: jsonValue(value) }),
      ...(quality === undefined ? {} : { quality: jsonQuality(quality) }),
      flags: flagNames(flags),
    };
    return message('alarm', 'alarm', { ...head, stream: 'alarm', body });
  }
  if (record.stream === 'event') {
    const body: Wire<'event'>['body'] = { ...record.body, flags: flagNames(record.body.flags) };
    return message('event', 'event', { ...head, stream: 'event', body });
  }
  if (record.stream === 'gap') {
    const { points, flags, ...rest } = record.body;
    const body: Wire<'gap'>['body'] = { ...rest, ...(points ? { points: [...points] } : {}), flags: flagNames(flags) };
    return message('gap', 'gap', { ...head, stream: 'gap', body });
  }
  if (record.stream === 'register') {
    const { flags, ...rest } = record.body;
    const body = { ...rest, flags: flagNames(flags) } as Wire<'register'>['body'];
    return message('register', 'register', { ...head, stream: 'register', body });
  }
  const { flags, ...body } = record.body;
  const marks = flags === undefined ? {} : { flags: flagNames(flags) };
  return message('audit', 'audit', { ...head, stream: 'audit', body: { ...body, ...marks } });
}

function jsonCondition(condition: Extract<JournalRecord, { stream: 'alarm' }>['body']['condition']) {
  return condition.kind === 'state' ? { ...condition, values: condition.values.map(jsonValue) } : condition;
}

interface Block {
  readonly site: SiteId;
  readonly step: Step;
  readonly lane: Lane;
  readonly record: SampleRecord;
  readonly size: SizeLimits;
  readonly known: KnownPoints | undefined;
}

/** Halves the block until each part fits: the size of JSON is known only once it is written. */
function sampleParts(block: Block, first: number, count: number): Message[] {
  const made = samplePart(block, first, count);
  const { wanted, allowed } = block.size;
  if (made.payload.length <= Math.min(wanted, allowed)) return [made];
  if (count <= 1) {
    if (made.payload.length <= allowed) return [made];
    throw new EncodeError(
      `sample ${first} of sample record ${block.record.seq} makes a message of ${made.payload.length} bytes; the receiver takes ${allowed}`,
    );
  }
  const half = Math.ceil(count / 2);
  return [...sampleParts(block, first, half), ...sampleParts(block, first + half, count - half)];
}

function samplePart({ site, step, lane, record, known }: Block, first: number, count: number): Message {
  const isWhole = count === record.body.length;
  const samples = isWhole ? record.body : record.body.slice(first, first + count);
  const head = envelope(site, { step, lane, record, isSimulated: samples.some(isSimulatedSample) });
  const wire: Wire<'sample'> = {
    ...head,
    stream: 'sample',
    ...(isWhole ? {} : { id: `${head.id}/${first}`, part: { first, count, of: record.body.length } }),
    body: sampleColumns(samples, known),
  };
  return message('sample', 'sample', wire, samples.length);
}

const isSimulatedSample = (sample: Sample): boolean => hasFlag(sample.flags, 'sim');

interface Told {
  readonly step: Step;
  readonly lane: Lane;
  readonly record: JournalRecord;
  readonly isSimulated: boolean;
}

const envelope = (site: SiteId, { step, lane, record, isSimulated }: Told) =>
  ({
    version: VERSION,
    id: `${site}/${record.stream}/${record.seq}`,
    site,
    seq: step.span.seq,
    after: step.span.after,
    ...(isAnySkipped(step) ? { skipped: step.skipped } : {}),
    lane,
    time: record.time,
    sim: isSimulated,
  }) as const;

const isAnySkipped = ({ skipped }: Step): boolean => skipped.expired + skipped.filtered + skipped.quarantined > 0;

function coverage(site: Site, step: Step, lane: Lane): Message {
  const wire: Wire<'coverage'> = {
    version: VERSION,
    site: site.id,
    stream: step.stream,
    seq: step.span.seq,
    after: step.span.after,
    skipped: step.skipped,
    lane,
    sim: site.simulated,
  };
  return { ...message(step.stream, 'coverage', wire), accountsFor: `${site.id}/${step.stream}/${step.span.seq}` };
}

function presence(site: Site, state: Presence): Message {
  const wire: Wire<'presence'> = { version: VERSION, site: site.id, state, sim: site.simulated };
  return message('presence', 'presence', wire);
}

function evidence(site: SiteId, { isSimulated, content, ...told }: EvidencePart): Message {
  const place = content.kind === 'data' ? content.first : content.why;
  const wire: Wire<'evidence'> = {
    version: VERSION,
    id: `${site}/evidence/${told.seq}/${place}`,
    site,
    ...told,
    lane: 'backfill',
    sim: isSimulated,
    ...(content.kind === 'data'
      ? { first: content.first, data: content.data.toString('base64') }
      : { missing: content.why }),
  };
  return message('evidence', 'evidence', wire);
}

function message<Name extends MessageName>(topic: string, name: Name, wire: Wire<Name>, samples = 0): Message {
  return {
    topic,
    ...('id' in wire ? { id: wire.id } : {}),
    payload: Buffer.from(JSON.stringify(wire)),
    contentType: 'application/json',
    schema: `firewatch-json/${name}/${VERSION}`,
    isSimulated: wire.sim,
    samples,
  };
}
