import type { Ingested } from '#agent/ingest/ingested.ts';
import { Intake } from '#agent/ingest/intake.ts';
import type { Journal } from '#agent/journal/journal.ts';
import { createLedger } from '#agent/line/ledger.ts';
import { createWatch } from '#agent/line/watch.ts';
import type { AlarmTransition, AlarmView } from '#agent/model/alarm.ts';
import type { Gap } from '#agent/model/event.ts';
import { Flag } from '#agent/model/flags.ts';
import type { AlarmId, PointId, SourceId } from '#agent/model/ids.ts';
import type { Point } from '#agent/model/point.ts';
import { bad, GOOD } from '#agent/model/quality.ts';
import type { RecordOf } from '#agent/model/record.ts';
import type { Sample, SampleValue } from '#agent/model/sample.ts';
import { SITE_SOURCE } from '#agent/model/source.ts';
import type { SiteConfig } from '#config/site.ts';
import type { SteppingClock } from './stepping-clock.ts';

/** The person in whose name alarms are acknowledged here. */
const REHEARSER = 'acceptance';

/**
 * The site without its devices: forced input at the ingest border, the site's own checks, alarms and suppression behind it,
 * and a journal of the run's own. Everything is marked as simulated and forced. No timers: time passes when told.
 */
export interface Rehearsal {
  /** Values in engineering units, as if the device had sent them; the source is online by them. */
  readonly force: (values: ReadonlyMap<PointId, SampleValue>) => void;
  /** The device says that it has no usable value. */
  readonly spoil: (point: PointId) => void;
  readonly lose: (source: SourceId) => void;
  /** Online again; a source without points tells a fact, which nobody evaluates. */
  readonly regain: (source: SourceId) => void;
  readonly pass: (ms: number) => void;
  readonly alarm: (id: AlarmId) => AlarmView | undefined;
  readonly active: () => readonly AlarmView[];
  readonly latest: (point: PointId) => Sample | undefined;
  /** Whatever stands is acknowledged and, where it latches, reset. */
  readonly settle: () => void;
  readonly acknowledge: (id: AlarmId) => boolean;
  readonly reset: (id: AlarmId) => boolean;
  /** On disk, in order; grows. */
  readonly transitions: readonly RecordOf<'alarm', AlarmTransition>[];
  readonly gaps: readonly Gap[];
  /** What could not be journaled, or was lost; empty while all is well. */
  readonly troubles: readonly string[];
}

const FORCED = Flag.sim | Flag.forced;
const NEVER_MS = 86_400_000;

export function createRehearsal(site: SiteConfig, journal: Journal, clock: SteppingClock): Rehearsal {
  const sources = site.sources.map((source) => ({ ...source, simulated: true }));
  // What the site derives is forced too: a derivation would speak against it.
  const watch = createWatch({ ...site, sources, derivations: [] }, { journal, clock });
  const transitions: RecordOf<'alarm', AlarmTransition>[] = [];
  const troubles: string[] = [];
  const gaps: Gap[] = [];
  const latest = new Map<PointId, Sample>();
  const ledger = createLedger({
    journal,
    clock,
    siteFlags: () => watch.siteFlags,
    onCommitted: (records) => {
      for (const record of records) if (record.stream === 'alarm') transitions.push(record);
    },
    onTrouble: (text, cause) => troubles.push(`${text}: ${cause instanceof Error ? cause.message : String(cause)}`),
    onLost: (entries) => troubles.push(`${entries} entries lost`),
  });
  for (const entry of watch.entries) ledger.enter(entry);

  const pointsOf = Map.groupBy(site.points, ({ source }) => source);
  const points = new Map(site.points.map((point) => [point.id, point]));
  const intakes = new Map(
    sources.map((source) => {
      const own = pointsOf.get(source.id) ?? [];
      const limits = { tickMs: 1000, firstDataWithinMs: NEVER_MS, silentForMs: NEVER_MS, releaseWithinMs: 0 };
      return [source.id, new Intake({ source, points: own, alarms: site.alarms, clock, ...limits })] as const;
    }),
  );

  const judge = (samples: readonly Sample[]): void => {
    ledger.enter({ step: watch.engine.onSamples(samples) });
    journal.appendSamples(samples);
    for (const sample of samples) latest.set(sample.point, sample);
  };
  const take = (told: readonly Ingested[]): void => {
    for (const one of told) {
      if (one.type === 'samples') judge(one.samples);
      else if (one.type === 'status') ledger.enter({ step: watch.engine.onStatus(one.status, Flag.sim) });
      else if (one.type === 'event') ledger.enter({ drafts: [{ stream: 'event', body: one.event }] });
      else if (one.type === 'gap') {
        gaps.push(one.gap);
        ledger.enter({ drafts: [{ stream: 'gap', body: one.gap }] });
      }
    }
  };
  const online = { type: 'status', state: 'online', reason: '' };
  for (const intake of intakes.values()) take(intake.begin());

  const enter = (source: SourceId, samples: readonly Sample[]): void => {
    if (source === SITE_SOURCE) judge(samples);
    else take(intakes.get(source)?.accept({ type: 'samples', samples }) ?? []);
  };
  const sampleOf = (point: Point, value: SampleValue): Sample => {
    const now = clock.now();
    const times = { sourceTime: now, receiveTime: now };
    if (value === null) return { point: point.id, value, quality: bad('device-fault'), ...times, flags: FORCED };
    return { point: point.id, value: rawOf(point, value), quality: GOOD, ...times, flags: FORCED };
  };
  const force = (values: ReadonlyMap<PointId, SampleValue>): void => {
    const samples = [...values].flatMap(([id, value]) => {
      const point = points.get(id);
      return point ? [{ source: point.source, sample: sampleOf(point, value) }] : [];
    });
    for (const [source, some] of Map.groupBy(samples, (one) => one.source))
      enter(
        source,
        some.map(({ sample }) => sample),
      );
  };
  const acknowledge = (id: AlarmId): boolean => {
    const answer = watch.engine.acknowledge(id, REHEARSER);
    ledger.enter({ step: answer.step });
    return answer.accepted;
  };
  const reset = (id: AlarmId): boolean => {
    const answer = watch.engine.reset(id, REHEARSER);
    ledger.enter({ step: answer.step });
    return answer.accepted;
  };

  return {
    force,
    spoil: (point) => force(new Map([[point, null]])),
    lose: (source) => take(intakes.get(source)?.lose('outage rehearsed', clock.now()) ?? []),
    regain: (source) => {
      const intake = intakes.get(source);
      if (!intake) return;
      take(intake.begin());
      take(intake.accept(online));
      const now = clock.now();
      const fact = { kind: 'tag-state', sourceTime: now, receiveTime: now, flags: FORCED };
      if (!pointsOf.has(source)) take(intake.accept({ type: 'facts', facts: [fact] }));
    },
    pass: (ms) => {
      clock.pass(ms);
      ledger.enter({ step: watch.engine.onTick() });
    },
    alarm: (id) => watch.engine.find(id),
    active: () => watch.engine.active(),
    latest: (point) => latest.get(point),
    settle: () => {
      for (const { definition, state } of watch.engine.active()) {
        if (state !== 'normal' && state !== 'acknowledged' && state !== 'latched-acknowledged')
          acknowledge(definition.id);
        if (definition.latch) reset(definition.id);
      }
    },
    acknowledge,
    reset,
    transitions,
    gaps,
    troubles,
  };
}

/** What the device would send: ingest scales it. */
function rawOf({ scale }: Point, value: SampleValue): SampleValue {
  return scale && typeof value === 'number' ? (value - scale.offset) / scale.factor : value;
}
