import type { StateChange } from '#agent/journal/state-table.ts';
import type { AlarmView } from '#agent/model/alarm.ts';
import type { Clock } from '#agent/model/clock.ts';
import type { Derivation, Derived } from '#agent/model/derivation.ts';
import type { SiteEvent } from '#agent/model/event.ts';
import type { Fact } from '#agent/model/fact.ts';
import type { PointId } from '#agent/model/ids.ts';
import { bad } from '#agent/model/quality.ts';
import type { Draft } from '#agent/model/record.ts';
import type { Sample } from '#agent/model/sample.ts';
import { nameless, pseudonymsOf } from './nameless.ts';
import type { Pseudonym } from './nameless.ts';

/** Where derivations remember; one key a derivation. */
export const DERIVATION_SCOPE = 'derivation';

/** Ids of derivations have no such character. */
const KEPT = '\t';

/** Key of one part of a memory that is stored part by part. */
export const keptKey = (id: string, key: string): string => `${id}${KEPT}${key}`;

/** The derivation to which a stored key belongs. */
export const derivationOfKey = (key: string): string => key.split(KEPT, 1)[0] ?? key;

/** Belongs on disk together with what the alarms make of the samples. */
export interface DerivedEntry {
  readonly samples: readonly Sample[];
  readonly drafts: readonly Draft[];
  readonly state: readonly StateChange[];
}

export interface DerivedLine {
  /** What follows from a batch of checked samples: one entry for each derivation that has something to say. */
  readonly onSamples: (samples: readonly Sample[]) => DerivedEntry[];
  readonly onFacts: (facts: readonly Fact[]) => DerivedEntry[];
  readonly onAlarms: (alarms: readonly AlarmView[]) => DerivedEntry[];
  /** What has become due. */
  readonly onTick: () => DerivedEntry[];
}

type Question = (derivation: Derivation) => Derived | undefined;

/**
 * Feeds the derivations of a site in their order; what one derives is handed on to those after it that ask for it. One
 * that throws is told once and its points are told as bad from then until it speaks again; it goes on being asked, and
 * the others do not notice.
 *
 * @param siteFlags `sim` where every source is simulated: then what rests on no source at all is, too
 */
export function derivedLine(derivations: readonly Derivation[], clock: Clock, siteFlags = 0): DerivedLine {
  const pseudonym = pseudonymsOf(derivations);
  const lines = derivations.map((derivation) => guarded(derivation, { clock, siteFlags, pseudonym }));
  const readersOf = readers(derivations);
  const readersOfAll = derivations.flatMap(({ inputs }, index) => (inputs ? [] : [index]));

  /** Asks each in turn; what it derives joins what waits for those after it. */
  const pass = (waiting: (Sample[] | undefined)[], first: (index: number) => Question | undefined): DerivedEntry[] => {
    const entries: DerivedEntry[] = [];
    for (const [index, line] of lines.entries()) {
      const samples = waiting[index];
      const questions = [samples && ((one: Derivation) => one.onSamples(samples)), first(index)];
      for (const question of questions) {
        const entry = question && line.ask(question);
        if (!entry) continue;
        entries.push(entry);
        for (const sample of entry.samples)
          for (const reader of readersOf.get(sample.point) ?? [])
            if (reader > index) (waiting[reader] ??= []).push(sample);
      }
    }
    return entries;
  };

  return {
    onSamples(samples) {
      const waiting: (Sample[] | undefined)[] = [];
      for (const sample of samples)
        for (const reader of readersOf.get(sample.point) ?? []) (waiting[reader] ??= []).push(sample);
      if (samples.length > 0) for (const reader of readersOfAll) waiting[reader] = [...samples];
      return waiting.length === 0 ? [] : pass(waiting, () => undefined);
    },
    onFacts: (facts) =>
      pass([], (index) => (derivations[index]?.onFacts ? (derivation) => derivation.onFacts?.(facts) : undefined)),
    onAlarms: (alarms) =>
      pass([], (index) => (derivations[index]?.onAlarms ? (derivation) => derivation.onAlarms?.(alarms) : undefined)),
    onTick: () =>
      pass([], () => (derivation) => {
        const due = derivation.nextDue();
        return due !== undefined && due <= clock.monotonic() ? derivation.onTick() : undefined;
      }),
  };
}

function readers(derivations: readonly Derivation[]): ReadonlyMap<PointId, readonly number[]> {
  const readersOf = new Map<PointId, number[]>();
  for (const [index, { inputs }] of derivations.entries())
    for (const point of inputs ?? []) {
      const known = readersOf.get(point);
      if (known) known.push(index);
      else readersOf.set(point, [index]);
    }
  return readersOf;
}

interface GuardParts {
  readonly clock: Clock;
  readonly siteFlags: number;
  readonly pseudonym: Pseudonym;
}

function guarded(derivation: Derivation, { clock, siteFlags, pseudonym }: GuardParts) {
  /** The last sample of each of its points. */
  const latest = new Map<PointId, Sample>();
  let isFailing = false;
  let isTold = false;

  const fail = (cause: unknown): DerivedEntry | undefined => {
    if (isFailing) return undefined;
    isFailing = true;
    const time = clock.now();
    const samples = [...latest.values()].map((sample) => ({
      ...sample,
      quality: bad('stale'),
      sourceTime: time,
      receiveTime: time,
    }));
    const drafts = isTold ? [] : [eventOf(failure(derivation.id, cause, time))];
    isTold = true;
    return { samples, drafts, state: [] };
  };

  return {
    ask(question: Question): DerivedEntry | undefined {
      let derived;
      try {
        derived = question(derivation);
      } catch (cause) {
        return fail(cause);
      }
      if (!derived) return undefined;
      const { memory } = derived;
      const samples = withFlags(derived.samples, siteFlags);
      const events = withFlags(derived.events, siteFlags);
      if (samples.length > 0) isFailing = false;
      for (const sample of samples) latest.set(sample.point, sample);
      const records = withFlags(derived.records ?? [], siteFlags).map((body): Draft => ({ stream: 'register', body }));
      const state = [
        ...(memory === undefined ? [] : [{ scope: DERIVATION_SCOPE, key: derivation.id, value: memory }]),
        ...(derived.kept ?? []).map(({ key, value }) => ({
          scope: DERIVATION_SCOPE,
          key: keptKey(derivation.id, key),
          value,
        })),
      ];
      const drafts = [...records, ...events.map((event) => eventOf(nameless(event, pseudonym)))];
      return samples.length === 0 && drafts.length === 0 && state.length === 0 ? undefined : { samples, drafts, state };
    },
  };
}

const failure = (id: string, cause: unknown, time: number): SiteEvent => ({
  time,
  kind: 'derivation.failed',
  text: `${id} could not work out its points: ${cause instanceof Error ? cause.message : String(cause)}; they are bad until it can`,
  detail: { derivation: id },
  flags: 0,
});

const withFlags = <T extends { readonly flags: number }>(all: readonly T[], flags: number): readonly T[] =>
  all.every((one) => (one.flags & flags) === flags) ? all : all.map((one) => ({ ...one, flags: one.flags | flags }));

const eventOf = (body: SiteEvent): Draft => ({ stream: 'event', body });
