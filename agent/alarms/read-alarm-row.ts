import type { AlarmCondition, AlarmDefinition, AlarmKind, AlarmPriority, Text } from '#agent/model/alarm.ts';
import type { PointId } from '#agent/model/ids.ts';
import { alarmId, pointId, sourceId, zoneId } from '#agent/model/ids.ts';
import type { SafetyRole } from '#agent/model/point.ts';
import type { SampleValue } from '#agent/model/sample.ts';
import type { AlarmColumn, AlarmRow } from './alarm-row.ts';

/** Tells what is wrong with one cell. */
export type TellFault = (column: AlarmColumn, what: string) => void;

type Words<Word extends string> = readonly [Word, ...Word[]];

const kinds: Words<AlarmKind> = [
  'HH',
  'H',
  'L',
  'LL',
  'deviation',
  'rate-of-change',
  'state',
  'bad-quality',
  'communication',
];
const priorities: Words<AlarmPriority> = ['critical', 'high', 'medium', 'low'];
const roles: Words<SafetyRole> = ['none', 'gas', 'sis', 'fire', 'headcount', 'major-hazard'];

/** The definition in a row. What it returns counts only if no fault was told. */
export function definitionOf(row: AlarmRow, tell: TellFault): AlarmDefinition {
  const cells = new Cells(row, tell);
  const kind = cells.choice('kind', kinds);
  const safetyRole = cells.choice('safetyRole', roles);
  const onDelayMs = cells.milliseconds('onDelaySeconds');
  if (safetyRole !== 'none' && onDelayMs > 0) tell('onDelaySeconds', `a ${safetyRole} alarm can have no on-delay`);
  if (kind !== 'communication') cells.text('point');
  return {
    id: alarmId(cells.text('id')),
    source: sourceId(cells.text('source')),
    ...(row.point === '' ? {} : { point: pointId(row.point) }),
    condition: conditionOf[kind](cells),
    priority: cells.choice('priority', priorities),
    onDelayMs,
    offDelayMs: cells.milliseconds('offDelaySeconds'),
    latch: cells.flag('latch'),
    ...(row.reAlarmSeconds === '' ? {} : { reAlarmMs: cells.milliseconds('reAlarmSeconds') }),
    ...(row.group === '' ? {} : { group: row.group }),
    safetyRole,
    ...(row.zone === '' ? {} : { zone: zoneId(row.zone) }),
    ...cells.texts('message'),
    ...cells.texts('cause'),
    ...cells.texts('consequence'),
    ...cells.texts('response'),
  };
}

const limit =
  (kind: 'HH' | 'H' | 'L' | 'LL') =>
  (cells: Cells): AlarmCondition => ({ kind, setpoint: cells.number('setpoint'), deadband: cells.size('deadband') });

const conditionOf: Record<AlarmKind, (cells: Cells) => AlarmCondition> = {
  HH: limit('HH'),
  H: limit('H'),
  L: limit('L'),
  LL: limit('LL'),
  deviation: (cells) => ({
    kind: 'deviation',
    target: cells.target(),
    setpoint: cells.number('setpoint'),
    deadband: cells.size('deadband'),
  }),
  'rate-of-change': (cells) => ({
    kind: 'rate-of-change',
    perSecond: cells.size('perSecond'),
    windowMs: cells.milliseconds('windowSeconds'),
    direction: cells.choice('direction', ['rising', 'falling', 'both']),
    deadband: cells.size('deadband'),
  }),
  state: (cells) => ({ kind: 'state', values: cells.values() }),
  'bad-quality': (cells) => ({ kind: 'bad-quality', includeUncertain: cells.flag('includeUncertain') }),
  communication: () => ({ kind: 'communication' }),
};

/** Reads cells as what they should be; what is not gets told and replaced by something of the right type. */
class Cells {
  readonly #row: AlarmRow;
  readonly #tell: TellFault;

  constructor(row: AlarmRow, tell: TellFault) {
    this.#row = row;
    this.#tell = tell;
  }

  text(column: AlarmColumn): string {
    const text = this.#row[column];
    if (text === '') this.#tell(column, 'is empty');
    return text;
  }

  number(column: AlarmColumn): number {
    const text = this.#row[column].trim();
    const number = Number(text);
    if (text !== '' && Number.isFinite(number)) return number;
    this.#tell(column, text === '' ? 'is empty; a number is needed' : `"${text}" is not a number`);
    return 0;
  }

  size(column: AlarmColumn): number {
    const number = this.number(column);
    if (number < 0) this.#tell(column, `${number} is below zero`);
    return number;
  }

  milliseconds(column: AlarmColumn): number {
    return Math.round(this.size(column) * 1000);
  }

  choice<Word extends string>(column: AlarmColumn, words: Words<Word>): Word {
    const text = this.#row[column].trim();
    const found = words.find((word) => word === text);
    if (found !== undefined) return found;
    this.#tell(column, `"${text}" is none of ${words.join(', ')}`);
    return words[0];
  }

  flag(column: AlarmColumn): boolean {
    // Spreadsheets write TRUE and FALSE.
    const text = this.#row[column].trim().toLowerCase();
    if (text !== 'true' && text !== 'false') this.#tell(column, `"${text}" is neither true nor false`);
    return text === 'true';
  }

  target(): number | PointId {
    const { target, targetPoint } = this.#row;
    if ((target === '') === (targetPoint === '')) this.#tell('target', 'give either target or targetPoint');
    return targetPoint === '' ? this.number('target') : pointId(targetPoint);
  }

  values(): SampleValue[] {
    const text = this.#row.values;
    const values = parseJson(text);
    const isList = Array.isArray(values) && values.length > 0 && values.every(isSampleValue);
    if (!isList) this.#tell('values', `"${text}" is not a list such as [true], [0,3] or ["trip"]`);
    return isList ? values : [];
  }

  texts<Name extends 'message' | 'cause' | 'consequence' | 'response'>(name: Name): Partial<Record<Name, Text>> {
    const zh = this.#row[`${name}.zh`];
    const en = this.#row[`${name}.en`];
    // One language is better than none: it stands for both until somebody translates it.
    return zh === '' && en === '' ? {} : ({ [name]: { zh: zh || en, en: en || zh } } as Record<Name, Text>);
  }
}

const isSampleValue = (value: unknown): value is SampleValue =>
  typeof value === 'number' || typeof value === 'boolean' || typeof value === 'string';

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
