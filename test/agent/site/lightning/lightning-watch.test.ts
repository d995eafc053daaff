import { describe, expect, it } from 'vitest';
import type { Clock } from '#agent/model/clock.ts';
import { Flag } from '#agent/model/flags.ts';
import { pointId, zoneId } from '#agent/model/ids.ts';
import { bad, GOOD, uncertain, type Quality } from '#agent/model/quality.ts';
import type { Sample, SampleValue } from '#agent/model/sample.ts';
import { faultsOf, lightningDefaults, type LightningDefinition } from '#agent/model/lightning.ts';
import { createLightningWatch } from '#agent/site/lightning/lightning-watch.ts';
import { readLightningMemory, type LightningMemory } from '#agent/site/lightning/memory.ts';

const MINUTE = 60_000;
const peak = pointId('EFM-1.peak');
const jumps = pointId('EFM-1.jumps');
const level = pointId('warning.level');
const tier = pointId('lightning.tier');
const stopLoading = pointId('lightning.stop-loading');
const stopHotWork = pointId('lightning.stop-hot-work');

const definition: LightningDefinition = {
  id: 'lightning',
  inputs: [{ kind: 'field', point: peak, tiers: lightningDefaults.fieldTiers }],
  tierPoint: tier,
  advice: [
    {
      point: stopHotWork,
      fromTier: 1,
      zones: [zoneId('tank-farm')],
      text: { zh: '停止动火作业', en: 'Stop hot work' },
    },
    { point: stopLoading, fromTier: 2, zones: [zoneId('loading')], text: { zh: '停止装卸作业', en: 'Stop loading' } },
  ],
  raiseAfterMs: lightningDefaults.raiseAfterMs,
  clearAfterMs: lightningDefaults.clearAfterMs,
  repeatMs: lightningDefaults.repeatMs,
};

const withJumps: LightningDefinition = {
  ...definition,
  inputs: [{ kind: 'jumps', point: jumps, counts: 'total', atLeast: 2, withinMs: 10 * MINUTE, tier: 2 }],
};

class Scene {
  at = 0;
  wall = Date.UTC(2026, 6, 1, 12);
  readonly clock: Clock = { now: () => this.wall + this.at, monotonic: () => this.at };
  readonly latest = new Map<string, Sample>();
  readonly events: string[] = [];
  memory: LightningMemory | undefined;
  watch;

  constructor(given: LightningDefinition = definition) {
    this.watch = createLightningWatch(given, this.clock);
    this.take(this.watch.onTick());
  }

  /** The process dies and comes back, with what was stored. */
  restart(given: LightningDefinition = definition): void {
    this.watch = createLightningWatch(given, this.clock, readLightningMemory(JSON.parse(JSON.stringify(this.memory))));
    this.take(this.watch.onTick());
  }

  say(point: string, value: SampleValue, quality: Quality = GOOD, flags = 0): void {
    const time = this.clock.now();
    this.take(
      this.watch.onSamples([{ point: pointId(point), value, quality, sourceTime: time, receiveTime: time, flags }]),
    );
  }

  /** Lets time pass, with every call that is due. */
  pass(ms: number): void {
    const end = this.at + ms;
    for (let due = this.watch.nextDue() ?? end; due < end; due = this.watch.nextDue() ?? end) {
      this.at = Math.max(this.at, due);
      this.take(this.watch.onTick());
    }
    this.at = end;
    this.take(this.watch.onTick());
  }

  /** The same value once a second. */
  hold(point: string, value: SampleValue, ms: number): void {
    for (let spent = 0; spent < ms; spent += 1000) {
      this.say(point, value);
      this.pass(1000);
    }
  }

  shows(point: string): string {
    const sample = this.latest.get(point);
    return `${String(sample?.value)} ${sample?.quality.reason ?? 'good'}`;
  }

  take({ samples, events, memory }: ReturnType<typeof this.watch.onTick>): void {
    for (const sample of samples) this.latest.set(sample.point, sample);
    this.events.push(...events.map(({ kind }) => kind));
    this.memory = memory ?? this.memory;
  }
}

