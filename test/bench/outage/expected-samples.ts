import { flagNames } from '#agent/model/flags.ts';
import type { Quality } from '#agent/model/quality.ts';
import type { Sample } from '#agent/model/sample.ts';
import type { SampleMessage } from '#simulators/receiver/wire.ts';

/**
 * Compares a message with the samples that were written, one by one; undefined where all are there as they were, else the
 * first that differs. `shiftMs`: how much later than in the data they were read.
 */
export function firstDifference(
  { body, part }: SampleMessage,
  places: readonly string[],
  written: readonly Sample[],
  shiftMs: number,
): string | undefined {
  const first = part?.first ?? 0;
  const count = body.point.length;
  if (count !== (part?.count ?? written.length)) return `${count} samples instead of ${part?.count ?? written.length}`;
  const values = body.scaled?.value ?? body.value;
  const divisor = body.scaled ? 10 ** body.scaled.decimals : undefined;
  const quality = runOf(body.quality, (run) => `${run.level} ${run.reason}`);
  const flags = runOf(body.flags, (run) => String(run.flags));
  let [place, source, receive, turn] = [0, 0, 0, 0];
  let isFloat32 = false;
  for (let i = 0; i < count; i++) {
    const expected = written[first + i];
    place += body.point[i] ?? NaN;
    source += body.sourceTime[i] ?? NaN;
    receive += body.receiveTime[i] ?? NaN;
    if (body.float32?.[turn] === i) {
      isFloat32 = !isFloat32;
      turn += 1;
    }
    const told = values[i];
    let value = told;
    if (typeof told === 'number' && divisor !== undefined) value = told / divisor;
    if (typeof value === 'number' && isFloat32) value = Math.fround(value);
    if (
      expected === undefined ||
      places[place] !== expected.point ||
      value !== expected.value ||
      source !== expected.sourceTime + shiftMs ||
      receive !== expected.receiveTime + shiftMs ||
      quality(i) !== qualityOf(expected) ||
      flags(i) !== flagsOf(expected)
    ) {
      const found = [places[place], value, source, receive, quality(i), flags(i)].map(String).join(' ');
      return `sample ${first + i} is ${found} instead of ${JSON.stringify(expected)}, ${shiftMs} ms later`;
    }
  }
  return undefined;
}

/** What the run says that holds place `i`; asked for ascending places. */
function runOf<Run extends { readonly count: number }>(
  runs: readonly Run[],
  say: (run: Run) => string,
): (i: number) => string | undefined {
  let at = -1;
  let through = 0;
  let said: string | undefined;
  return (i) => {
    while (i >= through && at < runs.length) {
      at += 1;
      const run = runs[at];
      through += run?.count ?? 0;
      said = run && say(run);
    }
    return said;
  };
}

const qualities = new WeakMap<Quality, string>();
function qualityOf({ quality }: Sample): string {
  const known = qualities.get(quality);
  if (known !== undefined) return known;
  const said = `${quality.level} ${quality.reason}`;
  qualities.set(quality, said);
  return said;
}

const flagTexts = new Map<number, string>();
function flagsOf({ flags }: Sample): string {
  const known = flagTexts.get(flags);
  if (known !== undefined) return known;
  const said = String(flagNames(flags));
  flagTexts.set(flags, said);
  return said;
}
