import { pointId } from '#agent/model/ids.ts';
import type { HazardSourceDefinition, HazardStock, HazardSubstance } from '#agent/model/hazard-source.ts';
import { ruleNumber } from '#agent/model/standard-rule.ts';
import type { StandardRule } from '#agent/model/standard-rule.ts';
import { checkEntry } from '../../check-entry.ts';
import type { Reading } from '../../check-entry.ts';
import { suggest } from '../../nearest.ts';
import type { Entry } from '../../place.ts';
import { ruleInForce, shippedPacks } from '../../rules/load-packs.ts';
import { formOf } from '../../schema-shape.ts';
import { hazardSourceSchema } from './schema.ts';
import type { HazardSourceText, SubstanceText } from './schema.ts';

/** One hazard source that could be read. */
export interface ReadHazardSource {
  readonly entry: Entry;
  readonly text: HazardSourceText;
  readonly definition: HazardSourceDefinition;
}

const form = formOf(hazardSourceSchema);
const REPEAT_MS = 10_000;
const SUBSTANCE = 'hazard-source.substance.';

/** What the rule pack says of a substance, with where it stands; undefined: nothing. */
export const substanceRule = (substance: string): StandardRule | undefined => ruleInForce(`${SUBSTANCE}${substance}`);

/** Undefined when its keys have faults, or a substance has no critical quantity. */
export function readHazardSource(entry: Entry, reading: Reading): ReadHazardSource | undefined {
  const text = checkEntry(form, entry, reading);
  if (!text) return undefined;
  const substances = text.substances.flatMap(
    (one, index) => substanceOf(text.id, one) ?? refuse(one, index, { entry, reading }),
  );
  const own = text.substances.flatMap(({ stocks }, at) =>
    stocks.flatMap((stock, index) =>
      stock.kind === 'declared'
        ? []
        : [{ key: `${stock.kind} ${stock.point}`, path: ['substances', at, 'stocks', index] }],
    ),
  );
  for (const [index, { key, path }] of own.entries())
    if (own.findIndex((other) => other.key === key) !== index)
      reading.findings.errorAt(entry, path, {
        what: `${key} is counted already`,
        why: 'what is in one tank counts once',
        todo: 'delete one of them',
      });
  if (substances.length < text.substances.length) return undefined;
  const level = (key: string) => ruleNumber(ruleInForce('hazard-source.level'), key) ?? Number.NaN;
  const definition = {
    id: `hazard-source/${text.id}`,
    substances,
    alpha: alphaOf(text.exposedPeople),
    levels: [level('1'), level('2'), level('3')] as const,
    ratioPoint: pointId(`${text.id}.ratio`),
    indexPoint: pointId(`${text.id}.r`),
    levelPoint: pointId(`${text.id}.level`),
    repeatMs: REPEAT_MS,
  };
  return { entry, text, definition };
}

/** The correction of the greatest number of people that is reached. */
function alphaOf(people: number): number {
  const value = ruleInForce('hazard-source.alpha')?.value;
  const steps = typeof value === 'object' ? Object.entries(value) : [];
  const reached = steps.map(([least, alpha]) => [Number(least), alpha] as const).filter(([least]) => people >= least);
  return reached.toSorted(([one], [other]) => other - one)[0]?.[1] ?? Number.NaN;
}

function substanceOf(id: string, text: SubstanceText): HazardSubstance | undefined {
  const known = substanceRule(text.substance);
  const criticalTonnes = text.q ?? ruleNumber(known, 'q');
  const beta = text.beta ?? ruleNumber(known, 'beta');
  if (criticalTonnes === undefined || beta === undefined) return undefined;
  return { point: pointId(`${id}.${text.substance}`), criticalTonnes, beta, stocks: text.stocks.map(stockOf) };
}

function refuse(
  { substance }: SubstanceText,
  index: number,
  { entry, reading }: { readonly entry: Entry; readonly reading: Reading },
): [] {
  const known = shippedPacks().rules.flatMap(({ id }) =>
    id.startsWith(SUBSTANCE) ? [id.slice(SUBSTANCE.length)] : [],
  );
  reading.findings.errorAt(entry, ['substances', index, 'substance'], {
    what: `the rule pack of GB 18218 has no "${substance}"`,
    why: 'without its critical quantity and correction there is no level',
    todo: suggest(substance, known, 'write q in tonnes and beta, from the standard'),
  });
  return [];
}

function stockOf(text: SubstanceText['stocks'][number]): HazardStock {
  if (text.kind === 'declared') return text;
  const common = { point: pointId(text.point), ...(text.capacity !== undefined && { capacityTonnes: text.capacity }) };
  if (text.kind === 'mass') return { kind: text.kind, ...common };
  if (text.kind === 'volume') return { kind: text.kind, density: text.density, ...common };
  return { kind: text.kind, density: text.density, strapping: text.volume, ...common };
}
