import type { Evidence } from '../evidence.ts';
import { judgeAlarms } from './alarms.ts';
import { judgeCover } from './cover.ts';
import { judgeMarks } from './marks.ts';
import { judgeNumbers } from './numbers.ts';
import { judgeValues } from './values.ts';

/** One thing that must not be. */
export interface Fault {
  readonly kind: FaultKind;
  readonly what: string;
}

type FaultKind =
  | 'wrongValues'
  | 'unaccountedLosses'
  | 'missingNumbers'
  | 'lostAlarms'
  | 'repeatedAlarms'
  | 'unfoundedAlarms'
  | 'unmarked'
  | 'invalid'
  | 'unseen';

export interface Looked {
  /** How much was looked at: a check that saw nothing has proved nothing. */
  readonly looked: number;
  readonly faults: readonly Fault[];
}

export interface Verdict {
  readonly ok: boolean;
  readonly counts: Readonly<Record<FaultKind, number>>;
  /** Good values compared; how many of them fell where the truth was not seen. */
  readonly valuesCompared: number;
  readonly valuesNotComparable: number;
  readonly stretchesChecked: number;
  readonly numbersChecked: number;
  readonly alarmsDemanded: number;
  readonly alarmsRaised: number;
  readonly faults: readonly Fault[];
}

/** Of a hundred good values so many may fall where the truth was not seen; with more nothing is proved. */
const MOST_UNSEEN_PERCENT = 5;

function judgeSight({ looked, notComparable }: ReturnType<typeof judgeValues>): Fault[] {
  if (notComparable <= (looked * MOST_UNSEEN_PERCENT) / 100) return [];
  return [{ kind: 'unseen', what: `the truth was not seen for ${notComparable} of ${looked} values` }];
}

/** Compares what the receivers got with what was true. */
export function judge(evidence: Evidence): Verdict {
  const values = judgeValues(evidence);
  const cover = judgeCover(evidence);
  const numbers = judgeNumbers(evidence);
  const alarms = judgeAlarms(evidence);
  const marks = judgeMarks(evidence);
  const faults = [...[values, cover, numbers, alarms, marks].flatMap((part) => part.faults), ...judgeSight(values)];
  const count = (kind: FaultKind): number => faults.filter((fault) => fault.kind === kind).length;
  const hasLooked = values.looked > 0 && cover.looked > 0 && numbers.looked > 0 && marks.looked > 0;
  return {
    ok: faults.length === 0 && hasLooked,
    counts: {
      wrongValues: count('wrongValues'),
      unaccountedLosses: count('unaccountedLosses'),
      missingNumbers: count('missingNumbers'),
      lostAlarms: count('lostAlarms'),
      repeatedAlarms: count('repeatedAlarms'),
      unfoundedAlarms: count('unfoundedAlarms'),
      unmarked: count('unmarked'),
      invalid: count('invalid'),
      unseen: count('unseen'),
    },
    valuesCompared: values.looked,
    valuesNotComparable: values.notComparable,
    stretchesChecked: cover.looked,
    numbersChecked: numbers.looked,
    alarmsDemanded: alarms.looked,
    alarmsRaised: alarms.raised,
    faults,
  };
}
