import type { ReceiverReport } from '#simulators/receiver/receiver.ts';
import type { Stage } from './stage.ts';

/** What `firewatch demo --json` prints at its end. */
export interface Outcome {
  /** The receiver verified everything that the journal holds, and something was there to verify. */
  readonly ok: boolean;
  /** Why not; empty when ok. */
  readonly faults: readonly string[];
  readonly sim: true;
  /** By the kind of their sources. */
  readonly samples: Readonly<Record<string, number>>;
  /** In the order in which they were raised. Times are ISO 8601, UTC. */
  readonly alarms: readonly { readonly point: string; readonly kind: string; readonly raisedAt: string }[];
  readonly journal: {
    readonly records: number;
    readonly samples: number;
    readonly bytes: number;
    readonly bytesPerSample: number;
  };
  /** Kept with alarms, and gone with the demo. */
  readonly evidence: { readonly pictures: number };
  readonly receiver: Pick<
    ReceiverReport,
    'records' | 'samples' | 'verified' | 'duplicates' | 'gaps' | 'invalid' | 'simulated'
  >;
}

/** Judges the demo after its agent has ended. */
export function judge(stage: Stage): Outcome {
  const report = stage.report();
  const received = stage.received();
  const missing = stage.missing();
  const samples: Record<string, number> = {};
  for (const { kind, points, samples: some } of report?.sources ?? [])
    if (points > 0) samples[kind] = (samples[kind] ?? 0) + some;
  const { records, verified, duplicates, gaps, invalid, simulated } = received;
  const heads = Object.values(report?.journal.streams ?? {}).map(({ head }) => head);

  const faults = [
    ...Object.entries(samples).flatMap(([kind, count]) => (count === 0 ? [`no sample arrived over ${kind}`] : [])),
    ...(records === 0 ? ['the receiver got no record'] : []),
    ...(invalid > 0 ? [`the receiver refused ${invalid} messages: ${received.faults.join('; ')}`] : []),
    ...(gaps > 0 ? [`${gaps} numbers are missing between what arrived`] : []),
    ...missing.map(({ stream, first, last }) => `the receiver lacks ${stream} ${first}–${last}`),
    ...(simulated < verified ? [`${verified - simulated} messages are not marked as simulated`] : []),
  ];
  return {
    ok: faults.length === 0,
    faults,
    sim: true,
    samples,
    alarms: stage
      .alarms()
      .filter(({ body }) => body.event === 'raised')
      .map(({ body }) => ({
        point: body.point ?? body.source,
        kind: body.kind,
        raisedAt: new Date(body.time).toISOString(),
      })),
    journal: {
      records: heads.reduce((sum, head) => sum + head, 0),
      samples: report?.journal.samples ?? 0,
      bytes: report?.journal.bytes ?? 0,
      bytesPerSample: report?.journal.bytesPerSample ?? 0,
    },
    evidence: { pictures: stage.pictures() },
    receiver: { records, samples: received.samples, verified, duplicates, gaps, invalid, simulated },
  };
}
