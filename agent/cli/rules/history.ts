import type { Derivation, Derived } from '#agent/model/derivation.ts';
import type { PointId } from '#agent/model/ids.ts';
import { bad } from '#agent/model/quality.ts';
import type { Sample } from '#agent/model/sample.ts';
import type { Span } from '#agent/alarms/report/alarm-report.ts';

/** What a derivation is told, and when it would have been told. UTC ms. */
export interface Told {
  readonly time: number;
  readonly say: (derivation: Derivation) => Derived | undefined;
}

/** Samples that came together, as one batch; at the beginning of an absence every input is lost. */
export function* toldBy(
  samples: Iterable<Sample>,
  inputs: readonly PointId[],
  absent: readonly Span[],
): Iterable<Told> {
  const waiting = [...absent];
  let batch: Sample[] = [];
  const flush = function* (): Iterable<Told> {
    const told = batch;
    batch = [];
    if (told[0]) yield { time: told[0].receiveTime, say: (derivation) => derivation.onSamples(told) };
  };
  for (const sample of samples) {
    while (waiting[0] !== undefined && waiting[0].from <= sample.receiveTime) {
      yield* flush();
      const time = waiting.shift()?.from ?? 0;
      const lost = inputs.map((point) => lostSample(point, time));
      yield { time, say: (derivation) => derivation.onSamples(lost) };
    }
    if (batch[0] && batch[0].receiveTime !== sample.receiveTime) yield* flush();
    batch.push(sample);
  }
  yield* flush();
}

const lostSample = (point: PointId, time: number): Sample => ({
  point,
  value: null,
  quality: bad('stale'),
  sourceTime: time,
  receiveTime: time,
  flags: 0,
});

/**
 * Runs a derivation through what was recorded, on the clock of that time; calls `heard` for whatever it says.
 *
 * @param create makes it on the clock that is handed in
 */
export function replay(
  create: (clock: { readonly now: () => number; readonly monotonic: () => number }) => Derivation,
  told: Iterable<Told>,
  { from, to }: Span,
  heard: (derived: Derived, time: number) => void,
): Derivation {
  let time = from;
  const derivation = create({ now: () => time, monotonic: () => time });
  const passUntil = (end: number): void => {
    for (let due = derivation.nextDue(); due !== undefined && due <= end; due = derivation.nextDue()) {
      time = Math.max(time, due);
      heard(derivation.onTick(), time);
    }
    time = Math.max(time, end);
  };
  for (const one of told) {
    passUntil(one.time);
    const derived = one.say(derivation);
    if (derived) heard(derived, time);
  }
  passUntil(to);
  return derivation;
}
