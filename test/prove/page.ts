import type { Evidence } from './evidence.ts';
import { slopeOf } from './footprint.ts';
import type { Verdict } from './oracle/verdict.ts';
import { nameOf } from './plan.ts';
import type { Run } from './prove.ts';

const FAULTS_SHOWN = 25;

/** One page for a person. */
export function drawPage({ plan, evidence, footprints, recoveryMs, agentEnds, canFillDisk }: Run, verdict: Verdict) {
  const dealt = Map.groupBy(evidence.done, ({ blow }) => nameOf(blow));
  const slope = slopeOf(footprints);
  const { counts } = verdict;
  const line = (name: string, value: unknown): string => `  ${name.padEnd(32)} ${String(value)}`;
  return [
    `Firewatch: proof of ${(plan.ms / 60_000).toFixed(1)} minutes, seed ${plan.seed}: ${verdict.ok ? 'PASSED' : 'FAILED'}`,
    '',
    `blows: ${evidence.done.length}${canFillDisk ? '' : ' (the disk could not be filled: that needs root)'}`,
    ...[...dealt].map(([name, list]) => line(name, list.length)),
    '',
    'looked at',
    line('good values compared', `${verdict.valuesCompared}, of them not comparable ${verdict.valuesNotComparable}`),
    line('stretches of time', verdict.stretchesChecked),
    line('numbers of streams', verdict.numbersChecked),
    line('alarms raised', `${verdict.alarmsRaised}; the truth demanded ${verdict.alarmsDemanded}`),
    ...evidence.arrivals.map(({ receiver, messages, refused }) =>
      line(`messages at ${receiver}`, `${messages.length}${refused > 0 ? `, ${refused} refused for good` : ''}`),
    ),
    '',
    'must be zero',
    line('wrong values', counts.wrongValues),
    line('unaccounted losses', counts.unaccountedLosses),
    line('missing numbers', counts.missingNumbers),
    line('lost alarms', counts.lostAlarms),
    line('repeated alarms', counts.repeatedAlarms),
    line('alarms without a cause', counts.unfoundedAlarms),
    line('not marked as simulated', counts.unmarked),
    line('invalid messages', counts.invalid),
    line('truth not seen often enough', counts.unseen),
    line('ends of the agent by itself', agentEnds.length),
    '',
    line(
      'waited for a processor',
      `${(100 * shareWaited(evidence)).toFixed(0)} % of the time: deadlines are so much longer`,
    ),
    line('recovery p50 / p95', `${seconds(recoveryMs, 0.5)} / ${seconds(recoveryMs, 0.95)} of ${recoveryMs.length}`),
    line(
      'agent, longest life',
      slope
        ? `${slope.seconds.toFixed(0)} s: ${mb(slope.rssBytes)} MB, ${mb(slope.rssBytesPerMinute)} MB/min; ` +
            `${slope.descriptors} descriptors, ${slope.descriptorsPerMinute.toFixed(2)}/min`
        : 'too short to tell a slope',
    ),
    ...verdict.faults.slice(0, FAULTS_SHOWN).map(({ kind, what }) => `! ${kind}: ${what}`),
    ...(verdict.faults.length > FAULTS_SHOWN ? [`! and ${verdict.faults.length - FAULTS_SHOWN} more`] : []),
    ...agentEnds.map((words) => `! the agent ended: ${words}`),
  ].join('\n');
}

/** Of the process that waited longest. */
export const shareWaited = ({ waits }: Evidence): number =>
  waits.reduce((sum, { ms }) => sum + ms, 0) / Math.max(1, (waits.at(-1)?.to ?? 0) - (waits[0]?.from ?? 0));

const mb = (bytes: number): string => (bytes / 1e6).toFixed(1);

export function quantile(list: readonly number[], share: number): number | undefined {
  const sorted = list.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}

function seconds(list: readonly number[], share: number): string {
  const found = quantile(list, share);
  return found === undefined ? '–' : `${(found / 1000).toFixed(1)} s`;
}
