import { array, assert, constantFrom, double, oneof, property, record } from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Clock } from '#agent/model/clock.ts';
import { Flag } from '#agent/model/flags.ts';
import type { HazardSourceDefinition } from '#agent/model/hazard-source.ts';
import { pointId } from '#agent/model/ids.ts';
import { bad, GOOD, uncertain, type Quality } from '#agent/model/quality.ts';
import { createHazardSourceWatch } from '#agent/site/hazard-source/hazard-source-watch.ts';
import { readHazardSourceMemory, type HazardSourceMemory } from '#agent/site/hazard-source/memory.ts';

const [one, two] = [pointId('T-1.mass'), pointId('T-2.level')];

const definition: HazardSourceDefinition = {
  id: 'hazard-source/H1',
  substances: [
    {
      point: pointId('H1.ammonia'),
      criticalTonnes: 10,
      beta: 2,
      stocks: [
        { kind: 'mass', point: one },
        {
          kind: 'level',
          point: two,
          density: 0.5,
          strapping: [
            [0, 0],
            [1, 20],
            [5, 200],
          ],
        },
        { kind: 'declared', tonnes: 3 },
      ],
    },
  ],
  alpha: 1.5,
  levels: [100, 50, 10],
  ratioPoint: pointId('H1.ratio'),
  indexPoint: pointId('H1.r'),
  levelPoint: pointId('H1.level'),
  repeatMs: 10_000,
};

class Scene {
  at = 0;
  readonly clock: Clock = { now: () => 1_800_000_000_000 + this.at, monotonic: () => this.at };
  readonly values = new Map<string, { readonly value: unknown; readonly quality: Quality; readonly flags: number }>();
  readonly events: string[] = [];
  memory: HazardSourceMemory | undefined;
  watch = createHazardSourceWatch(definition, this.clock);

  constructor() {
    this.take(this.watch.onTick());
  }

  restart(): void {
    const stored: unknown = JSON.parse(JSON.stringify(this.memory ?? null));
    this.watch = createHazardSourceWatch(definition, this.clock, readHazardSourceMemory(stored));
    this.take(this.watch.onTick());
  }

  take({ samples, events, memory }: ReturnType<typeof this.watch.onTick>): void {
    for (const { point, value, quality, flags } of samples) this.values.set(point, { value, quality, flags });
    this.events.push(...events.map(({ kind }) => kind));
    if (memory) this.memory = memory;
  }

  say(point: typeof one, value: number | null, quality: Quality = GOOD, flags = 0): void {
    const time = this.clock.now();
    this.take(this.watch.onSamples([{ point, value, quality, flags, sourceTime: time, receiveTime: time }]));
  }

  shown(id: string): readonly [unknown, string] {
    const sample = this.values.get(id);
    return [sample?.value, sample?.quality.reason ?? sample?.quality.level ?? 'nothing'];
  }
}

describe('a hazard source', () => {
  it('adds what is measured, strapped and declared, and grades it by GB 18218', () => {
    const scene = new Scene();
    scene.say(one, 27);
    scene.say(two, 3);
    expect(scene.shown('H1.ammonia')).toEqual([27 + 110 * 0.5 + 3, 'good']);
    expect(scene.shown('H1.ratio')).toEqual([8.5, 'good']);
    expect(scene.shown('H1.r')).toEqual([25.5, 'good']);
    expect(scene.shown('H1.level')).toEqual([3, 'good']);
  });

  it('below the critical quantity is none, whatever R says', () => {
    const scene = new Scene();
    scene.say(one, 1);
    scene.say(two, 0);
    expect(scene.shown('H1.level')).toEqual([0, 'good']);
  });

  it('counts a strapped tank that was never read as full, and knows nothing of one without a capacity', () => {
    const scene = new Scene();
    expect(scene.shown('H1.ammonia')).toEqual([103, 'not-yet-read']);
    expect(scene.values.get('H1.ammonia')?.quality.level).toBe('bad');
    scene.say(one, 0);
    expect(scene.values.get('H1.ammonia')).toMatchObject({ value: 103, quality: { level: 'uncertain' } });
  });

  it('holds the last good tonnes of a bad tank, says so once, and takes more from an over-range gauge', () => {
    const scene = new Scene();
    scene.say(one, 27);
    scene.say(two, 3);
    scene.say(two, null, bad('sensor-fault'));
    scene.say(two, null, bad('sensor-fault'));
    expect(scene.shown('H1.ammonia')).toEqual([85, 'sensor-fault']);
    scene.say(two, 6, uncertain('over-range'));
    expect(scene.shown('H1.ammonia')).toEqual([130, 'over-range']);
    expect(scene.events.filter((kind) => kind === 'hazard-source.held')).toHaveLength(1);
    scene.say(two, 1);
    expect(scene.shown('H1.ammonia')).toEqual([40, 'good']);
  });

  it('tells the level for certain where the tanks in order alone reach it', () => {
    const scene = new Scene();
    scene.say(two, 3);
    scene.say(one, 400);
    scene.say(two, null, bad('comm-lost'));
    expect(scene.shown('H1.level')).toEqual([1, 'good']);
    expect(scene.shown('H1.ammonia')).toEqual([458, 'comm-lost']);
  });

  it('remembers through a restart what it held', () => {
    const scene = new Scene();
    scene.say(one, 27);
    scene.say(two, 3);
    scene.say(two, null, bad('comm-lost'));
    scene.restart();
    expect(scene.values.get('H1.ammonia')).toMatchObject({ value: 85, quality: { level: 'uncertain' } });
  });

  it('is simulated when one tank is, and repeats itself before it goes stale', () => {
    const scene = new Scene();
    scene.say(one, 5, GOOD, Flag.sim);
    expect(scene.values.get('H1.level')?.flags).toBe(Flag.sim);
    const due = scene.watch.nextDue() ?? 0;
    scene.at = due;
    expect(scene.watch.onTick().samples).toHaveLength(4);
  });

  it('is never lowered by a reading that is not good', () => {
    const quality = constantFrom(bad('comm-lost'), uncertain('stale'), uncertain('over-range'), bad('decode'));
    const reading = record({
      point: constantFrom(one, two),
      value: oneof(double({ min: -5, max: 500, noNaN: true }), constantFrom(null)),
      quality: oneof(constantFrom(GOOD), quality),
    });
    assert(
      property(array(reading, { maxLength: 40 }), (readings) => {
        const scene = new Scene();
        scene.say(one, 10);
        scene.say(two, 1);
        for (const { point, value, quality: its } of readings) {
          const before = Number(scene.shown('H1.ammonia')[0]);
          scene.say(point, value, its);
          const after = Number(scene.shown('H1.ammonia')[0]);
          const isLowered = after < before || scene.shown('H1.ammonia')[1] === 'good';
          expect(its.level !== 'good' && isLowered).toBe(false);
        }
      }),
    );
  });
});
