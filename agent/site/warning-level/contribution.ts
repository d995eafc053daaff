import type { AlarmView, Text } from '#agent/model/alarm.ts';
import { workTexts } from '#agent/model/permit.ts';
import type { PermitFact } from '#agent/model/permit.ts';
import type { Sample } from '#agent/model/sample.ts';
import type { PlacedPoint, WarningFormula, WarningInputKind } from '#agent/model/warning-level.ts';
import { inputWords, overlayWords, priorityWords } from './explanation.ts';

/** One thing that adds to the score of the places that it belongs to. */
export interface Contribution {
  /** Kinds have a most of their own. */
  readonly kind: 'alarm' | 'permit' | WarningInputKind;
  readonly score: number;
  /** One clause of an explanation: `alarm T-101.temperature/HH (critical)`. */
  readonly text: Text;
  readonly place: Pick<PlacedPoint, 'zone' | 'hazardSource'>;
  /** Bits of Flag. */
  readonly flags: number;
  /** It rests on something that is not known by now. */
  readonly isInDoubt: boolean;
}

/** Undefined where the alarm adds nothing. */
export function ofAlarm(
  view: AlarmView,
  hazardSource: string | undefined,
  { alarms }: WarningFormula,
): Contribution | undefined {
  const { definition, state, overlay, flags, isQualityLost } = view;
  if (state === 'normal' || view.isRemoved) return undefined;
  const stands = state === 'unacknowledged' || state === 'acknowledged';
  const byState = stands ? (state === 'acknowledged' ? alarms.acknowledged : 1) : alarms.returned;
  const byOverlay = overlay === 'none' ? 1 : alarms.overlay[overlay];
  const byRole = definition.safetyRole === 'none' ? 1 : alarms.statutory;
  const score = alarms[definition.priority] * byState * byOverlay * byRole;
  if (score <= 0) return undefined;
  return {
    kind: 'alarm',
    score,
    text: alarmText(definition, overlay),
    place: placeOf(definition.zone, hazardSource),
    flags,
    isInDoubt: isQualityLost,
  };
}

function alarmText({ id, priority }: AlarmView['definition'], overlay: AlarmView['overlay']): Text {
  const hidden = overlay === 'none' ? { zh: '', en: '' } : { zh: `，${overlayWords[overlay]}`, en: `, ${overlay}` };
  return { zh: `报警 ${id}（${priorityWords[priority]}${hidden.zh}）`, en: `alarm ${id} (${priority}${hidden.en})` };
}

/** What is known of an input: the last good value, and whether it is in doubt by now. */
interface KnownInput {
  readonly known: Pick<Sample, 'value' | 'flags'>;
  readonly isInDoubt: boolean;
}

/** Undefined where it adds nothing and nothing is in doubt. */
export function ofInput(
  kind: WarningInputKind,
  { id, zone, hazardSource }: PlacedPoint,
  { known, isInDoubt }: KnownInput,
  formula: WarningFormula,
): Contribution | undefined {
  const { from, each } = formula.inputs[kind];
  const amount = typeof known.value === 'number' ? known.value : known.value === true ? 1 : 0;
  const score = Math.max(0, amount - from) * each;
  if (score <= 0 && !isInDoubt) return undefined;
  const shown = typeof known.value === 'number' ? ` ${known.value}` : '';
  return {
    kind,
    score,
    text: {
      zh: `${inputWords[kind]} ${id}${shown}${isInDoubt ? '（存疑）' : ''}`,
      en: `${kind} ${id}${shown}${isInDoubt ? ' (in doubt)' : ''}`,
    },
    place: placeOf(zone, hazardSource),
    flags: known.flags,
    isInDoubt,
  };
}

export function ofPermit({ id, work, grade, zone, flags }: StandingPermit, { permits }: WarningFormula): Contribution {
  return {
    kind: 'permit',
    score: permits.byWork[work] ?? permits.each,
    text: {
      zh: `作业票 ${id} ${grade === undefined ? '' : `${grade === 0 ? '特' : grade} 级`}${workTexts[work].zh}`,
      en: `${work}${grade === undefined ? '' : ` of grade ${grade}`} under permit ${id}`,
    },
    place: placeOf(zone, undefined),
    flags,
    isInDoubt: false,
  };
}

/** What is kept of a permit while work goes on. */
export type StandingPermit = Pick<PermitFact, 'id' | 'work' | 'grade' | 'zone' | 'flags' | 'version'>;

const placeOf = (zone: PlacedPoint['zone'], hazardSource: string | undefined): Contribution['place'] => ({
  ...(zone !== undefined && { zone }),
  ...(hazardSource !== undefined && { hazardSource }),
});

export interface Score {
  readonly score: number;
  /** Those that add most first. */
  readonly because: readonly Contribution[];
  readonly flags: number;
  readonly isInDoubt: boolean;
}

/** The sum by kind, each kind up to its most. */
export function scoreOf(contributions: readonly Contribution[], formula: WarningFormula): Score {
  const sums = new Map<Contribution['kind'], number>();
  let flags = 0;
  let isInDoubt = false;
  for (const one of contributions) {
    sums.set(one.kind, (sums.get(one.kind) ?? 0) + one.score);
    flags |= one.flags;
    isInDoubt ||= one.isInDoubt;
  }
  let score = 0;
  for (const [kind, sum] of sums) score += Math.min(sum, mostOf(kind, formula));
  return {
    score: Math.round(score * 10) / 10,
    because: contributions.toSorted((one, other) => other.score - one.score),
    flags,
    isInDoubt,
  };
}

const mostOf = (kind: Contribution['kind'], { alarms, permits, inputs }: WarningFormula): number =>
  kind === 'alarm' ? alarms.most : kind === 'permit' ? permits.most : inputs[kind].most;
