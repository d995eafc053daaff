import { auditOfChanges } from '#agent/alarms/definition-changes.ts';
import type { StateChange } from '#agent/journal/state-table.ts';
import type { AlarmDefinition } from '#agent/model/alarm.ts';
import type { Draft } from '#agent/model/record.ts';

/** The alarm definitions of the last run; one key an alarm. */
export const DEFINITION_SCOPE = 'definition';

/**
 * What the configuration has changed since the last run, for the inspector, and what the next run compares with. The first
 * run of a journal has nothing to compare with and tells no change.
 */
export function definitionsSinceLastRun(
  stored: ReadonlyMap<string, unknown>,
  definitions: readonly AlarmDefinition[],
  time: number,
): { readonly drafts: readonly Draft[]; readonly state: readonly StateChange[] } {
  const before = new Map([...stored].flatMap(([id, value]) => (isDefinition(value) ? [[id, value] as const] : [])));
  const changes = auditOfChanges(before.values(), definitions, { who: 'configuration', time });
  const after = new Map<string, AlarmDefinition>(definitions.map((definition) => [definition.id, definition]));
  return {
    drafts: stored.size === 0 ? [] : changes.map((body): Draft => ({ stream: 'audit', body })),
    state: changes.map(({ what }) => ({ scope: DEFINITION_SCOPE, key: what, value: after.get(what) })),
  };
}

/** One that a later version wrote otherwise, or that is damaged, is told as added. */
const isDefinition = (value: unknown): value is AlarmDefinition =>
  typeof value === 'object' &&
  value !== null &&
  'id' in value &&
  'onDelayMs' in value &&
  'condition' in value &&
  typeof value.condition === 'object' &&
  value.condition !== null &&
  'kind' in value.condition;
