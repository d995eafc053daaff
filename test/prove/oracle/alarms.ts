import type { AlarmCondition, AlarmDefinition } from '#agent/model/alarm.ts';
import type { StreamMessage } from '#simulators/receiver/wire.ts';
import { gapsOf, samplesOf } from '../evidence.ts';
import type { Arrivals, Done, Evidence, Got, WatchedPoint } from '../evidence.ts';
import { waitedBetween } from '../waits.ts';
import { gapsFor } from './cover.ts';
import { ticksBetween, within, without } from './timeline.ts';
import type { Stretch } from './timeline.ts';
import type { Fault, Looked } from './verdict.ts';

/** From a limit crossed to the alarm at its time: reading, publishing, deciding. */
const LAG_MS = 4000;
/** After a blow a source needs so long to be read again: the longest back-off (8 s), connecting and the first reading. */
const RECOVERY_MS = 12_000;
/** A raised alarm must have had its cause so shortly before. */
const CAUSE_WITHIN_MS = 8000;

type AlarmMessage = Extract<StreamMessage, { readonly stream: 'alarm'; readonly id: string }>;

/** No alarm that the truth demands is missing, none is there twice, none without a cause. */
export function judgeAlarms(evidence: Evidence): Looked & { readonly raised: number } {
  const faults: Fault[] = [];
  let looked = 0;
  let raised = 0;
  for (const arrivals of evidence.arrivals) {
    const samples = samplesOf(arrivals);
    const gaps = gapsOf(arrivals);
    const got = arrivals.messages.filter((message): message is AlarmMessage => {
      return message.stream === 'alarm' && 'body' in message;
    });
    const add = (kind: Fault['kind'], what: string): void => {
      faults.push({ kind, what: `${arrivals.receiver}: ${what}` });
    };
    raised += got.filter(({ body }) => body.event === 'raised').length;
    for (const what of notDelivered(evidence, arrivals, got)) add('lostAlarms', what);
    for (const what of toldTwice(got)) add('repeatedAlarms', what);
    for (const point of evidence.points) {
      for (const alarm of evidence.alarms.filter((one) => one.point === point.id)) {
        const own = got.filter(({ body }) => body.alarm === alarm.id).toSorted((a, b) => a.seq - b.seq);
        const crossed = crossings(evidence, point.tag, alarm);
        const read = readings(samples.get(point.id) ?? [], gapsFor(gaps, point.id, point.source));
        const readable = [
          ...within(crossed, read),
          ...crossed.flatMap((stretch) => without(stretch, blocked(evidence, point))),
        ];
        for (const [from, to] of readable) {
          const lag = LAG_MS + waitedBetween(evidence.waits, from, to);
          if (to - from <= alarm.onDelayMs + lag || from <= evidence.began || to >= evidence.ended) continue;
          looked += 1;
          if (!isStanding(own, from, to))
            add(
              'lostAlarms',
              `${alarm.id} is not raised by ${iso(to)}: beyond since ${iso(from)}, ${told(own, to)}; ` +
                `of ${point.id}: ${had(samples.get(point.id) ?? [], from, to)}`,
            );
        }
        for (const { body } of own) {
          if (body.event === 'raised' && !hasCause(evidence, point.tag, alarm, body.time))
            add('unfoundedAlarms', `${alarm.id} raised at ${iso(body.time)}`);
        }
      }
    }
  }
  return { looked, raised, faults };
}

/** Transitions of the journal that the receiver does not have as they are. */
function notDelivered({ journalAlarms }: Evidence, { refused }: Arrivals, got: readonly AlarmMessage[]): string[] {
  const known = new Map(got.map(({ seq, body }) => [seq, body]));
  const missing = journalAlarms.filter(({ seq, alarm, event, time }) => {
    const body = known.get(seq);
    return body?.alarm !== alarm || body.event !== event || body.time !== time;
  });
  return missing.length <= refused ? [] : missing.map(({ seq, alarm, event }) => `alarm ${seq}: ${alarm} ${event}`);
}

/** Raised again without having been cleared, or one transition under two numbers. */
function toldTwice(got: readonly AlarmMessage[]): string[] {
  const standing = new Set<string>();
  const seen = new Set<string>();
  return got
    .toSorted((a, b) => a.seq - b.seq)
    .flatMap(({ seq, body: { alarm, event, time } }) => {
      const key = `${alarm} ${event} ${time}`;
      const isTwice = seen.has(key) || (event === 'raised' && standing.has(alarm));
      seen.add(key);
      if (event === 'raised') standing.add(alarm);
      if (event === 'cleared') standing.delete(alarm);
      return isTwice ? [`${seq}: ${key}`] : [];
    });
}

