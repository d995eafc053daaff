import { describe, expect, it } from 'vitest';
import type { Derivation, Derived } from '#agent/model/derivation.ts';
import { Flag } from '#agent/model/flags.ts';
import { pointId } from '#agent/model/ids.ts';
import { bad, GOOD } from '#agent/model/quality.ts';
import type { Sample } from '#agent/model/sample.ts';
import { tagId } from '#agent/model/tag.ts';
import { derivedLine } from '#agent/line/derivations.ts';
import { restoreDerivations } from '#agent/line/restore.ts';
import { FakeClock } from '../journal/journal-fixture.ts';

const clock = new FakeClock();
const sampleOf = (point: string, value: number): Sample => ({
  point: pointId(point),
  value,
  quality: GOOD,
  sourceTime: clock.now(),
  receiveTime: clock.now(),
  flags: Flag.sim,
});
const quiet: Derived = { samples: [], events: [] };

/** Tells its input again under its own point, and remembers it. */
const echo = (id: string, given: Partial<Derivation> = {}): Derivation => ({
  id,
  onSamples: ([first]) => {
    const value = Number(first?.value);
    const event = { time: clock.now(), kind: 'echo', text: `${id} ${value}`, flags: 0 };
    return { samples: [sampleOf(id, value)], events: [event], memory: { value } };
  },
  onTick: () => quiet,
  nextDue: () => undefined,
  memory: () => undefined,
  ...given,
});

/** Throws for negative values. */
const fragile: Derivation = echo('fragile', {
  onSamples: (samples) => {
    if (Number(samples[0]?.value) < 0) throw new Error('no root of a negative number');
    return echo('fragile').onSamples(samples);
  },
});

describe('a derivation', () => {
  it('has its samples, its events and its memory in one entry', () => {
    const [entry, ...others] = derivedLine([echo('a')], clock).onSamples([sampleOf('T', 7)]);
    expect(others).toEqual([]);
    expect(entry).toMatchObject({
      samples: [{ point: 'a', value: 7 }],
      drafts: [{ stream: 'event', body: { text: 'a 7' } }],
      state: [{ scope: 'derivation', key: 'a', value: { value: 7 } }],
    });
  });

  it('with nothing to say makes no entry', () => {
    expect(derivedLine([echo('a', { onSamples: () => quiet })], clock).onSamples([sampleOf('T', 7)])).toEqual([]);
  });

  it('is ticked when it is due, and not before', () => {
    let due: number | undefined;
    let ticks = 0;
    const onTick = (): Derived => {
      ticks += 1;
      return quiet;
    };
    const line = derivedLine([echo('a', { onTick, nextDue: () => due })], clock);
    line.onTick();
    due = clock.monotonic() + 1000;
    line.onTick();
    expect(ticks).toBe(0);
    clock.pass(1000);
    line.onTick();
    expect(ticks).toBe(1);
  });
});

describe('a derivation that throws', () => {
  it('is told once, its points are bad until it speaks again, and the others do not notice', () => {
    const line = derivedLine([fragile, echo('b')], clock);
    const told = [4, -1, -2, 9, -3].map((value) => line.onSamples([sampleOf('T', value)]));
    expect(told.map((entries) => entries.map(({ samples }) => samples[0]?.point))).toEqual([
      ['fragile', 'b'],
      ['fragile', 'b'],
      ['b'],
      ['fragile', 'b'],
      ['fragile', 'b'],
    ]);
    expect(told[1]?.[0]?.samples).toMatchObject([{ point: 'fragile', quality: bad('stale'), flags: Flag.sim }]);
    expect(told[3]?.[0]?.samples).toMatchObject([{ point: 'fragile', value: 9, quality: GOOD }]);
    const failures = told
      .flat()
      .flatMap(({ drafts }) => drafts)
      .filter(({ body }) => 'kind' in body && body.kind === 'derivation.failed');
    expect(failures).toMatchObject([
      {
        body: {
          text: expect.stringMatching(/^fragile .*no root of a negative number/),
          detail: { derivation: 'fragile' },
        },
      },
    ]);
  });

  it('when it is asked for its time is told in the same way', () => {
    const broken = echo('a', {
      nextDue: () => {
        throw new Error('no time');
      },
    });
    const line = derivedLine([broken], clock);
    expect(line.onTick()).toMatchObject([{ drafts: [{ body: { kind: 'derivation.failed' } }] }]);
    expect(line.onTick()).toEqual([]);
  });
});

describe('what derivations remembered', () => {
  it('is dropped with a word when it can not be read, and without when nothing is configured that had it', () => {
    const stored = new Map<string, unknown>([['lightning/gone', { inputs: [], assuredTier: 0 }]]);
    const definition = {
      id: 'lightning/east',
      inputs: [],
      tierPoint: pointId('east.tier'),
      advice: [],
      raiseAfterMs: 0,
      clearAfterMs: 1_800_000,
      repeatMs: 5000,
    };
    const restored = restoreDerivations({ derivations: [{ kind: 'lightning', definition }] }, stored, clock);
    expect(restored.derivations.map(({ id }) => id)).toEqual(['lightning/east']);
    expect(restored.drafts).toEqual([]);
    expect(restored.state).toEqual([{ scope: 'derivation', key: 'lightning/gone', value: undefined }]);

    stored.set('lightning/east', { assuredTier: 'high' });
    const damaged = restoreDerivations({ derivations: [{ kind: 'lightning', definition }] }, stored, clock);
    expect(damaged.drafts).toMatchObject([{ body: { kind: 'derivation.memory-unreadable' } }]);
    expect(damaged.state.map(({ key }) => key)).toEqual(['lightning/east', 'lightning/gone']);
  });
});

describe('a line of derivations', () => {
  const doubled = (id: string, input: string): Derivation =>
    echo(id, {
      inputs: new Set([pointId(input)]),
      onSamples: (samples) => ({ samples: samples.map(({ value }) => sampleOf(id, Number(value) * 2)), events: [] }),
    });
  const told = (entries: readonly { readonly samples: readonly Sample[] }[]) =>
    entries.flatMap(({ samples }) => samples.map(({ point, value }) => `${point}=${String(value)}`));

  it('hands what one derives to those after it that ask for it, and to nobody before', () => {
    const line = derivedLine([doubled('early', 'a'), doubled('a', 'T'), doubled('b', 'a')], clock);
    expect(told(line.onSamples([sampleOf('T', 3)]))).toEqual(['a=6', 'b=12']);
    expect(told(line.onSamples([sampleOf('U', 3)]))).toEqual([]);
  });

  it('hands on what became due, too', () => {
    const due = echo('a', {
      nextDue: () => clock.monotonic(),
      onTick: () => ({ samples: [sampleOf('a', 4)], events: [] }),
    });
    expect(told(derivedLine([due, doubled('b', 'a')], clock).onTick())).toEqual(['a=4', 'b=8']);
  });

  it('hands facts to those that look at them alone', () => {
    const facts = echo('people', { onFacts: (all) => ({ samples: [sampleOf('people', all.length)], events: [] }) });
    const fix = {
      kind: 'tag-fix',
      tag: tagId('1'),
      map: 'm',
      x: 0,
      y: 0,
      sourceTime: 0,
      receiveTime: 0,
      flags: 0,
    } as const;
    expect(told(derivedLine([facts, echo('deaf')], clock).onFacts([fix, fix]))).toEqual(['people=2']);
  });
});
