import { createAlarmEngine } from '#agent/alarms/engine.ts';
import type { AlarmEngine } from '#agent/alarms/engine.ts';
import { defaultShelfLimits } from '#agent/alarms/overlay.ts';
import { readMemory } from '#agent/alarms/read-memory.ts';
import type { Journal } from '#agent/journal/journal.ts';
import type { Clock } from '#agent/model/clock.ts';
import type { Derivation } from '#agent/model/derivation.ts';
import type { SiteEvent } from '#agent/model/event.ts';
import { Flag } from '#agent/model/flags.ts';
import type { SourceId } from '#agent/model/ids.ts';
import type { SourceStatus } from '#agent/model/source.ts';
import type { Draft } from '#agent/model/record.ts';
import type { SiteConfig } from '#config/site.ts';
import { definitionsSinceLastRun, DEFINITION_SCOPE } from './definitions.ts';
import { DERIVATION_SCOPE, derivedLine, keptKey } from './derivations.ts';
import type { DerivedLine } from './derivations.ts';
import { ALARM_SCOPE } from './ledger.ts';
import type { LedgerEntry } from './ledger.ts';
import { restoreDerivations } from './restore.ts';

/** What watches over one configuration: its alarms and what the site derives. Made anew for another one. */
export interface Watch {
  readonly config: SiteConfig;
  readonly engine: AlarmEngine;
  readonly derived: DerivedLine;
  readonly derivations: readonly Derivation[];
  /** `sim` for what simulated sources tell. */
  readonly flagsOf: (source: SourceId) => number;
  /** `sim` where every source is simulated: for what the site says of itself. */
  readonly siteFlags: number;
  /** To be entered before anything else: what changed since the last run, and what could not be read. */
  readonly entries: readonly LedgerEntry[];
}

export interface WatchParts {
  readonly journal: Pick<Journal, 'state'>;
  readonly clock: Clock;
}

/** Takes up what the one before remembers, or what it remembered on disk. */
export function createWatch(config: SiteConfig, { journal, clock }: WatchParts, before?: Watch): Watch {
  const remembered = before
    ? { memory: before.engine.memory(), unreadable: [] }
    : readMemory(journal.state(ALARM_SCOPE));
  const derived = new Map([
    ...journal.state(DERIVATION_SCOPE),
    ...(before?.derivations ?? []).flatMap((one) => [
      [one.id, one.memory()] as const,
      ...[...(one.kept?.() ?? [])].map(([key, value]) => [keptKey(one.id, key), value] as const),
    ]),
  ]);
  const engine = createAlarmEngine({
    definitions: config.alarms,
    memory: remembered.memory,
    suppression: config.suppression,
    shelfLimits: { ...defaultShelfLimits, ...config.shelving },
    clock,
  });
  const restored = restoreDerivations(config, derived, clock);
  const simulated = new Set(config.sources.filter((source) => source.simulated).map(({ id }) => id));
  const siteFlags = simulated.size > 0 && simulated.size === config.sources.length ? Flag.sim : 0;
  return {
    config,
    engine,
    derived: derivedLine(restored.derivations, clock, siteFlags),
    derivations: restored.derivations,
    siteFlags,
    flagsOf: (source) => (simulated.has(source) ? Flag.sim : 0),
    entries: [
      definitionsSinceLastRun(journal.state(DEFINITION_SCOPE), config.alarms, clock.now()),
      { drafts: restored.drafts, state: restored.state },
      {
        drafts: remembered.unreadable.map((text) =>
          eventDraft({ time: clock.now(), kind: 'alarm.memory-unreadable', text, flags: siteFlags }),
        ),
      },
    ],
  };
}

/**
 * The watch over another configuration. It knows at once what the one before knew: a new limit is judged on the value of
 * this moment, and a source that goes on need not change first.
 */
export function succeed(
  before: Watch,
  config: SiteConfig,
  parts: WatchParts,
  statuses: readonly SourceStatus[],
): { readonly watch: Watch; readonly entries: readonly LedgerEntry[] } {
  const watch = createWatch(config, parts, before);
  const points = new Set(config.points.map(({ id }) => id));
  const known = before.engine.lastSamples().filter(({ point }) => points.has(point));
  const sources = new Set(config.sources.map(({ id }) => id));
  const steps = [
    watch.engine.onSamples(known),
    ...statuses
      .filter(({ source }) => sources.has(source))
      .map((status) => watch.engine.onStatus(status, watch.flagsOf(status.source))),
  ];
  return { watch, entries: [...watch.entries, ...steps.map((step) => ({ step }))] };
}

const eventDraft = (body: SiteEvent): Draft => ({ stream: 'event', body });