describe('raising', () => {
  it.each([
    [1.99, '0 good'],
    [2, '1 good'],
    [-4.2, '2 good'],
    [-20, '3 good'],
  ])('a field of %d kV/m for three seconds makes tier %s', (field, expected) => {
    const scene = new Scene();
    scene.say(peak, field);
    scene.pass(2999);
    expect(scene.shows(tier)).toBe('0 good');
    scene.pass(1);
    expect(scene.shows(tier)).toBe(expected);
  });

  it('does not follow a field that is gone within three seconds', () => {
    const scene = new Scene();
    scene.hold(peak, 9, 2000);
    scene.hold(peak, 0.1, 10_000);
    expect(scene.shows(tier)).toBe('0 good');
    expect(scene.events).toEqual([]);
  });

  it('gives the advice of the tier, and tells the zones', () => {
    const scene = new Scene();
    scene.say(peak, 2.5);
    scene.pass(3000);
    expect([scene.shows(stopHotWork), scene.shows(stopLoading)]).toEqual(['true good', 'false good']);
    scene.say(peak, -5);
    scene.at += 3000;
    const { events } = scene.watch.onTick();
    expect(events.map(({ kind, text }) => `${kind}: ${text}`)).toEqual([
      'lightning.raised: lightning: tier 1 → 2; EFM-1.peak shows -5',
      'lightning.advice-given: Stop loading in loading',
    ]);
  });

  it('takes a raise on its way to the end when the mill fails in the middle of it', () => {
    const scene = new Scene();
    scene.say(peak, 9);
    scene.pass(1000);
    scene.say(peak, null, bad('comm-lost'));
    scene.pass(2000);
    expect(scene.shows(tier)).toBe('3 good');
  });

  it('raises on a reading beyond the range, which is a storm sooner than a fault', () => {
    const scene = new Scene();
    scene.say(peak, 21, uncertain('over-range'));
    scene.pass(3000);
    expect(scene.shows(tier)).toBe('3 good');
  });

  it.each([bad('sensor-fault'), uncertain('stale'), uncertain('sensor-fault')])('does not raise on %o', (quality) => {
    const scene = new Scene();
    scene.say(peak, 9, quality);
    scene.pass(10_000);
    expect(scene.shows(tier)).toBe(`0 ${quality.reason}`);
  });

  it('takes the level of a warning system as it is mapped, and doubts a level that is not', () => {
    const scene = new Scene({
      ...definition,
      inputs: [{ kind: 'level', point: level, tiers: { '0': 0, '1': 1, '2': 3 } }],
    });
    scene.hold(level, 2, 4000);
    expect(scene.shows(tier)).toBe('3 good');
    const other = new Scene({ ...definition, inputs: [{ kind: 'level', point: level, tiers: { '0': 0 } }] });
    other.hold(level, 7, 4000);
    expect(other.shows(tier)).toBe('0 wrong-type');
  });
});

describe('jumps', () => {
  it('raise at once when there are enough within the time', () => {
    const scene = new Scene(withJumps);
    scene.say(jumps, 5);
    scene.say(jumps, 6);
    expect(scene.shows(tier)).toBe('0 good');
    scene.pass(9 * MINUTE);
    scene.say(jumps, 7);
    expect(scene.shows(tier)).toBe('2 good');
  });

  it('that are far apart raise nothing', () => {
    const scene = new Scene(withJumps);
    scene.say(jumps, 0);
    scene.say(jumps, 1);
    scene.pass(11 * MINUTE);
    scene.say(jumps, 2);
    expect(scene.shows(tier)).toBe('0 good');
  });

  it('after a start of the counting device all count', () => {
    const scene = new Scene(withJumps);
    scene.say(jumps, 40);
    scene.say(jumps, 2);
    expect(scene.shows(tier)).toBe('2 good');
  });

  it('that a device counted while the agent was away count when it is back', () => {
    const scene = new Scene(withJumps);
    scene.say(jumps, 5);
    scene.restart(withJumps);
    scene.say(jumps, 9);
    expect(scene.shows(tier)).toBe('2 good');
  });

  it('begin the hold anew, one by one', () => {
    const scene = new Scene(withJumps);
    scene.say(jumps, 0);
    scene.say(jumps, 2);
    scene.pass(25 * MINUTE);
    scene.say(jumps, 3);
    scene.pass(29 * MINUTE);
    expect(scene.shows(tier)).toBe('2 good');
    scene.pass(MINUTE);
    expect(scene.shows(tier)).toBe('0 good');
  });
});

