import { samplesOf } from '../evidence.ts';
import type { Evidence, Got, WatchedPoint } from '../evidence.ts';
import { waitedBetween } from '../waits.ts';
import { isSame, ticksBetween } from './timeline.ts';
import type { Fault, Looked } from './verdict.ts';

/** A value that was read at `t` had been shown at most so long before, or so shortly after by another process's clock. */
const BEFORE_MS = 2000;
const AFTER_MS = 400;
/** The plant steps every 250 ms; a wider hole between steps that were seen means that some were not. */
const STEP_MISSED_MS = 450;

/** Every good value of a point must be one that its transmitter showed then. */
export function judgeValues(evidence: Evidence): Looked & { readonly notComparable: number } {
  const faults: Fault[] = [];
  let looked = 0;
  let notComparable = 0;
  for (const arrivals of evidence.arrivals) {
    const samples = samplesOf(arrivals);
    for (const point of evidence.points) {
      for (const got of samples.get(point.id) ?? []) {
        if (got.level !== 'good') continue;
        looked += 1;
        const found = compare(evidence, point, got);
        if (found === 'unseen') notComparable += 1;
        if (found === 'wrong') faults.push({ kind: 'wrongValues', what: `${arrivals.receiver}: ${say(got)}` });
      }
    }
  }
  return { looked, notComparable, faults };
}

function compare(evidence: Evidence, point: WatchedPoint, got: Got): 'same' | 'wrong' | 'unseen' {
  const times = point.device === 'opcua' ? sourceTimes(evidence, got) : [got.receiveTime];
  let unseen = false;
  for (const time of times) {
    const early = time - BEFORE_MS - waitedBetween(evidence.waits, time - BEFORE_MS, time);
    const [from, to] = point.device === 'opcua' ? [time - 300, time + 300] : [early, time + AFTER_MS];
    const ticks = ticksBetween(evidence.ticks, from, to);
    if (ticks.some(({ shown }) => isSame(got.value, shown.get(point.tag), point.resolution))) return 'same';
    const seen = [from, ...ticks.map((tick) => tick.time), to];
    if (seen.some((at, index) => at - (seen[index - 1] ?? at) > STEP_MISSED_MS)) unseen = true;
  }
  return unseen ? 'unseen' : 'wrong';
}

/** The DCS stamps its values; while its clock is stepped, with what it then takes for the time. */
function sourceTimes({ done }: Evidence, { sourceTime }: Got): number[] {
  const offsets = done.flatMap(({ blow }) =>
    blow.kind === 'device' && blow.fault.fault.kind === 'clock-step' ? [blow.fault.fault.offsetMs] : [],
  );
  return [sourceTime, ...offsets.map((offset) => sourceTime - offset)];
}

const say = ({ point, value, receiveTime, sourceTime }: Got): string =>
  `${point} = ${String(value)}, source time ${new Date(sourceTime).toISOString()}, received ${new Date(receiveTime).toISOString()}`;
