import type { Derivation, Derived } from '#agent/model/derivation.ts';
import { pointId } from '#agent/model/ids.ts';
import { GOOD } from '#agent/model/quality.ts';
import type { Quality } from '#agent/model/quality.ts';
import type { SampleValue } from '#agent/model/sample.ts';
import type { FakeClock } from '../journal/journal-fixture.ts';

/** A value, good unless a quality is given with it. */
export type Played = SampleValue | { readonly value: SampleValue; readonly quality: Quality };

/** Plays samples to a derivation and lets time pass with every turn that it asks for. */
export function playerOf(derivation: Derivation, clock: FakeClock, flags = 0) {
  const told = new Map<string, { value: SampleValue; quality: Quality; flags: number }>();
  const events: { kind: string; text: string; detail?: unknown }[] = [];
  const note = ({ samples, events: happened }: Derived) => {
    for (const { point, value, quality, flags: carried } of samples)
      told.set(point, { value, quality, flags: carried });
    events.push(...happened);
  };
  return {
    told,
    events,
    play: (given: Readonly<Record<string, Played>>, more = 0): void => {
      const time = clock.now();
      const samples = Object.entries(given).map(([point, what]) => {
        const played = typeof what === 'object' && what !== null ? what : { value: what, quality: GOOD };
        return { point: pointId(point), ...played, sourceTime: time, receiveTime: time, flags: flags | more };
      });
      note(derivation.onSamples(samples));
    },
    wait: (ms: number): void => {
      const end = clock.monotonic() + ms;
      for (let turns = 0; ; turns += 1) {
        const due = Math.max(derivation.nextDue() ?? end, clock.monotonic());
        if (due >= end) break;
        if (turns > 100_000) throw new Error('the derivation asks for the same moment again and again');
        clock.pass(due - clock.monotonic());
        note(derivation.onTick());
      }
      clock.pass(end - clock.monotonic());
      note(derivation.onTick());
    },
    value: (point: string) => told.get(point)?.value,
    level: (point: string) => told.get(point)?.quality.level,
    kinds: () => events.map(({ kind }) => kind),
  };
}
