import type { Gap } from '#agent/model/event.ts';
import { gapsOf, samplesOf } from '../evidence.ts';
import type { Evidence, Got } from '../evidence.ts';
import { waitedBetween } from '../waits.ts';
import { isSame, ticksBetween, without } from './timeline.ts';
import type { Stretch } from './timeline.ts';
import type { Fault, Looked } from './verdict.ts';

/** A point that changes is told at least so often. */
const HOLE_MS = 6000;
/** Until a silent link is noticed the last value stands; then the samples say bad. */
const NOTICED_WITHIN_MS = 20_000;
/** A change that young may still be on its way, one that old may have been sampled just before. */
const EDGE_MS = 1500;

/** Each moment of each point is told: by values, by a quality that is not good, or by a gap. */
export function judgeCover(evidence: Evidence): Looked {
  const faults: Fault[] = [];
  let looked = 0;
  for (const arrivals of evidence.arrivals) {
    const samples = samplesOf(arrivals);
    const gaps = gapsOf(arrivals);
    for (const { id, tag, source, resolution } of evidence.points) {
      const covered = gapsFor(gaps, id, source);
      for (const { at, until, value, isEndGood } of stretchesOf(samples.get(id) ?? [], evidence)) {
        looked += 1;
        for (const hole of without([at, until], covered)) {
          const length = hole[1] - hole[0] - waitedBetween(evidence.waits, hole[0], hole[1]);
          if (length <= HOLE_MS || (!isEndGood && length <= NOTICED_WITHIN_MS)) continue;
          const missed = ticksBetween(evidence.ticks, hole[0] + EDGE_MS, hole[1] - EDGE_MS).find(
            ({ shown }) => value === undefined || !isSame(value, shown.get(tag), resolution),
          );
          // A value that stood and was true until shortly before its end is no hole.
          const most = isEndGood ? HOLE_MS : NOTICED_WITHIN_MS;
          const lasted = missed && hole[1] - missed.time - waitedBetween(evidence.waits, missed.time, hole[1]);
          if (lasted !== undefined && lasted > most - EDGE_MS)
            faults.push({ kind: 'unaccountedLosses', what: `${arrivals.receiver}: ${id} ${say(hole)}` });
        }
      }
    }
    for (const source of evidence.sources) {
      const times = [...samples]
        .filter(([point]) => evidence.pointSource.get(point) === source.id)
        .flatMap(([, list]) => list.map(({ receiveTime }) => receiveTime))
        .toSorted((a, b) => a - b);
      const covered = gapsFor(gaps, undefined, source.id);
      for (const [index, to] of [...times, evidence.ended].entries()) {
        const from = times[index - 1] ?? evidence.began;
        if (to - from <= source.everyMs) continue;
        looked += 1;
        for (const hole of without([from, to], covered)) {
          if (hole[1] - hole[0] - waitedBetween(evidence.waits, hole[0], hole[1]) <= source.everyMs) continue;
          faults.push({ kind: 'unaccountedLosses', what: `${arrivals.receiver}: source ${source.id} ${say(hole)}` });
        }
      }
    }
  }
  return { looked, faults };
}

interface Held {
  readonly at: number;
  readonly until: number;
  readonly value: Got['value'] | undefined;
  readonly isEndGood: boolean;
}

/** How long each value stood at the receiver for being true. */
function stretchesOf(samples: readonly Got[], { began, ended }: Evidence): Held[] {
  const live = samples.filter(({ flags }) => !flags.includes('backfilled'));
  const first: Held = { at: began, until: live[0]?.receiveTime ?? ended, value: undefined, isEndGood: true };
  const rest = live.flatMap((got, index): Held[] => {
    if (got.level !== 'good') return [];
    const next = live[index + 1];
    const isEndGood = next === undefined || next.level === 'good';
    return [{ at: got.receiveTime, until: next?.receiveTime ?? ended, value: got.value, isEndGood }];
  });
  return [first, ...rest];
}

/** When the site says that it knows nothing of this point, or of the whole source. */
export const gapsFor = (gaps: readonly Gap[], point: string | undefined, source: string): Stretch[] =>
  gaps
    .filter(
      (gap) =>
        (gap.source === undefined || gap.source === source) &&
        (gap.points === undefined || (point !== undefined && (gap.points as readonly string[]).includes(point))),
    )
    .map(({ from, to }) => [from, to ?? Infinity]);

const say = ([from, to]: Stretch): string =>
  `untold for ${((to - from) / 1000).toFixed(1)} s from ${new Date(from).toISOString()}`;
