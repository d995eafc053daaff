import type { AlarmDefinition, SuppressionRule } from '#agent/model/alarm.ts';
import { pointId } from '#agent/model/ids.ts';
import type { AlarmId } from '#agent/model/ids.ts';
import { examineEntry } from './check-entry.ts';
import type { Reading } from './check-entry.ts';
import type { Fault } from './fault.ts';
import { suggest } from './nearest.ts';
import type { Entry, Path } from './place.ts';
import { formOf } from './schema-shape.ts';
import { suppressionSchema } from './suppression-schema.ts';
import type { SuppressionText } from './suppression-schema.ts';
import { matcher } from './wildcard.ts';

/** What a rule may name. Points and sources with faults of their own are `broken`: a rule that names them is not to blame. */
export interface Nameable {
  readonly points: ReadonlySet<string>;
  readonly alarms: ReadonlyMap<string, AlarmDefinition>;
  readonly broken: ReadonlySet<string>;
}

const form = formOf(suppressionSchema);

/** Undefined when it has faults; they are reported, each at the name that is wrong. */
export function readSuppression(entry: Entry, known: Nameable, reading: Reading): SuppressionRule | undefined {
  const { whole, sound: text } = examineEntry(form, entry, reading);
  if (!text) return undefined;
  const report = (path: Path, fault: Fault): void => reading.findings.errorAt(entry, path, fault);
  if (text.kind === 'plant-state' && !known.points.has(text.point) && !known.broken.has(text.point))
    report(['point'], {
      what: `there is no point "${text.point}"`,
      why: 'the rule looks at its value',
      todo: suggest(text.point, [...known.points], 'correct the id'),
    });
  const cause = text.kind === 'consequence' ? findAlarm(text.cause, known) : undefined;
  if (cause?.fault) report(['cause'], cause.fault);
  const alarms = membersOf(text, known, report);
  if (!whole) return undefined;
  const { id, why } = whole;
  if (whole.kind === 'plant-state')
    return { kind: whole.kind, id, point: pointId(whole.point), values: whole.values, alarms, why };
  if (whole.kind === 'first-out') return { kind: whole.kind, id, alarms, why };
  return cause?.id === undefined ? undefined : { kind: whole.kind, id, cause: cause.id, alarms, why };
}

/** Each alarm once, in the order of the file. */
function membersOf(
  text: SuppressionText,
  known: Nameable,
  report: (path: Path, fault: Fault) => void,
): readonly AlarmId[] {
  const members = new Set<AlarmId>();
  for (const [index, written] of text.alarms.entries()) {
    const { ids, fault } = written.includes('*') ? matching(written, text, known) : named(written, text, known);
    if (fault) report(['alarms', index], fault);
    for (const id of ids) members.add(id);
  }
  if (text.kind === 'first-out' && members.size === 1)
    report(['alarms'], {
      what: 'a first-out group of one alarm',
      why: 'the first of several speaks for the others',
      todo: 'name the others, or delete the rule',
    });
  return [...members];
}

interface Found {
  readonly ids: readonly AlarmId[];
  readonly fault?: Fault;
}

function named(written: string, rule: SuppressionText, known: Nameable): Found {
  const { id, fault } = findAlarm(written, known);
  if (id === undefined) return { ids: [], ...(fault && { fault }) };
  if (isCause(written, rule))
    return { ids: [], fault: { what: 'the alarm is its own cause', why: 'it would hide itself', todo: 'delete it' } };
  if (isStatutory(known.alarms.get(written)))
    return {
      ids: [],
      fault: {
        what: `alarm "${written}" belongs to a statutory role`,
        why: 'such an alarm is never suppressed',
        todo: 'take it out of the rule',
      },
    };
  return { ids: [id] };
}

/** A pattern passes over what can not be suppressed. */
function matching(pattern: string, rule: SuppressionText, known: Nameable): Found {
  const isMeant = matcher(pattern);
  const definitions = [...known.alarms.values()].filter(({ id }) => isMeant(id) && !isCause(id, rule));
  const ids = definitions.filter((definition) => !isStatutory(definition)).map(({ id }) => id);
  if (ids.length > 0 || known.broken.size > 0) return { ids };
  const what = definitions.length > 0 ? `"${pattern}" fits statutory alarms only` : `"${pattern}" fits no alarm`;
  return { ids, fault: { what, why: 'the rule would do nothing', todo: 'correct the pattern, or delete it' } };
}

const isCause = (id: string, rule: SuppressionText): boolean => rule.kind === 'consequence' && rule.cause === id;

const isStatutory = (definition: AlarmDefinition | undefined): boolean =>
  definition !== undefined && definition.safetyRole !== 'none';

/** Neither: the alarm belongs to something that has faults of its own. */
function findAlarm(id: string, { alarms, broken }: Nameable): { readonly id?: AlarmId; readonly fault?: Fault } {
  const found = alarms.get(id);
  if (found) return { id: found.id };
  if (broken.has(id.slice(0, Math.max(0, id.lastIndexOf('/'))))) return {};
  return {
    fault: {
      what: `there is no alarm "${id}"`,
      why: 'alarms are named <point>/<kind> or <source>/communication',
      todo: suggest(id, [...alarms.keys()], 'correct the id'),
    },
  };
}
