import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ruleAt } from '#agent/model/standard-rule.ts';
import type { StandardRule } from '#agent/model/standard-rule.ts';
import { checkEntry } from '../check-entry.ts';
import { Findings, formatFinding } from '../findings.ts';
import { References } from '../follow-references.ts';
import type { Entry } from '../place.ts';
import { formOf } from '../schema-shape.ts';
import { readSourceText } from '../source-text.ts';
import { parseYaml } from '../yaml-file.ts';
import { packSchema } from './pack-schema.ts';
import type { RulePack } from './pack-schema.ts';

const shippedFolder = fileURLToPath(new URL('.', import.meta.url));

export interface LoadedPacks {
  readonly packs: readonly RulePack[];
  /** Every rule of every pack, those of one id by date. */
  readonly rules: readonly StandardRule[];
}

/**
 * Reads all rule packs of a folder and checks them against each other. Reports every fault at its place in `findings`;
 * a pack with faults is left out.
 */
export function readPacks(folder: string, shown: string, findings: Findings): LoadedPacks {
  const reading = { findings, references: new References({}, findings), readText: readSourceText };
  const read = readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .toSorted()
    .flatMap((name) => {
      const file = { file: join(shown, name), line: 1, column: 1 };
      const text = readSourceText(join(folder, name));
      if (!text.ok) {
        findings.error({ ...file, ...text.offset }, '', text.fault);
        return [];
      }
      const entry = parseYaml(text.text, { shown: file.file, directory: folder }, findings);
      const pack = entry && checkEntry(form, entry, reading);
      if (!entry || !pack) return [];
      if (pack.id !== basename(name, '.yaml'))
        findings.errorAt(entry, ['id'], {
          what: `the file ${name} has the pack ${pack.id}`,
          why: 'a pack is found by the name of its file',
          todo: `name it ${pack.id}.yaml`,
        });
      return [{ entry, pack }];
    });
  const placed = read.flatMap(({ entry, pack }) =>
    pack.rules.map((_, index) => ({ entry, index, rule: ruleOf(pack, index) })),
  );
  checkTimes(placed, findings);
  const rules = placed
    .map(({ rule }) => rule)
    .toSorted((one, other) => compare(one.id, other.id) || one.effectiveFrom - other.effectiveFrom);
  return { packs: read.map(({ pack }) => pack), rules };
}

const form = formOf(packSchema);

let shipped: LoadedPacks | undefined;

/** The packs that come with Firewatch; read once. Throws with every fault of them. */
export function shippedPacks(): LoadedPacks {
  if (shipped) return shipped;
  const findings = new Findings();
  const loaded = readPacks(shippedFolder, 'config/rules', findings);
  if (findings.errorCount > 0) throw new Error(findings.errors([]).map(formatFinding).join('\n'));
  shipped = loaded;
  return shipped;
}

/**
 * The rule of an id that is in force today. A box whose clock has lost its battery starts long before any standard: then
 * the oldest edition holds, for a limit must not be none. Undefined for an unknown id alone.
 */
export function ruleInForce(id: string): StandardRule | undefined {
  const { rules } = shippedPacks();
  return ruleAt(rules, id, Date.now()) ?? rules.find((rule) => rule.id === id);
}

/** The standards are China's, and so are their days. */
const CHINA_OFFSET = '+08:00';
const dayStart = (day: string): number => Date.parse(`${day}T00:00:00${CHINA_OFFSET}`);

function ruleOf(pack: RulePack, index: number): StandardRule {
  const rule = pack.rules[index];
  if (!rule) throw new RangeError(`${pack.id} has no rule ${index}`);
  const { id, about, clause, value, unit, note } = rule;
  const to = rule.effectiveTo ?? pack.effectiveTo;
  return {
    id,
    pack: pack.id,
    standard: pack.standard,
    ...(clause !== undefined && { clause }),
    confidence: rule.confidence ?? pack.confidence,
    effectiveFrom: dayStart(rule.effectiveFrom ?? pack.effectiveFrom),
    ...(to !== undefined && { effectiveTo: dayStart(to) }),
    about,
    value,
    unit,
    ...(note !== undefined && { note }),
  };
}

interface Placed {
  readonly entry: Entry;
  readonly index: number;
  readonly rule: StandardRule;
}

const endOf = ({ effectiveTo = Number.POSITIVE_INFINITY }: StandardRule): number => effectiveTo;

/** At any time one id has one rule, else nobody knew which holds. */
function checkTimes(placed: readonly Placed[], findings: Findings): void {
  const byId = Map.groupBy(placed, ({ rule }) => rule.id);
  for (const { entry, index, rule } of placed) {
    const at = ['rules', index];
    if (endOf(rule) <= rule.effectiveFrom)
      findings.errorAt(entry, at, {
        what: `${rule.id} ends before it begins`,
        why: 'a rule is in force from its first day until before its last',
        todo: 'correct effectiveFrom or effectiveTo',
      });
    for (const { rule: other } of byId.get(rule.id) ?? [])
      if (other !== rule && rule.effectiveFrom >= other.effectiveFrom && rule.effectiveFrom < endOf(other))
        findings.errorAt(entry, at, {
          what: `${rule.id} is in force in ${other.pack} too`,
          why: 'what happens is judged by the one rule of its day',
          todo: `give the older one effectiveTo, or another id`,
        });
  }
}

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);
