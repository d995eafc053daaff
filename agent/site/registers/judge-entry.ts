import type { RegisterFact } from '#agent/model/register.ts';
import type { RegisterField, RegisterShape } from '#agent/model/register-watch.ts';
import { registerTime } from './register-time.ts';

const LONGEST_ID = 64;

/** Everything that is wrong with a record, one clause each; none: it is taken. A deletion needs its identity alone. */
export function judgeEntry(fact: RegisterFact, { registers, zone }: RegisterShape): readonly string[] {
  const form = registers[fact.register];
  if (!form) return [`the shape knows no register "${fact.register}"`];
  const faults: string[] = [];
  if (fact.id.length > LONGEST_ID) faults.push(`its id is longer than ${LONGEST_ID} characters`);
  if (fact.isDeleted) return faults;
  if (form.needsParent && fact.parent === undefined)
    faults.push(`it has no parent; one of ${form.parents.join(', ')} stands above a ${fact.register}`);
  if (!form.isOpen)
    for (const name of Object.keys(fact.fields))
      if (!Object.hasOwn(form.fields, name)) faults.push(`field ${name} is not of the shape`);
  for (const [name, field] of Object.entries(form.fields)) {
    const value = Object.hasOwn(fact.fields, name) ? fact.fields[name] : undefined;
    const fault =
      value === undefined || value === null || value === '' ? absence(field, fact.fields) : faultOf(value, field, zone);
    if (fault !== undefined) faults.push(`${name} ${fault}`);
  }
  return faults;
}

function absence({ isRequired, requiredWhen }: RegisterField, fields: RegisterFact['fields']): string | undefined {
  if (isRequired) return 'is missing';
  if (requiredWhen && String(fields[requiredWhen.field]) === requiredWhen.is)
    return `is missing where ${requiredWhen.field} is ${requiredWhen.is}`;
  return undefined;
}

function faultOf(value: string | number | boolean, field: RegisterField, zone: string): string | undefined {
  const said = JSON.stringify(value).slice(0, 60);
  const { type, values, least, most, longest } = field;
  if (String(value).length > longest) return `has ${String(value).length} characters; at most ${longest} are taken`;
  if (type === 'time' && registerTime(value, zone) === undefined) return `is ${said}, which is no time`;
  if (type === 'truth' && !['true', 'false', '0', '1'].includes(String(value)))
    return `is ${said}, neither true nor false`;
  if (type === 'number' || type === 'integer') {
    const number = typeof value === 'boolean' ? Number.NaN : Number(value);
    if (!Number.isFinite(number)) return `is ${said}, which is no number`;
    if (type === 'integer' && !Number.isInteger(number)) return `is ${said}, which is no whole number`;
    if (least !== undefined && number < least) return `is ${said}; at least ${least} is taken`;
    if (most !== undefined && number > most) return `is ${said}; at most ${most} is taken`;
  }
  if (values && !values.includes(String(value))) return `is ${said}; known are ${values.join(', ')}`;
  return undefined;
}