/** Stretches in which the transmitter showed a value beyond the limit, without a break. */
function crossings({ ticks }: Evidence, tag: string, { condition }: AlarmDefinition): Stretch[] {
  const crossed: Stretch[] = [];
  let start: number | undefined;
  let last = 0;
  for (const { time, shown } of ticks) {
    const value = shown.get(tag);
    const isOver =
      value !== undefined && crosses(condition, value) === true && (start === undefined || time - last < 2000);
    if (isOver) start ??= time;
    else if (start !== undefined) {
      crossed.push([start, last]);
      start = undefined;
    }
    last = time;
  }
  return start === undefined ? crossed : [...crossed, [start, last]];
}

/** Stretches in which the receiver has good values of the point. */
function readings(samples: readonly Got[], gaps: readonly Stretch[]): Stretch[] {
  const good: Stretch[] = [];
  let start: number | undefined;
  for (const { level, receiveTime } of samples) {
    if (level === 'good') start ??= receiveTime;
    else if (start !== undefined) {
      good.push([start, receiveTime]);
      start = undefined;
    }
  }
  if (start !== undefined) good.push([start, samples.at(-1)?.receiveTime ?? start]);
  return good.flatMap((stretch) => without(stretch, gaps));
}

/** By the plan: when the device may not have been readable. */
const blocked = ({ done, waits }: Evidence, { device }: WatchedPoint): Stretch[] =>
  done
    .filter(({ blow }) => isInTheWay(blow, device))
    .map(({ from, to }) => [from - 1000, to + RECOVERY_MS + waitedBetween(waits, to, to + RECOVERY_MS)] as const);

/** Whether a blow can keep the agent from reading the device. What hits receivers and brokers can't. */
function isInTheWay(blow: Done['blow'], device: WatchedPoint['device']): boolean {
  if (blow.kind === 'kill') return blow.whom !== 'broker';
  if (blow.kind === 'device') return blow.fault.device === device;
  return blow.kind === 'link' && blow.link === device;
}

/** Raised before the end of the stretch, and not cleared before it began. */
function isStanding(own: readonly AlarmMessage[], from: number, to: number): boolean {
  let isUp = false;
  for (const { body } of own) {
    if (body.time > to + LAG_MS) break;
    if (body.event === 'raised') isUp = true;
    if (body.event === 'cleared' && body.time < from) isUp = false;
  }
  return isUp;
}

/** What the receiver heard last of an alarm before a time, for the reader of a fault. */
function told(own: readonly AlarmMessage[], before: number): string {
  const last = own.filter(({ body }) => body.time <= before + LAG_MS).slice(-3);
  return last.length === 0
    ? 'nothing heard of it'
    : last.map(({ seq, body: { event, time } }) => `${seq} ${event} at ${iso(time)}`).join(', ');
}

/** What the receiver had of the point about a stretch, for the reader of a fault. */
function had(samples: readonly Got[], from: number, to: number): string {
  const said = ({ receiveTime, value, level, flags }: Got): string =>
    `${String(value)} ${level} ${flags.join('+')} at ${iso(receiveTime)}`;
  const before = samples.findLast(({ receiveTime }) => receiveTime < from);
  const about = samples.filter(({ receiveTime }) => receiveTime >= from && receiveTime <= to + LAG_MS);
  return [...(before ? [before] : []), ...about.slice(0, 4), ...about.slice(4).slice(-2)].map(said).join(', ');
}

function hasCause(evidence: Evidence, tag: string, { condition, onDelayMs }: AlarmDefinition, time: number): boolean {
  if (crosses(condition, 0) === undefined) return true;
  const early = time - onDelayMs - CAUSE_WITHIN_MS;
  const ticks = ticksBetween(evidence.ticks, early - waitedBetween(evidence.waits, early, time), time + 500);
  // Where the truth was not seen, nothing is claimed.
  return ticks.length < 8 || ticks.some(({ shown }) => crosses(condition, shown.get(tag) ?? 0) === true);
}

/** Undefined: a condition that one value can't decide. */
function crosses(condition: AlarmCondition, value: number | boolean): boolean | undefined {
  const { kind } = condition;
  if (kind === 'state')
    return condition.values.some((one) => one === value || (typeof one === 'number' && one === Number(value)));
  if (kind === 'HH' || kind === 'H') return typeof value === 'number' && value > condition.setpoint;
  return kind === 'LL' || kind === 'L' ? typeof value === 'number' && value < condition.setpoint : undefined;
}

const iso = (time: number): string => new Date(time).toISOString();
