import type { StateChange } from '#agent/journal/state-table.ts';
import type { Clock } from '#agent/model/clock.ts';
import type { Derivation, Derived } from '#agent/model/derivation.ts';
import type { SiteEvent } from '#agent/model/event.ts';
import type { PointId } from '#agent/model/ids.ts';
import { bad } from '#agent/model/quality.ts';
import type { Draft } from '#agent/model/record.ts';
import type { Sample } from '#agent/model/sample.ts';

/** Where derivations remember; one key a derivation. */
export const DERIVATION_SCOPE = 'derivation';

/** Belongs on disk together with what the alarms make of the samples. */
export interface DerivedEntry {
  readonly samples: readonly Sample[];
  readonly drafts: readonly Draft[];
  readonly state: readonly StateChange[];
}

export interface DerivedLine {
  /** What follows from a batch of checked samples: one entry for each derivation that has something to say. */
  readonly onSamples: (samples: readonly Sample[]) => DerivedEntry[];
  /** What has become due. */
  readonly onTick: () => DerivedEntry[];
}

/**
 * Feeds the derivations of a site. One that throws is told once and its points are told as bad from then until it speaks
 * again; it goes on being asked, and the others do not notice.
 */
export function derivedLine(derivations: readonly Derivation[], clock: Clock): DerivedLine {
  const lines = derivations.map((derivation) => guarded(derivation, clock));
  return {
    onSamples: (samples) => lines.flatMap((line) => line.ask((derivation) => derivation.onSamples(samples)) ?? []),
    onTick: () =>
      lines.flatMap(
        (line) =>
          line.ask((derivation) => {
            const due = derivation.nextDue();
            return due !== undefined && due <= clock.monotonic() ? derivation.onTick() : undefined;
          }) ?? [],
      ),
  };
}

function guarded(derivation: Derivation, clock: Clock) {
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
    ask(question: (derivation: Derivation) => Derived | undefined): DerivedEntry | undefined {
      let derived;
      try {
        derived = question(derivation);
      } catch (cause) {
        return fail(cause);
      }
      if (!derived) return undefined;
      const { samples, events, memory } = derived;
      if (samples.length > 0) isFailing = false;
      for (const sample of samples) latest.set(sample.point, sample);
      if (samples.length === 0 && events.length === 0 && memory === undefined) return undefined;
      const state = memory === undefined ? [] : [{ scope: DERIVATION_SCOPE, key: derivation.id, value: memory }];
      return { samples, drafts: events.map(eventOf), state };
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

const eventOf = (body: SiteEvent): Draft => ({ stream: 'event', body });
