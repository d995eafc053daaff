import { onDelayMs as effectiveDelayMs } from '#agent/alarms/live-alarm.ts';
import type { AlarmDefinition, AlarmTransition, AlarmView, Text } from '#agent/model/alarm.ts';
import { hasFlag } from '#agent/model/flags.ts';
import type { AlarmId } from '#agent/model/ids.ts';
import type { Point } from '#agent/model/point.ts';
import type { RecordOf } from '#agent/model/record.ts';
import type { Sample, SampleValue } from '#agent/model/sample.ts';
import { SITE_SOURCE } from '#agent/model/source.ts';
import { failed, passed } from './outcome.ts';
import type { Check } from './outcome.ts';
import type { Rehearsal } from './rehearsal.ts';
import { strokesOf } from './stroke.ts';
import type { QuietValues, Stroke } from './stroke.ts';

export interface ExerciseParts {
  readonly rehearsal: Rehearsal;
  readonly points: ReadonlyMap<string, Point>;
  readonly quiet: QuietValues;
}

/** Longer than any millisecond of rounding, shorter than any delay that somebody configures. Milliseconds */
const MOMENT_MS = 1;

/**
 * Raises one alarm by forced input and ends it again, and holds it to its definition: quiet just short of the limit and
 * until its on-delay is over, raised then, on disk and marked as simulated; acknowledged; gone after its off-delay; where
 * it latches, only when reset.
 */
export function exerciseAlarm(alarm: AlarmDefinition, parts: ExerciseParts): Check {
  const { rehearsal, points, quiet } = parts;
  const point = alarm.point === undefined ? undefined : points.get(alarm.point);
  const name = alarm.message?.zh ?? point?.name ?? '';
  if (point && !quiet.has(point.id))
    return failed(alarm.id, name, {
      zh: '该测点的各报警相互矛盾：不存在使其全部不报警的数值；请检查各限值与回差',
      en: 'the alarms of this point contradict each other: there is no value at which all are quiet; check limits and deadbands',
    });
  const strokes = strokesOf(alarm, { point, quiet, rehearsal });
  const seen: RecordOf<'alarm', AlarmTransition>[] = [];
  for (const stroke of strokes) {
    calm(parts);
    const wrong = play(alarm, stroke, rehearsal);
    stroke.retreat?.();
    seen.push(...wrong.records);
    if (wrong.text) {
      calm(parts);
      return failed(alarm.id, name, wrong.text);
    }
  }
  calm(parts);
  if (strokes.length === 0)
    return failed(alarm.id, name, { zh: '没有可施加的输入', en: 'no input can be forced that would raise it' });
  return passed(alarm.id, name, foundOf(alarm, strokes, seen));
}

/** Every point at its quiet value, everything acknowledged, long enough for every delay. */
function calm({ rehearsal, quiet }: ExerciseParts): void {
  for (let round = 0; round < 3; round += 1) {
    rehearsal.force(new Map([...quiet].filter(([point, value]) => !isShown(rehearsal.latest(point), value))));
    const standing = rehearsal.active().filter(({ state }) => state !== 'normal');
    if (standing.length === 0) return;
    rehearsal.pass(Math.max(MOMENT_MS, ...standing.map(({ definition }) => longest(definition))));
    rehearsal.settle();
  }
}

const isShown = (sample: Sample | undefined, value: SampleValue): boolean =>
  sample?.quality.level === 'good' && sample.value === value;

const longest = ({ offDelayMs, condition }: AlarmDefinition): number =>
  offDelayMs + (condition.kind === 'rate-of-change' ? 2 * condition.windowMs : 0) + MOMENT_MS;

interface Played {
  readonly text?: Text;
  readonly records: readonly RecordOf<'alarm', AlarmTransition>[];
}

