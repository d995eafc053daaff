import { Flag, type FlagName } from '#agent/model/flags.ts';
import { bad, GOOD, type Quality, type QualityReason } from '#agent/model/quality.ts';
import type { SampleValue } from '#agent/model/sample.ts';
import type { SampleBody } from './wire.ts';

/** One sample as the other agent has it, under its own name of the point. */
export interface ToldSample {
  readonly point: string;
  readonly value: SampleValue;
  readonly quality: Quality;
  /** UTC ms. */
  readonly sourceTime: number;
  readonly flags: number;
}

/** Turns columns back into samples. Throws an Error where they do not fit together. */
export function* toldSamples(body: SampleBody, known: readonly string[]): Generator<ToldSample> {
  const { point, sourceTime, points } = body;
  const value = valuesOf(body);
  if (value.length !== point.length || sourceTime.length !== point.length)
    throw new Error(`columns of ${point.length}, ${value.length} and ${sourceTime.length} samples`);
  const qualities = runs(body.quality, qualityOf);
  const flags = runs(body.flags, (run) => flagsOf(run.flags));
  let [place, time] = [0, 0];
  for (const [index, step] of point.entries()) {
    place += step;
    time += sourceTime[index] ?? 0;
    const id = place < known.length ? known[place] : points[place - known.length];
    const quality = qualities.next().value;
    const bits = flags.next().value;
    if (id === undefined || quality === undefined || bits === undefined)
      throw new Error(`sample ${index} has no point, quality or flags`);
    yield { point: id, value: value[index] ?? null, quality, sourceTime: time, flags: bits };
  }
}

/** The values as the other agent holds them: integers of decimals divided, numbers of 32 bits rounded to them. */
function valuesOf({ value, scaled, float32 = [] }: SampleBody): readonly SampleValue[] {
  const factor = 10 ** (scaled?.decimals ?? 0);
  let turn = 0;
  return (scaled?.value ?? value).map((each, place) => {
    while (float32[turn] !== undefined && place >= (float32[turn] ?? 0)) turn += 1;
    if (typeof each !== 'number') return each;
    return turn % 2 === 1 ? Math.fround(each / factor) : each / factor;
  });
}

function* runs<Run extends { readonly count: number }, Out>(
  all: readonly Run[],
  make: (run: Run) => Out,
): Generator<Out, undefined> {
  for (const run of all) {
    const made = make(run);
    for (let n = 0; n < run.count; n++) yield made;
  }
  return undefined;
}

/** A reason that this release does not know is told in the words of the other. */
function qualityOf({ level, reason, raw }: SampleBody['quality'][number]): Quality {
  if (level === 'good') return raw === undefined ? GOOD : { level, raw };
  const known = reason !== undefined && /^(server:)?[\w-]+$/.test(reason) ? (reason as QualityReason) : 'decode';
  return level === 'bad' ? bad(known, raw) : { level, reason: known, ...(raw === undefined ? {} : { raw }) };
}

export const flagsOf = (names: readonly string[]): number =>
  names.reduce((bits, name) => bits | (name in Flag ? Flag[name as FlagName] : 0), 0);

const numbers = new Map([
  ['NaN', NaN],
  ['Infinity', Infinity],
  ['-Infinity', -Infinity],
]);

/** JSON has no word for some numbers; of a point that is a number such a text is one. */
export const valueOf = (value: SampleValue, kind: string): SampleValue =>
  typeof value === 'string' && kind !== 'text' && kind !== 'state' ? (numbers.get(value) ?? value) : value;
