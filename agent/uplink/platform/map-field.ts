import { codeKinds } from '#agent/model/mapping-profile.ts';
import type { CodeKind, MappedField, MappingProfile } from '#agent/model/mapping-profile.ts';
import { formatTime, timeOf } from './wall-time.ts';

/** As JSON has it in a foreign message. */
export type Foreign = string | number | boolean | null | readonly unknown[] | object;

/** What is wrong with one field. */
export class FieldFault extends Error {
  override readonly name = 'FieldFault';
}

export interface FieldContext {
  readonly profile: Pick<MappingProfile, 'zone' | 'time'>;
  readonly company: string;
  /** Lengths of the chosen generation of codes. */
  readonly lengths: Readonly<Record<CodeKind, number>>;
}

/** The value of a field in the platform's words; undefined: the record says nothing. Throws {@link FieldFault}. */
export function mapField(field: MappedField, view: unknown, context: FieldContext): Foreign | undefined {
  const told = 'constant' in field.from ? field.from.constant : field.from.of(view);
  if (told === null || told === undefined || told === '') return undefined;
  const value = inWords(field, told);
  const made = converted(field, value, context);
  const text = typeof made === 'string' || typeof made === 'number' ? String(made) : '';
  if (field.code) checkCode(field.code, text, context);
  if (field.longest !== undefined && text.length > field.longest)
    throw new FieldFault(`has ${text.length} characters; the platform takes ${field.longest}`);
  return made;
}

function inWords({ words }: MappedField, told: unknown): unknown {
  if (!words) return told;
  const key = String(told);
  if (Object.hasOwn(words, key)) return words[key];
  throw new FieldFault(`is ${JSON.stringify(told).slice(0, 60)}, for which the profile has no word`);
}

function converted({ as }: MappedField, value: unknown, { profile }: FieldContext): Foreign {
  if (as === 'raw') return value as Foreign;
  if (as === 'time') {
    const time = timeOf(value, profile.zone);
    if (time === undefined) throw new FieldFault(`is ${JSON.stringify(value).slice(0, 60)}, which is no time`);
    return formatTime(time, profile.time, profile.zone);
  }
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean')
    throw new FieldFault('is no single value; the profile must take one part of it');
  if (as === 'text') return String(value);
  const number = Number(value);
  if (!Number.isFinite(number)) throw new FieldFault(`is ${JSON.stringify(value).slice(0, 60)}, which is no number`);
  if (as === 'integer' && !Number.isInteger(number)) throw new FieldFault(`is ${number}, which is no whole number`);
  return number;
}

/** Each code of the chain begins with the company's and has the length of its generation. */
function checkCode(kind: CodeKind, code: string, { company, lengths }: FieldContext): void {
  if (code.length !== lengths[kind])
    throw new FieldFault(`is "${code}" with ${code.length} characters; a code of kind ${kind} has ${lengths[kind]}`);
  if (codeKinds.indexOf(kind) > 0 && !code.startsWith(company))
    throw new FieldFault(`is "${code}", which does not begin with the company's code ${company}`);
}
