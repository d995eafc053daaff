import type { CareOptions } from '#agent/model/care.ts';
import { receiverId } from '#agent/model/ids.ts';
import type { FilterOptions, NextKey, ReceiverOptions, SamplingOptions, SendWindows } from '#agent/model/receiver.ts';
import type { Stream } from '#agent/model/record.ts';
import { checkCare } from './check-care.ts';
import { examineEntry } from './check-entry.ts';
import type { Reading } from './check-entry.ts';
import { checkSeal } from './check-seal.ts';
import type { Entry } from './place.ts';
import { readTransport } from './read-transport.ts';
import { receiverSchema } from './receiver-schema.ts';
import type { ReceiverText } from './receiver-schema.ts';
import { formOf } from './schema-shape.ts';
import type { FilterText, SamplingText } from './selection-schema.ts';

const form = formOf(receiverSchema);

export interface ReadReceiver {
  readonly entry: Entry;
  readonly config: ReceiverOptions;
}

/** What of the site a receiver's options depend on. */
interface ReceivedSite {
  readonly id: string;
  readonly timezone: string;
}

/** Undefined when it has faults; they are reported. */
export function readReceiver(entry: Entry, site: ReceivedSite, reading: Reading): ReadReceiver | undefined {
  const { whole, sound: text } = examineEntry(form, entry, reading);
  if (!text) return undefined;
  checkLanes(text, entry, reading);
  const { id, name = id, profile, wire, lanes, filter, sampling } = text;
  const transport = readTransport(
    text.transport,
    { site: site.id, name: `${site.id}-${id}`, timezone: site.timezone },
    entry,
    reading,
  );
  if (text.seal) checkSeal(text.seal, entry, reading);
  if (text.care) checkCare(text.care, text.transport.kind, entry, reading);
  if (!whole || !transport) return undefined;
  const seal = sealOf(whole);
  return {
    entry,
    config: {
      id: receiverId(id),
      name,
      transport,
      profile,
      wire,
      lanes: {
        alarm: { streams: takenBy(transport, lanes.alarm.streams) },
        live: {
          streams: takenBy(transport, lanes.live.streams),
          withinMs: lanes.live.within,
          ...(lanes.live.windows && { windows: windowsOf(lanes.live.windows, site) }),
        },
        backfill: {
          samplesPerSecond: lanes.backfill.samplesPerSecond,
          ...(lanes.backfill.windows && { windows: windowsOf(lanes.backfill.windows, site) }),
        },
        inFlight: lanes.inFlight,
        ...(lanes.bytesPerMinute !== undefined && { bytesPerMinute: lanes.bytesPerMinute }),
      },
      ...(filter ? { filter: filterOf(filter) } : ownFilter(transport)),
      ...(sampling && { sampling: samplingOf(sampling) }),
      ...(seal && { seal }),
      ...(whole.people === 'nobody' && { people: whole.people }),
      ...(whole.care && { care: careOf(whole.care) }),
      ...(whole.evidence && {
        evidence: {
          clips: whole.evidence.clips,
          maxBytes: whole.evidence.maxSize,
          bytesPerMinute: whole.evidence.bytesPerMinute,
        },
      }),
    },
  };
}

const sealOf = ({ seal }: ReceiverText): ReceiverOptions['seal'] =>
  seal && {
    ...(seal.encrypt && { encrypt: withNextKey(seal.encrypt) }),
    ...(seal.sign && { sign: withNextKey(seal.sign) }),
  };

const careOf = ({ every, ...care }: NonNullable<ReceiverText['care']>): CareOptions => ({ ...care, everyMs: every });

const withNextKey = <Part extends { next?: (Omit<NextKey, 'from'> & { from: string }) | undefined }>({
  next,
  ...part
}: Part) => ({ ...part, ...(next && { next: { ...next, from: Date.parse(next.from) } }) });

function filterOf({ streams, points, kinds, zones, hazardSources, regulatorCodes }: FilterText): FilterOptions {
  return {
    ...(streams && { streams }),
    ...(points && { points }),
    ...(kinds && { kinds }),
    ...(zones && { zones }),
    ...(hazardSources && { hazardSources }),
    ...(regulatorCodes && { regulatorCodes }),
  };
}

function samplingOf(sampling: SamplingText): SamplingOptions {
  if (sampling.mode === 'on-change')
    return { mode: 'on-change', deadband: sampling.deadband, atLeastEveryMs: sampling.atLeastEvery };
  if (sampling.mode === 'aggregate') return { mode: 'aggregate', everyMs: sampling.every, values: sampling.values };
  return sampling.mode === 'interval' ? { mode: 'interval', everyMs: sampling.every } : { mode: 'every' };
}

/** What the receiver has no messages for must not keep the journal waiting. */
function takenBy(transport: ReceiverOptions['transport'], streams: readonly Stream[]): readonly Stream[] {
  if (transport.kind === 'hj212') return streams.filter((stream) => stream === 'sample');
  if (transport.kind !== 'platform') return streams;
  const taken = new Set<Stream>(transport.profile.messages.map(({ from }) => from.stream));
  return streams.filter((stream) => taken.has(stream));
}

/** HJ 212 knows no other points than those with a code. */
const ownFilter = (transport: ReceiverOptions['transport']): Pick<ReceiverOptions, 'filter'> =>
  transport.kind === 'hj212' ? { filter: { points: transport.points.map(({ point }) => point) } } : {};

function windowsOf(texts: readonly string[], { timezone }: ReceivedSite): SendWindows {
  const minutes = (text: string): number => 60 * Number(text.slice(0, 2)) + Number(text.slice(3, 5));
  return {
    timeZone: timezone,
    spans: texts.map((text) => ({ from: minutes(text), to: minutes(text.slice(6)) })),
  };
}

/** A stream stands in one lane only: two lanes would send its records twice and each move its cursor. */
function checkLanes(text: ReceiverText, entry: Entry, reading: Reading): void {
  const seen = new Map<Stream, string>();
  for (const lane of ['alarm', 'live'] as const)
    for (const [index, stream] of text.lanes[lane].streams.entries()) {
      const first = seen.get(stream);
      if (first === undefined) seen.set(stream, lane);
      else
        reading.findings.errorAt(entry, ['lanes', lane, 'streams', index], {
          what: `stream "${stream}" is in lane ${first === lane ? `${lane} twice` : `${first} too`}`,
          why: 'overlapping lanes would send its records twice',
          todo: 'leave it in one lane',
        });
    }
  if (!seen.has('alarm'))
    reading.findings.warnAt(entry, ['lanes'], {
      what: 'stream "alarm" is in no lane',
      why: `alarms are never sent to "${text.id}"`,
      todo: 'add it to lanes.alarm.streams unless that is meant',
    });
}