function play(alarm: AlarmDefinition, stroke: Stroke, rehearsal: Rehearsal): Played {
  const from = rehearsal.transitions.length;
  const { id, offDelayMs, latch } = alarm;
  const onDelayMs = effectiveDelayMs(alarm);
  const state = () => rehearsal.alarm(id)?.state ?? 'normal';
  const over = (text?: Text): Played => ({
    ...(text && { text }),
    records: rehearsal.transitions.slice(from).filter(({ body }) => body.alarm === id),
  });
  if (state() !== 'normal')
    return over(said(`演练前未恢复正常（${state()}）`, `not normal before its turn (${state()})`));

  stroke.approach?.();
  if (state() !== 'normal')
    return over(
      said(`在 ${stroke.shortOf ?? ''} 处即已报警`, `raised already at ${stroke.shortOf ?? ''}, short of its limit`),
    );
  stroke.raise();
  if (onDelayMs > MOMENT_MS && state() === 'normal') {
    stroke.hold(onDelayMs - MOMENT_MS);
    if (state() !== 'normal')
      return over(said(`延时 ${seconds(onDelayMs)} 未到即报警`, `raised before its delay of ${seconds(onDelayMs)}`));
    stroke.hold(MOMENT_MS);
  }
  if (stroke.settleMs !== undefined && state() === 'normal') stroke.hold(stroke.settleMs);
  if (state() !== 'unacknowledged')
    return over(
      said(
        `施加 ${stroke.what.zh} 后未报警（${state()}）${inhibitedBy(rehearsal, id).zh}`,
        `not raised by ${stroke.what.en} (${state()})${inhibitedBy(rehearsal, id).en}`,
      ),
    );
  const raised = over().records.find(({ body }) => body.event === 'raised');
  if (!raised) return over(said('日志中没有触发记录', 'the journal holds no record of it'));
  if (!hasFlag(raised.body.flags, 'sim'))
    return over(said('记录没有仿真标记', 'its record is not marked as simulated'));
  if (!rehearsal.acknowledge(id)) return over(said('无法确认', 'it can not be acknowledged'));

  stroke.end();
  if (offDelayMs > MOMENT_MS && state() === 'acknowledged') {
    stroke.rest(offDelayMs - MOMENT_MS);
    stroke.rest(2 * MOMENT_MS);
  }
  if (latch) {
    if (state() !== 'latched-acknowledged')
      return over(said(`恢复后未锁存（${state()}）`, `does not latch after the end (${state()})`));
    if (!rehearsal.reset(id)) return over(said('无法复位', 'it can not be reset'));
  }
  if (state() !== 'normal')
    return over(said(`输入恢复后未消除（${state()}）`, `does not clear after the end (${state()})`));
  return over();
}

const said = (zh: string, en: string): Text => ({ zh, en });

const seconds = (ms: number): string => `${ms / 1000} s`;

/** The usual reason for silence, told with it. */
function inhibitedBy(rehearsal: Rehearsal, id: AlarmId): Text {
  const view: AlarmView | undefined = rehearsal.alarm(id);
  const cause = view?.suppressedBy[0];
  if (cause) return said(`；被 ${cause.cause} 抑制`, `; suppressed by ${cause.cause}`);
  const quality = view?.quality;
  if (quality && quality.level !== 'good') return said(`；质量 ${quality.reason}`, `; quality ${quality.reason}`);
  return said('', '');
}

function foundOf(
  alarm: AlarmDefinition,
  strokes: readonly Stroke[],
  seen: readonly RecordOf<'alarm', AlarmTransition>[],
): Text {
  const raised = seen.filter(({ body }) => body.event === 'raised');
  const numbers = seen.map(({ seq }) => seq);
  const range = `${Math.min(...numbers)}–${Math.max(...numbers)}`;
  const suppressed = raised.find(({ body }) => body.overlay === 'suppressed');
  const delays = [
    alarm.onDelayMs > 0 ? said(`延时 ${seconds(alarm.onDelayMs)}`, `after ${seconds(alarm.onDelayMs)}`) : undefined,
    alarm.latch ? said('锁存、复位', 'latched, reset') : undefined,
    suppressed ? said(`当时被 ${suppressed.body.cause ?? '设计'} 抑制`, `suppressed by design at the time`) : undefined,
    alarm.source === SITE_SOURCE
      ? said('在派生值处施加', 'forced at the derived value, behind its calculation')
      : undefined,
  ].filter((one) => one !== undefined);
  const what = { zh: strokes.map((one) => one.what.zh).join('、'), en: strokes.map((one) => one.what.en).join(', ') };
  return {
    zh: [`施加 ${what.zh}`, ...delays.map(({ zh }) => zh), `已触发、确认、恢复；日志 alarm ${range}`].join('；'),
    en: [
      `forced ${what.en}`,
      ...delays.map(({ en }) => en),
      `raised, acknowledged, cleared; journal alarm ${range}`,
    ].join('; '),
  };
}
