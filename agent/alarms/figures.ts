import type { AlarmPriority, AlarmTransition } from '#agent/model/alarm.ts';
import type { AlarmId } from '#agent/model/ids.ts';
import { annunciations } from './annunciation.ts';
import { chatterCount, mostInAMinute } from './chatter.ts';
import type { Flood } from './floods.ts';
import { findFloods, floodLimits } from './floods.ts';
import { isAbnormal } from './state-table.ts';

/**
 * How good the alarms of one operator position were, by ISA-18.2-2016 clause 16 / IEC 62682. Counted are the moments at
 * which an alarm asked people for attention (reminders too), so shelved and suppressed alarms count only when they are
 * shown. Times are UTC ms, shares 0 … 1.
 */
export interface AlarmFigures {
  readonly from: number;
  readonly to: number;
  readonly annunciated: number;
  /** Full and begun periods of 10 minutes from `from` on. */
  readonly perTenMinutes: { readonly average: number; readonly peak: number; readonly shareAboveTen: number };
  readonly shareOfHoursAboveThirty: number;
  readonly floods: readonly Flood[];
  readonly shareOfTimeInFlood: number;
  /** Raised from a normal process three times or more within a minute; the worst first. */
  readonly chattering: readonly { readonly alarm: AlarmId; readonly raised: number; readonly mostInAMinute: number }[];
  /** Cleared within a minute of being raised, before anybody could act; the most frequent first. */
  readonly fleeting: readonly { readonly alarm: AlarmId; readonly times: number }[];
  /** Abnormal for more than a day at `to`; the oldest first. */
  readonly stale: readonly { readonly alarm: AlarmId; readonly since: number }[];
  readonly topTen: readonly { readonly alarm: AlarmId; readonly count: number; readonly share: number }[];
  readonly shareOfTopTen: number;
  readonly priorities: Readonly<Record<AlarmPriority, { readonly count: number; readonly share: number }>>;
  readonly acknowledgement: {
    readonly count: number;
    /** Absent where nothing was acknowledged. */
    readonly meanMs?: number;
    readonly longestMs?: number;
    /** Asked and not acknowledged at `to`. */
    readonly waiting: number;
  };
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const tenMinutesMs = 10 * minuteMs;
const staleAfterMs = 24 * hourMs;

/**
 * @param transitions - in the order of the stream, of one operator position. Those before `from` count for what was
 *   still going on at `from`: hand in at least a day more, or a stale alarm is not seen.
 */
export function alarmFigures(
  transitions: Iterable<AlarmTransition>,
  { from, to }: { readonly from: number; readonly to: number },
): AlarmFigures {
  const known = [...transitions].filter(({ time }) => time < to);
  const asked = [...annunciations(known)].filter(({ transition }) => transition.time >= from);
  const times = asked.map(({ transition }) => transition.time).toSorted((a, b) => a - b);
  const byAlarm = ranked(asked.map(({ transition }) => transition.alarm));
  const topTen = byAlarm.slice(0, 10).map(([alarm, count]) => ({ alarm, count, share: count / asked.length }));
  const tens = perPeriod(times, { from, to, periodMs: tenMinutesMs });
  const hours = perPeriod(times, { from, to, periodMs: hourMs });
  const floods = findFloods(times, to);
  return {
    from,
    to,
    annunciated: asked.length,
    perTenMinutes: {
      average: asked.length / ((to - from) / tenMinutesMs),
      peak: tens.reduce((most, count) => Math.max(most, count), 0),
      shareAboveTen: share(tens, (count) => count > floodLimits.startsAbove),
    },
    shareOfHoursAboveThirty: share(hours, (count) => count > 30),
    floods,
    shareOfTimeInFlood: floods.reduce((sum, flood) => sum + (flood.to ?? to) - flood.from, 0) / (to - from),
    chattering: chattering(known.filter(({ time }) => time >= from)),
    fleeting: ranked(
      fleeting(known)
        .filter(({ time }) => time >= from)
        .map(({ alarm }) => alarm),
    ).map(([alarm, count]) => ({ alarm, times: count })),
    stale: stale(known, to),
    topTen,
    shareOfTopTen: topTen.reduce((sum, one) => sum + one.share, 0),
    priorities: priorities(asked.map(({ transition }) => transition.priority)),
    acknowledgement: acknowledgement(known, from),
  };
}

/** By frequency, the most frequent first; ties in order of name, so that a report can be repeated. */
function ranked(alarms: readonly AlarmId[]): [AlarmId, number][] {
  const counts = new Map<AlarmId, number>();
  for (const alarm of alarms) counts.set(alarm, (counts.get(alarm) ?? 0) + 1);
  return [...counts].toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
}

function perPeriod(
  times: readonly number[],
  { from, to, periodMs }: { readonly from: number; readonly to: number; readonly periodMs: number },
): number[] {
  const counts = Array.from({ length: Math.ceil((to - from) / periodMs) }, () => 0);
  for (const time of times) {
    const period = Math.floor((time - from) / periodMs);
    counts[period] = (counts[period] ?? 0) + 1;
  }
  return counts;
}

const share = (counts: readonly number[], isMeant: (count: number) => boolean): number =>
  counts.length === 0 ? 0 : counts.filter(isMeant).length / counts.length;

function chattering(transitions: readonly AlarmTransition[]): AlarmFigures['chattering'] {
  const raises = new Map<AlarmId, number[]>();
  for (const { alarm, event, from, time } of transitions) {
    if (event !== 'raised' || isAbnormal(from)) continue;
    const times = raises.get(alarm);
    if (times === undefined) raises.set(alarm, [time]);
    else times.push(time);
  }
  return [...raises]
    .map(([alarm, times]) => ({ alarm, raised: times.length, mostInAMinute: mostInAMinute(times) }))
    .filter((one) => one.mostInAMinute >= chatterCount)
    .toSorted((a, b) => b.mostInAMinute - a.mostInAMinute || b.raised - a.raised || (a.alarm < b.alarm ? -1 : 1));
}

function fleeting(transitions: readonly AlarmTransition[]): AlarmTransition[] {
  const raised = new Map<AlarmId, AlarmTransition>();
  const found: AlarmTransition[] = [];
  for (const transition of transitions) {
    const { alarm, event, from, time } = transition;
    if (event === 'raised' && !isAbnormal(from)) raised.set(alarm, transition);
    if (event !== 'cleared') continue;
    const begun = raised.get(alarm);
    if (begun !== undefined && time - begun.time < minuteMs) found.push(begun);
    raised.delete(alarm);
  }
  return found;
}

function stale(transitions: readonly AlarmTransition[], to: number): AlarmFigures['stale'] {
  const since = new Map<AlarmId, number>();
  for (const { alarm, to: state, time } of transitions) {
    if (!isAbnormal(state)) since.delete(alarm);
    else if (!since.has(alarm)) since.set(alarm, time);
  }
  return [...since]
    .filter(([, time]) => to - time > staleAfterMs)
    .map(([alarm, time]) => ({ alarm, since: time }))
    .toSorted((a, b) => a.since - b.since || (a.alarm < b.alarm ? -1 : 1));
}

function priorities(found: readonly AlarmPriority[]): AlarmFigures['priorities'] {
  const of = (priority: AlarmPriority): { count: number; share: number } => {
    const count = found.filter((one) => one === priority).length;
    return { count, share: found.length === 0 ? 0 : count / found.length };
  };
  return { critical: of('critical'), high: of('high'), medium: of('medium'), low: of('low') };
}

function acknowledgement(transitions: readonly AlarmTransition[], from: number): AlarmFigures['acknowledgement'] {
  const askedAt = new Map<AlarmId, number>();
  const delays: number[] = [];
  const asks = new Set(annunciationsOf(transitions));
  for (const transition of transitions) {
    const { alarm, event, to, time } = transition;
    // A reminder does not start the clock anew: the person was asked before.
    if (asks.has(transition) && !askedAt.has(alarm)) askedAt.set(alarm, time);
    const begun = askedAt.get(alarm);
    if (event === 'acknowledged' && begun !== undefined && time >= from) delays.push(Math.max(0, time - begun));
    if (event === 'acknowledged' || to === 'normal') askedAt.delete(alarm);
  }
  return {
    count: delays.length,
    ...(delays.length === 0
      ? {}
      : {
          meanMs: delays.reduce((sum, delay) => sum + delay, 0) / delays.length,
          longestMs: delays.reduce((longest, delay) => Math.max(longest, delay), 0),
        }),
    waiting: askedAt.size,
  };
}

const annunciationsOf = (transitions: readonly AlarmTransition[]): AlarmTransition[] =>
  [...annunciations(transitions)].map(({ transition }) => transition);