describe('the hold', () => {
  const raised = (): Scene => {
    const scene = new Scene();
    scene.hold(peak, 5, 4000);
    expect(scene.shows(tier)).toBe('2 good');
    return scene;
  };

  it('lasts half an hour from the last field beyond the limit, and ends with the all-clear', () => {
    const scene = raised();
    scene.say(peak, 0.1);
    scene.pass(30 * MINUTE - 1);
    expect(scene.shows(stopLoading)).toBe('true good');
    scene.pass(1);
    expect([scene.shows(tier), scene.shows(stopLoading)]).toEqual(['0 good', 'false good']);
    expect(scene.events).toEqual([
      'lightning.raised',
      'lightning.advice-given',
      'lightning.advice-given',
      'lightning.all-clear',
      'lightning.advice-withdrawn',
      'lightning.advice-withdrawn',
    ]);
  });

  it('steps down as the storm goes', () => {
    const scene = raised();
    scene.hold(peak, 3, 20 * MINUTE);
    scene.say(peak, 0.1);
    scene.pass(10 * MINUTE);
    expect(scene.shows(tier)).toBe('1 good');
    scene.pass(20 * MINUTE);
    expect(scene.shows(tier)).toBe('0 good');
  });

  it.each([bad('comm-lost'), bad('sensor-fault'), uncertain('stale'), uncertain('sensor-fault')])(
    'stands still while the input is %o, and goes on from there',
    (quality) => {
      const scene = raised();
      scene.say(peak, 0.1);
      scene.pass(20 * MINUTE);
      scene.say(peak, 0, quality);
      scene.pass(5 * 60 * MINUTE);
      expect(scene.shows(tier)).toBe('2 good');
      scene.say(peak, 0.1);
      scene.pass(10 * MINUTE - 1);
      expect(scene.shows(tier)).toBe('2 good');
      scene.pass(1);
      expect(scene.shows(tier)).toBe('0 good');
    },
  );

  it('outlives a restart, and time that nobody watched does not count', () => {
    const scene = raised();
    scene.say(peak, 0.1);
    scene.pass(20 * MINUTE);
    scene.at += 60 * MINUTE;
    scene.restart();
    expect([scene.shows(tier), scene.shows(stopLoading)]).toEqual(['2 good', 'true good']);
    scene.say(peak, 0.1);
    scene.pass(10 * MINUTE - 1);
    expect(scene.shows(tier)).toBe('2 good');
    scene.pass(MINUTE + 1);
    expect(scene.shows(tier)).toBe('0 good');
  });

  it.each([-86_400_000, 86_400_000])('is not moved by a step of the wall clock of %d ms', (step) => {
    const scene = raised();
    scene.say(peak, 0.1);
    scene.wall += step;
    scene.pass(30 * MINUTE - 1);
    expect(scene.shows(tier)).toBe('2 good');
    scene.pass(1);
    expect(scene.shows(tier)).toBe('0 good');
  });

  it('gives no certain all-clear while another mill is blind', () => {
    const other = pointId('EFM-2.peak');
    const scene = new Scene({
      ...definition,
      inputs: [...definition.inputs, { kind: 'field', point: other, tiers: lightningDefaults.fieldTiers }],
    });
    scene.say(other, null, bad('comm-lost'));
    scene.hold(peak, 5, 4000);
    expect([scene.shows(tier), scene.shows(stopLoading)]).toEqual(['2 good', 'true good']);
    scene.say(peak, 0.1);
    scene.pass(31 * MINUTE);
    expect([scene.shows(tier), scene.shows(stopLoading)]).toEqual(['0 comm-lost', 'false comm-lost']);
    scene.say(other, 0.1);
    expect([scene.shows(tier), scene.shows(stopLoading)]).toEqual(['0 good', 'false good']);
  });

  it('tells a lower tier as uncertain while another mill is blind, and a higher one as certain', () => {
    const other = pointId('EFM-2.peak');
    const scene = new Scene({
      ...definition,
      inputs: [...definition.inputs, { kind: 'field', point: other, tiers: lightningDefaults.fieldTiers }],
    });
    scene.hold(peak, 5, 4000);
    scene.say(other, null, bad('comm-lost'));
    expect(scene.shows(tier)).toBe('2 good');
    scene.hold(peak, 3, 31 * MINUTE);
    expect(scene.shows(tier)).toBe('1 comm-lost');
    scene.hold(peak, 12, 4000);
    expect(scene.shows(tier)).toBe('3 good');
  });
});

