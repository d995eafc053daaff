import { SITE_SOURCE } from '#agent/model/source.ts';
import type { Findings } from '../../findings.ts';
import { mappingOf } from '../../mapping.ts';
import { valueAt } from '../../place.ts';
import type { Entry, Path } from '../../place.ts';
import { checkInput, pointBelow } from '../derived-section.ts';
import type { KnownPoints } from '../derived-section.ts';
import { substanceRule } from './read.ts';
import type { ReadHazardSource } from './read.ts';
import type { HazardSourceText, SubstanceText } from './schema.ts';

const numerals = ['一', '二', '三', '四'];

/** The points that a hazard source tells, as `points:` would write them. */
export function hazardSourcePoints({ entry, text, definition }: ReadHazardSource): readonly Entry[] {
  const { id, name = id, regulatorCode } = text;
  const point = (place: Path, own: string, keys: Readonly<Record<string, unknown>>): Entry => {
    const alarms = { ...mappingOf(keys['alarms']), ...mappingOf(valueAt(entry.value, [...place, 'alarms'])) };
    const staleAfter = `${definition.repeatMs * 3}ms`;
    const common = { id: own, source: SITE_SOURCE, address: own, staleAfter, hazardSource: id };
    const below = pointBelow(entry, place, { ...common, ...keys, alarms });
    const isId = (path: Path): boolean => path[0] === 'id' && place.length === 1;
    return {
      ...below,
      at: (path, part) => (isId(path) ? entry : below).at(path, part),
      label: (path) => (isId(path) ? entry : below).label(path),
    };
  };
  return [
    ...text.substances.map((one, index) =>
      point(['substances', index], `${id}.${one.substance}`, inventoryKeys(name, one)),
    ),
    point(['ratio'], definition.ratioPoint, { kind: 'number', name: text.ratio.name ?? `${name} Σq/Q` }),
    point(['index'], definition.indexPoint, { kind: 'number', name: text.index.name ?? `${name} R` }),
    point(['level'], definition.levelPoint, {
      kind: 'state',
      name: text.level.name ?? `${name} 重大危险源等级`,
      ...(regulatorCode !== undefined && { regulatorCode }),
      states: Object.fromEntries(['不构成', ...numerals.map((one) => `${one}级`)].map((word, level) => [level, word])),
      alarms: levelAlarms(name, text),
    }),
  ];
}

function inventoryKeys(name: string, { substance, maximum, ...one }: SubstanceText): Readonly<Record<string, unknown>> {
  const what = one.name ?? substanceRule(substance)?.about.zh ?? substance;
  const message = { zh: `${name} ${what} 存量超过申报上限`, en: `${name}: more ${substance} than declared` };
  return {
    kind: 'quantity',
    unit: 't',
    name: `${name} ${what} 存量`,
    alarms:
      maximum === undefined ? {} : { H: { setpoint: maximum, deadband: maximum / 100, priority: 'high', message } },
  };
}

/** A level that is graver than the registered one must be told to the authority. */
function levelAlarms(
  name: string,
  { registeredLevel: registered }: HazardSourceText,
): Readonly<Record<string, unknown>> {
  const graver = [1, 2, 3, 4].filter((level) => registered === 0 || level < (registered ?? 0));
  const message = {
    zh: `${name} 实际等级高于备案等级`,
    en: `${name}: graver level than the registered ${String(registered)}`,
  };
  return graver.length > 0 ? { state: { values: graver, priority: 'high', message } } : {};
}

/** Ids of the points that an entry would have, were it without faults. */
export function idsOfHazardSource({ value }: Entry): readonly string[] {
  const id = valueAt(value, ['id']);
  const substances = valueAt(value, ['substances']);
  const own = Array.isArray(substances) ? substances.map((one: unknown) => valueAt(one, ['substance'])) : [];
  return typeof id === 'string' ? ['ratio', 'r', 'level', ...own].map((part) => `${id}.${String(part)}`) : [];
}

const unitsOf = { mass: ['t'], volume: ['m³', 'm3'], level: ['m'] } as const;

/** Tanks must exist, and be in the units in which they are counted. */
export function checkStocks({ entry, text }: ReadHazardSource, known: KnownPoints, findings: Findings): void {
  for (const [index, { stocks }] of text.substances.entries())
    for (const [at, stock] of stocks.entries()) {
      if (stock.kind === 'declared') continue;
      const path = ['substances', index, 'stocks', at, 'point'];
      const why = `tonnes are computed from it as a ${stock.kind}`;
      checkInput({ entry, path, id: stock.point }, { why, units: unitsOf[stock.kind] }, known, findings);
    }
}
