import type { CompositeRuleDefinition } from '#agent/model/composite-rule.ts';
import { pointId } from '#agent/model/ids.ts';
import { SITE_SOURCE } from '#agent/model/source.ts';
import { checkEntry } from '../../check-entry.ts';
import type { Reading } from '../../check-entry.ts';
import type { Findings } from '../../findings.ts';
import { isMapping } from '../../mapping.ts';
import { suggest } from '../../nearest.ts';
import { valueAt } from '../../place.ts';
import type { Entry } from '../../place.ts';
import { formOf } from '../../schema-shape.ts';
import { pointBelow } from '../derived-section.ts';
import type { DerivedSection, KnownPoints, ReadDerived } from '../derived-section.ts';
import { functionNames, mostNodes, parseRule, typeFault } from './language.ts';
import type { PointType, RuleFault } from './language.ts';
import { ruleSchema } from './schema.ts';
import type { RuleText } from './schema.ts';
import { translate } from './translate.ts';
import type { Translated } from './translate.ts';

const REPEAT_MS = 15_000;

/** `rules:` */
export const rulesSection: DerivedSection = {
  key: 'rules',
  noun: 'rule',
  uniqueBecause: 'its point, its alarm and its memory are named after it',
  description: 'rules of the site over several points, each with a point that is true while it is raised',
  schema: ruleSchema,
  read: readRule,
  idsOf: ({ value }) => {
    const id = valueAt(value, ['id']);
    return typeof id === 'string' ? [id] : [];
  },
};

const form = formOf(ruleSchema);

function readRule(entry: Entry, reading: Reading): ReadDerived | undefined {
  const text = checkEntry(form, entry, reading);
  if (!text) return undefined;
  const { findings } = reading;
  const parsed = parseRule(text.when);
  const translated = 'ast' in parsed ? translate(parsed.ast) : undefined;
  const faults = 'fault' in parsed ? [parsed.fault] : (translated?.faults ?? []);
  for (const fault of faults) reportFault(entry, fault, findings);
  checkWhole(text, translated, entry, findings);
  if (!translated) return undefined;
  return {
    entry,
    config: { kind: 'rule', definition: definitionOf(text, translated) },
    points: [pointOf(text, entry)],
    check: (known, findings) => {
      if (faults.length === 0) checkAgainstPoints(text.when, { entry, translated }, known, findings);
    },
  };
}

const definitionOf = (text: RuleText, { when, inputs, windows }: Translated): CompositeRuleDefinition => ({
  id: `rule/${text.id}`,
  point: pointId(text.id),
  text: text.when,
  when,
  inputs: [...inputs.keys()].map(pointId),
  windows,
  forMs: text.for,
  clearAfterMs: text.clearAfter,
  repeatMs: REPEAT_MS,
});

function pointOf(text: RuleText, entry: Entry): Entry {
  const {
    id,
    name = id,
    zone,
    hazardSource,
    safetyRole,
    priority,
    group,
    message,
    cause,
    consequence,
    response,
  } = text;
  const state = {
    values: [true],
    priority,
    message: message ?? { zh: name, en: name },
    ...(group !== undefined && { group }),
    ...(cause && { cause }),
    ...(consequence && { consequence }),
    ...(response && { response }),
  };
  const own = valueAt(entry.value, ['alarms']);
  return pointBelow(entry, [], {
    id,
    source: SITE_SOURCE,
    address: id,
    kind: 'state',
    name,
    states: { true: message?.zh ?? '成立', false: '否' },
    staleAfter: `${REPEAT_MS * 3}ms`,
    safetyRole,
    ...(zone !== undefined && { zone }),
    ...(hazardSource !== undefined && { hazardSource }),
    alarms: { state, ...(isMapping(own) ? own : {}) },
  });
}

/** What no single key can see, and no point is needed for. */
function checkWhole(text: RuleText, translated: Translated | undefined, entry: Entry, findings: Findings): void {
  if (text.safetyRole !== 'none' && text.for > 0)
    findings.errorAt(entry, ['for'], {
      what: `a delay on a rule of role ${text.safetyRole}`,
      why: 'an alarm of a statutory role is raised at once',
      todo: 'delete "for"',
    });
  if (translated && translated.faults.length === 0 && translated.inputs.size === 0)
    findings.errorAt(entry, ['when'], {
      what: 'it looks at no point',
      why: 'it would never change',
      todo: 'name a point: value("T-101.temperature")',
    });
}

interface Checked {
  readonly entry: Entry;
  readonly translated: Translated;
}

function checkAgainstPoints(
  when: string,
  { entry, translated }: Checked,
  known: KnownPoints,
  findings: Findings,
): void {
  let isMissing = false;
  for (const [id, offset] of translated.inputs) {
    if (known.points.has(id)) continue;
    isMissing = true;
    if (known.exists(id))
      report(entry, offset, findings, {
        what: `point "${id}" can not be read here`,
        why: 'a rule reads points of sources, and of the lists that work before its own',
        todo: 'name another point',
      });
    else if (!known.broken.has(id))
      report(entry, offset, findings, {
        what: `there is no point "${id}"`,
        why: 'a rule looks at points of the site',
        todo: suggest(id, [...known.points.keys()], 'correct the id'),
      });
  }
  if (isMissing) return;
  const fault = typeFault(when, (id) => typeOf(known.points.get(id)?.kind));
  if (fault) reportFault(entry, fault, findings);
}

/** What a state tells only the device knows. */
const typeOf = (kind: string | undefined): PointType =>
  kind === 'text' ? 'string' : kind === 'state' || kind === undefined ? 'dyn' : 'double';

function reportFault(entry: Entry, { what, offset, todo }: RuleFault, findings: Findings): void {
  const isSize = what.startsWith('it is too large');
  report(entry, offset, findings, {
    what,
    why: isSize
      ? `a rule is evaluated whenever one of its points changes, so it has at most ${mostNodes} parts`
      : 'a rule is a CEL expression over points that is true or false',
    todo: isSize ? 'split it into several rules' : (todo ?? `functions are ${functionNames.join(', ')}`),
  });
}

function report(
  entry: Entry,
  offset: number,
  findings: Findings,
  fault: { readonly what: string; readonly why: string; readonly todo: string },
): void {
  findings.error(entry.inside?.(['when'], offset) ?? entry.at(['when']), entry.label(['when']), fault);
}