describe('what it tells', () => {
  it('is uncertain before the first reading', () => {
    const scene = new Scene();
    expect([scene.shows(tier), scene.shows(stopLoading)]).toEqual(['0 not-yet-read', 'false not-yet-read']);
  });

  it('is repeated as often as the definition says, so that it does not go stale', () => {
    const scene = new Scene();
    scene.say(peak, 0.1);
    scene.latest.clear();
    scene.pass(definition.repeatMs - 1);
    expect(scene.latest.size).toBe(0);
    scene.pass(1);
    expect(scene.latest.size).toBe(3);
  });

  it('is simulated while it rests on anything simulated, the hold included', () => {
    const scene = new Scene();
    scene.say(peak, 5, GOOD, Flag.sim);
    scene.pass(3000);
    scene.say(peak, 0.1);
    expect(scene.latest.get(stopLoading)).toMatchObject({ value: true, flags: Flag.sim });
    scene.restart();
    scene.say(peak, 0.1);
    expect(scene.latest.get(tier)).toMatchObject({ value: 2, flags: Flag.sim });
    scene.pass(31 * MINUTE);
    expect(scene.latest.get(tier)).toMatchObject({ value: 0, flags: 0 });
  });

  it('takes no notice of what was backfilled, nor of points that are not its own', () => {
    const scene = new Scene();
    scene.say(peak, 9, GOOD, Flag.backfilled);
    scene.say('TI-1', 99);
    scene.pass(5000);
    expect(scene.shows(tier)).toBe('0 not-yet-read');
  });

  it('begins in doubt with a memory that cannot be read', () => {
    for (const stored of [
      null,
      {},
      { inputs: [null], assuredTier: 0 },
      { inputs: [{ input: 1 }], assuredTier: 0 },
      { inputs: [], assuredTier: '2' },
    ])
      expect(readLightningMemory(stored)).toBeUndefined();
  });
});

describe('a definition', () => {
  it('of the defaults has no faults', () => expect(faultsOf(definition)).toEqual([]));

  it('without inputs, with a short hold or limits that do not rise is told all at once', () => {
    const faults = faultsOf({
      ...definition,
      inputs: [{ kind: 'field', point: peak, tiers: [4, 2, 8] }],
      clearAfterMs: MINUTE,
      advice: [],
    });
    expect(faults.map(({ of, index }) => [of, index])).toEqual([
      ['advice', undefined],
      ['clearAfterMs', undefined],
      ['inputs', 0],
    ]);
    expect(faultsOf({ ...definition, inputs: [] })).toHaveLength(1);
    const [input] = definition.inputs;
    expect(faultsOf({ ...definition, inputs: input ? [input, input] : [] })).toMatchObject([
      { of: 'inputs', index: 1 },
    ]);
  });
});
