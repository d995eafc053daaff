import type { Tables } from '#agent/journal/store.ts';
import type { AlarmDefinition, AlarmTransition, AlarmView } from '#agent/model/alarm.ts';
import type { SiteEvent } from '#agent/model/event.ts';
import type { PlacedPoint, WarningLevelDefinition } from '#agent/model/warning-level.ts';
import { inputsOf } from '#agent/site/warning-level/inputs.ts';
import { createWarningLevel } from '#agent/site/warning-level/warning-level.ts';
import type { Span } from '#agent/alarms/report/alarm-report.ts';
import { absences, recordedSamples, recordsIn } from '#agent/line/recorded.ts';
import { replay, toldBy } from './history.ts';
import type { Told } from './history.ts';

/** One change of a colour, as it would have been told. */
export interface ColourChange {
  /** UTC ms. */
  readonly time: number;
  /** The point of the colour. */
  readonly point: string;
  readonly text: string;
}

/** What the levels rest on, as the site file has it now. */
export interface Recorded {
  readonly tables: Tables;
  readonly points: readonly PlacedPoint[];
  readonly alarms: readonly AlarmDefinition[];
}

/** Inputs are taken up so long before. Milliseconds. */
const LEAD_MS = 600_000;
const NEVER_MS = 8.64e12;

/** The colours that a level would have shown over recorded alarms and inputs. Permits are not recorded as such. */
export function replayColours(level: WarningLevelDefinition, recorded: Recorded, span: Span): ColourChange[] {
  const { tables, points } = recorded;
  const whole = { from: span.from - LEAD_MS, to: span.to };
  const own = new Set(level.places.flatMap(({ colourPoint, scorePoint }) => [colourPoint, scorePoint]));
  const inputs = [...inputsOf(level, points, own).keys()];
  const samples = toldBy(recordedSamples(tables, inputs, whole), inputs, absences(tables, whole));
  const changes: ColourChange[] = [];
  replay(
    (clock) => createWarningLevel({ ...level, repeatMs: NEVER_MS }, points, clock),
    inOrder(alarmsTold(recorded, whole), samples),
    whole,
    ({ events }) => changes.push(...events.filter(({ time }) => time >= span.from).map(changeOf)),
  );
  return changes;
}

const changeOf = ({ time, point, text }: SiteEvent): ColourChange => ({ time, point: point ?? '', text });

/** First what stood as the span began, then every change. */
function* alarmsTold({ tables, alarms }: Recorded, { from, to }: Span): Iterable<Told> {
  const definitions = new Map(alarms.map((definition) => [definition.id, definition]));
  const standing = new Map<string, AlarmView>();
  let hasBegun = false;
  const begin = (): Told => {
    hasBegun = true;
    const views = [...standing.values()];
    return { time: from, say: (derivation) => derivation.onAlarms?.(views) };
  };
  for (const { body } of recordsIn(tables, 'alarm')) {
    const transition = body as AlarmTransition;
    const definition = definitions.get(transition.alarm);
    if (!definition || transition.time >= to) continue;
    const view = viewAfter(transition, definition, standing.get(transition.alarm));
    if (transition.time >= from && !hasBegun) yield begin();
    standing.set(transition.alarm, view);
    if (hasBegun) yield { time: transition.time, say: (derivation) => derivation.onAlarms?.([view]) };
  }
  if (!hasBegun) yield begin();
}

/** As much of the view as a transition tells. */
function viewAfter(
  { to, overlay, occurrence, flags, event, priority }: AlarmTransition,
  definition: AlarmDefinition,
  before: AlarmView | undefined,
): AlarmView {
  const isSettled = event === 'quality-regained' || event === 'cleared' || event === 'raised';
  return {
    definition: { ...definition, priority },
    state: to,
    overlay,
    occurrence,
    flags,
    isQualityLost: event === 'quality-lost' || (!isSettled && (before?.isQualityLost ?? false)),
    isRemoved: false,
    suppressedBy: [],
  };
}

function* inOrder(one: Iterable<Told>, other: Iterable<Told>): Iterable<Told> {
  const [first, second] = [one[Symbol.iterator](), other[Symbol.iterator]()];
  let [left, right] = [first.next(), second.next()];
  while (left.done !== true || right.done !== true) {
    if (right.done === true || (left.done !== true && left.value.time <= right.value.time)) {
      if (left.done !== true) yield left.value;
      left = first.next();
    } else {
      yield right.value;
      right = second.next();
    }
  }
}
