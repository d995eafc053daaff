import { randomBytes } from 'node:crypto';
import type { StateChange } from '#agent/journal/state-table.ts';
import type { Clock } from '#agent/model/clock.ts';
import type { Derivation } from '#agent/model/derivation.ts';
import type { HeadcountDefinition } from '#agent/model/headcount.ts';
import type { Draft } from '#agent/model/record.ts';
import { createCompositeRule } from '#agent/site/rules/composite-rule.ts';
import { readRuleMemory } from '#agent/site/rules/memory.ts';
import { createHazardSourceWatch } from '#agent/site/hazard-source/hazard-source-watch.ts';
import { readHazardSourceMemory } from '#agent/site/hazard-source/memory.ts';
import { createHeadcount } from '#agent/site/headcount/headcount.ts';
import { readKeptRoster, ROSTER_KEY } from '#agent/site/headcount/kept-roster.ts';
import { readHeadcountMemory } from '#agent/site/headcount/memory.ts';
import { readPermitMemory } from '#agent/site/permits/memory.ts';
import { createPermitWatch } from '#agent/site/permits/permit-watch.ts';
import { createFloodWatch } from '#agent/site/floods/flood-watch.ts';
import { readFloodMemory } from '#agent/site/floods/memory.ts';
import { readStopMemory } from '#agent/site/stops/memory.ts';
import { createStopWatch } from '#agent/site/stops/stop-watch.ts';
import { readRegisterMemory } from '#agent/site/registers/memory.ts';
import { createRegisterWatch } from '#agent/site/registers/register-watch.ts';
import { readTripMemory } from '#agent/site/trips/memory.ts';
import { createTripWatch } from '#agent/site/trips/trip-watch.ts';
import { createFillingWatch } from '#agent/site/fillings/filling-watch.ts';
import { readFillingMemory } from '#agent/site/fillings/memory.ts';
import { createBypassWatch } from '#agent/site/bypasses/bypass-watch.ts';
import { readBypassMemory } from '#agent/site/bypasses/memory.ts';
import { createSafetySystemWatch } from '#agent/site/bypasses/safety-system-watch.ts';
import { createLightningWatch } from '#agent/site/lightning/lightning-watch.ts';
import { readLightningMemory } from '#agent/site/lightning/memory.ts';
import { readTrendMemory } from '#agent/site/trend/memory.ts';
import { createTrendWatch } from '#agent/site/trend/trend-watch.ts';
import { readValveMemory } from '#agent/site/valves/memory.ts';
import { createValveWatch } from '#agent/site/valves/valve-watch.ts';
import { readWarningMemory } from '#agent/site/warning-level/memory.ts';
import { createWarningLevel } from '#agent/site/warning-level/warning-level.ts';
import type { Definitions, DerivationConfig, SiteConfig } from '#config/site.ts';
import { DERIVATION_SCOPE, derivationOfKey, keptKey } from './derivations.ts';

export interface RestoredDerivations {
  readonly derivations: readonly Derivation[];
  /** What could not be read, told once. */
  readonly drafts: readonly Draft[];
  /** Drops what could not be read, and what belongs to nothing that is configured. */
  readonly state: readonly StateChange[];
}

/** Makes every derivation of the configuration, each with what it remembered. */
export function restoreDerivations(
  { derivations: configured, points = [] }: Pick<SiteConfig, 'derivations'> & Partial<Pick<SiteConfig, 'points'>>,
  stored: ReadonlyMap<string, unknown>,
  clock: Clock,
): RestoredDerivations {
  const unreadable = new Set<string>();
  const remembered = <Memory>(id: string, read: (stored: unknown) => Memory | undefined): Memory | undefined => {
    const memory = read(stored.get(id));
    if (memory === undefined && stored.has(id)) unreadable.add(id);
    return memory;
  };
  const people = configured.find((one): one is DerivationConfig<'headcount'> => one.kind === 'headcount');
  const keptOf = (id: string): ReadonlyMap<string, unknown> => {
    const start = keptKey(id, '');
    const own = [...stored].filter(([key]) => key.startsWith(start));
    return new Map(own.map(([key, value]) => [key.slice(start.length), value]));
  };
  const rosterOf = ({ id, roster }: HeadcountDefinition) =>
    roster && remembered(keptKey(id, ROSTER_KEY), readKeptRoster);
  /** With those who wore the tags when the source of the roster was heard last. */
  const wearing = (definition: HeadcountDefinition | undefined) =>
    definition && { ...definition, persons: rosterOf(definition)?.persons ?? definition.persons };
  const create: { readonly [K in keyof Definitions]: (definition: Definitions[K]) => Derivation } = {
    valve: (definition) => createValveWatch(definition, clock, remembered(definition.id, readValveMemory)),
    headcount: (definition) => {
      const known = remembered(definition.id, readHeadcountMemory);
      const roster = rosterOf(definition);
      const start = known ?? { key: randomBytes(32).toString('base64url') };
      return createHeadcount(definition, clock, { ...start, ...(roster && { roster }) });
    },
    permits: (definition) =>
      createPermitWatch(definition, clock, remembered(definition.id, readPermitMemory), wearing(people?.definition)),
    flood: (definition) => createFloodWatch(definition, clock, remembered(definition.id, readFloodMemory)),
    stop: (definition) => createStopWatch(definition, clock, remembered(definition.id, readStopMemory)),
    registers: (definition) => createRegisterWatch(definition, clock, readRegisterMemory(keptOf(definition.id))),
    bypass: (definition) => createBypassWatch(definition, clock, remembered(definition.id, readBypassMemory)),
    trip: (definition) => createTripWatch(definition, clock, remembered(definition.id, readTripMemory)),
    filling: (definition) => createFillingWatch(definition, clock, remembered(definition.id, readFillingMemory)),
    'safety-system': (definition) => createSafetySystemWatch(definition, clock),
    rule: (definition) => createCompositeRule(definition, clock, remembered(definition.id, readRuleMemory)),
    warningLevel: (definition) =>
      createWarningLevel(definition, points, clock, remembered(definition.id, readWarningMemory)),
    lightning: (definition) => createLightningWatch(definition, clock, remembered(definition.id, readLightningMemory)),
    hazardSource: (definition) =>
      createHazardSourceWatch(definition, clock, remembered(definition.id, readHazardSourceMemory)),
    trend: (definition) => createTrendWatch(definition, clock, remembered(definition.id, readTrendMemory)),
  };
  const make = <K extends keyof Definitions>({ kind, definition }: DerivationConfig<K>): Derivation =>
    create[kind](definition);
  const derivations = configured.map((one) => make(one));
  const ids = new Set(derivations.map(({ id }) => id));
  const dropped = [...unreadable, ...[...stored.keys()].filter((key) => !ids.has(derivationOfKey(key)))];
  return {
    derivations,
    drafts: [...new Set([...unreadable].map(derivationOfKey))].map((id) => ({
      stream: 'event',
      body: {
        time: clock.now(),
        kind: 'derivation.memory-unreadable',
        text: `what ${id} remembered cannot be read; it begins anew`,
        detail: { derivation: id },
        flags: 0,
      },
    })),
    state: dropped.map((key) => ({ scope: DERIVATION_SCOPE, key, value: undefined })),
  };
}
