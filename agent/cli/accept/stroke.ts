import type { AlarmDefinition, Text } from '#agent/model/alarm.ts';
import type { PointId } from '#agent/model/ids.ts';
import type { Point } from '#agent/model/point.ts';
import type { SampleValue } from '#agent/model/sample.ts';
import { targetOf } from './quiet-value.ts';
import type { Rehearsal } from './rehearsal.ts';

export type QuietValues = ReadonlyMap<PointId, Exclude<SampleValue, null>>;

/** How one alarm is brought about and ended. */
export interface Stroke {
  readonly what: Text;
  /** Brings the input just short of the limit, where there is one; must not raise. */
  readonly approach?: () => void;
  readonly shortOf?: string;
  readonly raise: () => void;
  /** Keeps the condition up for so long. */
  readonly hold: (ms: number) => void;
  /** Takes this long at most until the condition shows at all. */
  readonly settleMs?: number;
  readonly end: () => void;
  /** Keeps the condition away for so long. */
  readonly rest: (ms: number) => void;
  /** Afterwards: back to where it began, unnoticed. */
  readonly retreat?: () => void;
}

export interface StrokeParts {
  readonly point: Point | undefined;
  readonly quiet: QuietValues;
  readonly rehearsal: Rehearsal;
}

type Condition<Kind extends AlarmDefinition['condition']['kind']> = Extract<
  AlarmDefinition['condition'],
  { readonly kind: Kind }
>;

/** One for each way in which the alarm can come about: one, or one for each value of a state. */
export function strokesOf(alarm: AlarmDefinition, parts: StrokeParts): readonly Stroke[] {
  const { point } = parts;
  const { condition } = alarm;
  if (condition.kind === 'communication') return [communicationStroke(alarm, parts)];
  return point ? pointStrokes(condition, point, parts) : [];
}

function pointStrokes(
  condition: Exclude<AlarmDefinition['condition'], { readonly kind: 'communication' }>,
  point: Point,
  parts: StrokeParts,
): readonly Stroke[] {
  const { kind } = condition;
  if (kind === 'deviation') return [deviationStroke(condition, point, parts)];
  if (kind === 'rate-of-change') return rateStrokes(condition, point, parts);
  if (kind === 'state')
    return condition.values.filter((value) => value !== null).map((value) => levelStroke(point, value, parts));
  if (kind !== 'bad-quality') return [limitStroke(condition, point, parts)];
  const what = { zh: '质量 bad device-fault', en: 'quality bad device-fault' };
  return [{ ...levelStroke(point, null, parts), what, raise: () => parts.rehearsal.spoil(point.id) }];
}

/** A part of the setpoint that no rounding of scales reaches. */
const HAIR = 1e-6;

function levelStroke(point: Point, value: SampleValue, { rehearsal, quiet }: StrokeParts): Stroke {
  const text = `${point.id} = ${shown(value)}${point.unit === '' ? '' : ` ${point.unit}`}`;
  return {
    what: { zh: text, en: text },
    raise: () => rehearsal.force(new Map([[point.id, value]])),
    hold: rehearsal.pass,
    end: () => rehearsal.force(quiet),
    rest: rehearsal.pass,
  };
}

const shown = (value: SampleValue): string =>
  typeof value === 'number' ? String(Number(value.toPrecision(7))) : String(value);

const hairOf = (setpoint: number, { range }: Point): number =>
  HAIR * Math.max(Math.abs(setpoint), range ? range.high - range.low : 0, 1e-3);

function limitStroke(condition: Condition<'HH' | 'H' | 'L' | 'LL'>, point: Point, parts: StrokeParts): Stroke {
  const { setpoint, kind } = condition;
  const beyond = (kind === 'HH' || kind === 'H' ? 1 : -1) * hairOf(setpoint, point);
  return approached(point, { short: setpoint - beyond, over: setpoint + beyond }, parts);
}

function deviationStroke(condition: Condition<'deviation'>, point: Point, parts: StrokeParts): Stroke {
  const target = targetOf(condition.target, parts.quiet);
  const hair = hairOf(condition.setpoint, point);
  const isRoomAbove = point.range === undefined || target + condition.setpoint <= point.range.high;
  const side = isRoomAbove ? 1 : -1;
  const at = (distance: number): number => target + side * distance;
  return approached(point, { short: at(condition.setpoint - hair), over: at(condition.setpoint + hair) }, parts);
}

function approached(point: Point, { short, over }: { short: number; over: number }, parts: StrokeParts): Stroke {
  return {
    ...levelStroke(point, over, parts),
    approach: () => parts.rehearsal.force(new Map([[point.id, short]])),
    shortOf: `${point.id} = ${shown(short)}`,
  };
}

/** Steps in a window: fine enough for a straight line, coarse enough for what the engine keeps. */
const STEPS = 8;
const STEEPER = 1.25;
const GENTLER = 4;

function rateStrokes(condition: Condition<'rate-of-change'>, point: Point, parts: StrokeParts): readonly Stroke[] {
  const { direction } = condition;
  const sides = direction === 'both' ? ([1, -1] as const) : direction === 'rising' ? ([1] as const) : ([-1] as const);
  return sides.map((side) => rateStroke(condition, { point, side }, parts));
}

function rateStroke(
  { perSecond, windowMs }: Condition<'rate-of-change'>,
  { point, side }: { readonly point: Point; readonly side: 1 | -1 },
  { rehearsal, quiet }: StrokeParts,
): Stroke {
  const begin = quiet.get(point.id);
  const base = typeof begin === 'number' ? begin : 0;
  let value = base;
  const stepMs = windowMs / STEPS;
  const show = (): void => rehearsal.force(new Map([[point.id, value]]));
  const go = (ms: number, slope: number): void => {
    for (let left = ms; left > 0; left -= stepMs) {
      const step = Math.min(stepMs, left);
      rehearsal.pass(step);
      value += (slope * step) / 1000;
      show();
    }
  };
  const steep = side * STEEPER * perSecond;
  const text = `${point.id} ${side > 0 ? '+' : '−'}${shown(STEEPER * perSecond)} ${point.unit}/s`;
  return {
    what: { zh: text, en: text },
    // A whole window must have been seen before anything is judged.
    approach: () => go(2 * windowMs, 0),
    raise: () => {},
    hold: (ms) => go(ms, steep),
    settleMs: 2 * windowMs,
    end: () => go(2 * windowMs, 0),
    rest: (ms) => go(ms, 0),
    retreat: () => {
      const gentle = perSecond / GENTLER;
      go((Math.abs(value - base) / gentle) * 1000, -Math.sign(value - base) * gentle);
      go(2 * windowMs, 0);
    },
  };
}

function communicationStroke({ source }: AlarmDefinition, { rehearsal, quiet }: StrokeParts): Stroke {
  return {
    what: { zh: `${source} 通信中断`, en: `the loss of ${source}` },
    raise: () => rehearsal.lose(source),
    hold: rehearsal.pass,
    end: () => {
      rehearsal.regain(source);
      rehearsal.force(quiet);
    },
    rest: rehearsal.pass,
  };
}
