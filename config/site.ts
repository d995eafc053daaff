import type { AlarmDefinition, AlarmPriority, SuppressionRule } from '#agent/model/alarm.ts';
import type { BypassDefinition, SafetySystemDefinition } from '#agent/model/bypass.ts';
import type { CompositeRuleDefinition } from '#agent/model/composite-rule.ts';
import type { FillingDefinition } from '#agent/model/filling.ts';
import type { EvidenceOptions } from '#agent/model/evidence.ts';
import type { FloodDefinition } from '#agent/model/flood.ts';
import type { PointId, SiteId, SourceId } from '#agent/model/ids.ts';
import type { HazardSourceDefinition } from '#agent/model/hazard-source.ts';
import type { HeadcountDefinition } from '#agent/model/headcount.ts';
import type { LightningDefinition } from '#agent/model/lightning.ts';
import type { PermitWatchDefinition } from '#agent/model/permit-watch.ts';
import type { OpcuaServerOptions } from '#agent/model/northbound.ts';
import type { RegisterWatchDefinition } from '#agent/model/register-watch.ts';
import type { PageOptions } from '#agent/model/page.ts';
import type { Point } from '#agent/model/point.ts';
import type { StopWatchDefinition } from '#agent/model/stop.ts';
import type { StandbyOptions } from '#agent/model/standby.ts';
import type { TrendDefinition } from '#agent/model/trend.ts';
import type { TripDefinition } from '#agent/model/trip.ts';
import type { ValveDefinition } from '#agent/model/valve.ts';
import type { WarningLevelDefinition } from '#agent/model/warning-level.ts';
import type { ReceiverOptions, Revealed } from '#agent/model/receiver.ts';

/**
 * A site as checked configuration: what the loader returns and agent/site.ts builds from. Everything here is valid,
 * resolved and in base units (milliseconds, engineering units); nothing refers to something that does not exist.
 */
export interface SiteConfig {
  readonly site: {
    readonly id: SiteId;
    readonly name: string;
    /** IANA zone for people's times; records are UTC. */
    readonly timezone: string;
  };
  readonly journal: JournalOptions;
  readonly sources: readonly SourceConfig[];
  /** Those that the site derives itself are of `SITE_SOURCE`, which is in no list of sources. */
  readonly points: readonly Point[];
  readonly alarms: readonly AlarmDefinition[];
  /** Rules name alarms of `alarms` only; a pattern in the file is resolved here. */
  readonly suppression: readonly SuppressionRule[];
  /** Longest shelf by priority, where the site sets its own. Milliseconds. */
  readonly shelving: Partial<Readonly<Record<AlarmPriority, number>>>;
  /** In the order in which they work. What they read and the points that they tell are among `points`. */
  readonly derivations: readonly DerivationConfig[];
  /** Absent: no pictures are kept. */
  readonly evidence?: EvidenceOptions;
  /** Absent: this box is alone. */
  readonly standby?: StandbyOptions;
  /** Absent: no page. */
  readonly page?: PageOptions;
  /** Absent: nothing is served over OPC UA. */
  readonly opcuaServer?: OpcuaServerOptions;
  /** Secrets are resolved here and never printed: `toJSON` and inspection show `[secret]`. */
  readonly receivers: readonly ReceiverOptions[];
  /** Absolute paths of every file that was read, the site file first. */
  readonly files: readonly string[];
}

/** What each kind of derivation is told to do. */
export interface Definitions {
  readonly warningLevel: WarningLevelDefinition;
  readonly rule: CompositeRuleDefinition;
  readonly valve: ValveDefinition;
  readonly 'safety-system': SafetySystemDefinition;
  readonly bypass: BypassDefinition;
  readonly filling: FillingDefinition;
  readonly trip: TripDefinition;
  readonly headcount: HeadcountDefinition;
  readonly permits: PermitWatchDefinition;
  readonly stop: StopWatchDefinition;
  readonly flood: FloodDefinition;
  readonly registers: RegisterWatchDefinition;
  readonly lightning: LightningDefinition;
  readonly hazardSource: HazardSourceDefinition;
  readonly trend: TrendDefinition;
}

/** What one derivation of the site is to do; its definition's id is unique among all. */
export type DerivationConfig<Kind extends keyof Definitions = keyof Definitions> = {
  readonly [K in Kind]: { readonly kind: K; readonly definition: Definitions[K] };
}[Kind];

export interface SourceConfig {
  readonly id: SourceId;
  readonly kind: string;
  readonly name: string;
  /** Every sample of this source carries the `sim` flag. */
  readonly simulated: boolean;
  /** Parsed by the kind's own schema. */
  readonly options: unknown;
  /** Parsed by the kind's address schema, in the order of the file. */
  readonly addresses: ReadonlyMap<PointId, unknown>;
}

interface JournalOptions {
  /** Directory, absolute. */
  readonly directory: string;
  /** Records older than this expire. */
  readonly maxAgeMs: number;
  /** The database file is kept below this. Bytes. */
  readonly maxBytes: number;
  /** Samples are committed at the latest after this time. */
  readonly sampleCommitMs: number;
  /** Personal data older than this expires; absent: it is kept like the rest. */
  readonly peopleMaxAgeMs?: number;
  /** The journal shall hold this many hours of the present rate; less is an alarm. Absent: nothing was agreed. */
  readonly contractedHours?: number;
}

/** A secret's holder. Ask for the text with `reveal()` at the last moment. */
export interface Secret extends Revealed {
  /** Where it came from, e.g. `${env:PARK_PASSWORD}`; safe to print. */
  readonly reference: string;
  /** `[secret]`, as everywhere where a secret is printed. */
  toString(): string;
}
