import type { AlarmView } from '#agent/model/alarm.ts';
import { flagNames } from '#agent/model/flags.ts';
import type { ReceiverId } from '#agent/model/ids.ts';
import type { Sample } from '#agent/model/sample.ts';
import type { UplinkOptions } from '#agent/uplink/options.ts';
import type { LedgerEntry } from './ledger.ts';
import type { SiteReport } from './tally.ts';

/** Where the time of the last request of each receiver is remembered. */
const CARE_SCOPE = 'care';

export interface CareParts {
  readonly alarms: () => readonly AlarmView[];
  readonly samples: () => Iterable<Sample>;
  readonly report: () => SiteReport;
  readonly state: (scope: string) => ReadonlyMap<string, unknown>;
  readonly enter: (entry: LedgerEntry) => void;
}

/** What a receiver may see of the running site: it reads, and leaves its traces in the audit. */
export const careOf = (receiver: ReceiverId, parts: CareParts): NonNullable<UplinkOptions['care']> => ({
  snapshot: () => ({
    alarms: parts.alarms().map(toldAlarm),
    samples: [...parts.samples()].map((sample) => ({ ...sample, flags: flagNames(sample.flags) })),
  }),
  diagnostics: () => {
    const { alarms, ...figures } = parts.report();
    return { ...figures, alarms: alarms.length };
  },
  audit: (body) => parts.enter({ drafts: [{ stream: 'audit', body }] }),
  lastTaken: () => Number(parts.state(CARE_SCOPE).get(receiver) ?? 0),
  take: (time) => parts.enter({ state: [{ scope: CARE_SCOPE, key: receiver, value: time }] }),
});

const toldAlarm = ({
  definition,
  state,
  overlay,
  occurrence,
  raisedAt,
  value,
  quality,
  sourceTime,
  flags,
}: AlarmView) => ({
  alarm: definition.id,
  priority: definition.priority,
  state,
  overlay,
  occurrence,
  ...(raisedAt !== undefined && { raisedAt }),
  ...(value !== undefined && { value }),
  ...(quality && { quality }),
  ...(sourceTime !== undefined && { sourceTime }),
  flags: flagNames(flags),
});
