import { beforeAll, describe, expect, it } from 'vitest';
import type { StreamMessage } from '#simulators/receiver/wire.ts';
import { doctored } from './doctored.ts';
import type { Evidence } from './evidence.ts';
import { judge } from './oracle/verdict.ts';
import type { Fault, Verdict } from './oracle/verdict.ts';
import { drawPage } from './page.ts';
import { makePlan } from './plan.ts';
import { prove } from './prove.ts';
import type { Run } from './prove.ts';

/** With this seed: disk full, simulators killed, agent killed. */
const SEED = 4;
const RUN_MS = 45_000;
const HOLLOW_MS = 10_000;

let run: Run;
let honest: Verdict;
/** Without more time for a busy machine: what is doctored must be found anywhere. */
let strict: Evidence;

beforeAll(async () => {
  run = await prove({ ms: RUN_MS, seed: SEED });
  honest = judge(run.evidence);
  strict = { ...run.evidence, waits: [] };
}, 300_000);

describe('the proof', () => {
  it('finds nothing wrong, lost or repeated although processes were killed and the disk was full', () => {
    expect(drawPage(run, honest)).toContain('PASSED');
    expect(Object.values(honest.counts).every((count) => count === 0)).toBe(true);
    expect(run.agentEnds).toEqual([]);
    const blows = run.evidence.done.map(({ blow }) => blow.kind).filter((kind) => kind !== 'plant');
    expect(blows.toSorted()).toEqual(['disk', 'kill', 'kill']);
    expect(honest.valuesCompared).toBeGreaterThan(1000);
    expect(honest.alarmsDemanded, 'the truth demanded an alarm').toBeGreaterThan(0);
  });

  it('does the same again with the same seed, and something else with another', () => {
    expect(makePlan(SEED, RUN_MS)).toEqual(run.plan);
    expect(makePlan(SEED + 1, RUN_MS).steps).not.toEqual(run.plan.steps);
  });
});

describe('the oracle', () => {
  it('finds one value that was never shown', () => {
    // A few values can't be compared, such as those of a simulator's first moments: then the next one is spoiled.
    const found = Array.from({ length: 8 }, (_, nth) => newFaults(withOneSpoiled(strict, nth))).find(
      (faults) => faults.length > 0,
    );
    expect(found).toEqual([expect.objectContaining({ kind: 'wrongValues' })]);
  });

  it('finds a record that never came', () => {
    const { seq } = lastOf(strict, 'event');
    const without = doctored(strict, (message) => (message.stream === 'event' && message.seq === seq ? [] : [message]));
    expect(newFaults(without)).toEqual([expect.objectContaining({ kind: 'missingNumbers' })]);
  });

  it('finds an alarm that came twice under two numbers', () => {
    const { seq } = lastOf(strict, 'alarm');
    const twice = doctored(strict, (message) =>
      message.stream === 'alarm' && message.seq === seq
        ? [message, { ...message, seq: seq + 1, after: seq }]
        : [message],
    );
    expect(newFaults(twice)).toEqual([expect.objectContaining({ kind: 'repeatedAlarms' })]);
  });

  it('finds an alarm that the truth demands and nobody raised', () => {
    const alarm = 'C-1501.vibration/HH';
    const silenced = doctored(strict, (message) => {
      if (message.stream !== 'alarm' || !('body' in message) || message.body.alarm !== alarm) return [message];
      const { version, site, stream, seq, after, lane, sim } = message;
      return [{ version, site, stream, seq, after, lane, sim }];
    });
    const journalAlarms = silenced.journalAlarms.filter((one) => one.alarm !== alarm);
    expect(newFaults({ ...silenced, journalAlarms })).toContainEqual({
      kind: 'lostAlarms',
      what: expect.stringContaining(`${alarm} is not raised`),
    });
  });

  it('finds a time of which nothing is told', () => {
    expect(newFaults(hollow())).toContainEqual(expect.objectContaining({ kind: 'unaccountedLosses' }));
  });

  it('gives a busy machine longer, by what it took and when it took it', () => {
    const { began } = strict;
    const taken = { from: began, to: began + HOLLOW_MS, ms: HOLLOW_MS };
    const losses = (waits: Evidence['waits']): Fault[] =>
      newFaults({ ...hollow(), waits }).filter(({ kind }) => kind === 'unaccountedLosses');
    expect(losses([taken])).toEqual([]);
    expect(losses([{ ...taken, ms: 1000 }])).not.toEqual([]);
    expect(losses([{ from: began - 120_000, to: began - 60_000, ms: 60_000 }])).not.toEqual([]);
  });

  it('proves nothing where the truth was not seen', () => {
    expect(newFaults({ ...strict, ticks: strict.ticks.slice(0, 20) })).toContainEqual(
      expect.objectContaining({ kind: 'unseen' }),
    );
  });

  it('finds a message that passes for real', () => {
    const { seq } = lastOf(strict, 'alarm');
    const bare = doctored(strict, (message) =>
      message.stream === 'alarm' && message.seq === seq ? [{ ...message, sim: false }] : [message],
    );
    expect(newFaults(bare)).toEqual([expect.objectContaining({ kind: 'unmarked' })]);
  });
});

/** Nothing arrives in the first ten seconds. */
function hollow(): Evidence {
  const from = strict.began;
  return doctored(strict, (message) =>
    message.stream === 'sample' && 'body' in message && message.time > from && message.time < from + HOLLOW_MS
      ? [
          {
            ...message,
            body: { ...message.body, point: [], value: [], sourceTime: [], receiveTime: [], quality: [] },
          },
        ]
      : [message],
  );
}

function newFaults(evidence: Evidence): Fault[] {
  const known = new Set(judge(strict).faults.map(({ what }) => what));
  return judge(evidence).faults.filter(({ what }) => !known.has(what));
}

function lastOf({ arrivals }: Evidence, stream: StreamMessage['stream']): StreamMessage {
  const found = arrivals[0]?.messages.filter((one) => one.stream === stream && 'body' in one) ?? [];
  const last = found.toSorted((a, b) => a.seq - b.seq).at(-1);
  if (!last) throw new Error(`nothing of stream ${stream} arrived`);
  return last;
}

/** One number is not what was shown: in the nth message of those that hold one to spoil. */
function withOneSpoiled(evidence: Evidence, nth: number): Evidence {
  let seen = -1;
  return doctored(evidence, (message) => {
    if (message.stream !== 'sample' || !('body' in message)) return [message];
    const index = valueToSpoil(evidence, message.body);
    if (index === undefined) return [message];
    seen += 1;
    if (seen !== nth) return [message];
    const value = message.body.value.map((one, at) => (at === index ? Number(one) * 1.07 + 3 : one));
    return [{ ...message, body: { ...message.body, value } }];
  });
}

/** A good number of a point that the truth speaks of. */
function valueToSpoil(
  { points }: Evidence,
  body: Extract<StreamMessage, { readonly stream: 'sample'; readonly id: string }>['body'],
): number | undefined {
  const watched = new Set(points.map(({ id }) => id));
  if (body.quality.some(({ level }) => level !== 'good')) return undefined;
  let place = 0;
  const index = body.point.findIndex((step, at) => {
    place += step;
    return typeof body.value[at] === 'number' && watched.has(body.points[place] ?? '');
  });
  return index === -1 ? undefined : index;
}
