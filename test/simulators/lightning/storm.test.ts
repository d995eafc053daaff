import { describe, expect, it } from 'vitest';
import type { Clock } from '#agent/model/clock.ts';
import { pointId } from '#agent/model/ids.ts';
import type { Derived } from '#agent/model/derivation.ts';
import { lightningDefaults, type LightningDefinition } from '#agent/model/lightning.ts';
import { createLightningWatch } from '#agent/site/lightning/lightning-watch.ts';
import { addressSchema } from '#drivers/field-mill/address.ts';
import { MillInterval } from '#drivers/field-mill/interval.ts';
import { millSamples } from '#drivers/field-mill/mill-samples.ts';
import { SentenceReader } from '#drivers/field-mill/sentence-reader.ts';
import type { MillFault } from '#simulators/lightning/fault.ts';
import { nextLine } from '#simulators/lightning/delivery.ts';
import { flashes, stormField, stormSeconds, summerStorm } from '#simulators/lightning/storm.ts';

const definition: LightningDefinition = {
  id: 'lightning',
  inputs: [
    { kind: 'field', point: pointId('peak'), tiers: lightningDefaults.fieldTiers },
    { kind: 'jumps', point: pointId('jumps'), ...lightningDefaults.jumps },
  ],
  tierPoint: pointId('lightning.tier'),
  advice: [{ point: pointId('stop'), fromTier: 2, zones: [], text: { zh: '停止装卸', en: 'Stop loading' } }],
  raiseAfterMs: lightningDefaults.raiseAfterMs,
  clearAfterMs: lightningDefaults.clearAfterMs,
  repeatMs: lightningDefaults.repeatMs,
};

interface Course {
  /** Tier changes with their second. */
  readonly tiers: readonly (readonly [number, unknown])[];
  readonly jumps: number;
}

/** The storm begins a minute later, so that the mill has been seen at rest. */
const BEFORE = 60;

/** A storm through mill, line, driver and watch, without a socket and in virtual time: 20 lines a second. */
function live(seconds: number, faultsAt: (second: number) => readonly MillFault[] = () => []): Course {
  let at = 0;
  const clock: Clock = { now: () => at, monotonic: () => at };
  const reader = new SentenceReader();
  const interval = new MillInterval(
    clock,
    { step: 0.5, withinMs: 250 },
    { sameMs: 120_000, flatMs: 600_000, flatWithin: 0.02 },
  );
  const watch = createLightningWatch(definition, clock);
  const points = ['peak', 'jumps'].map((word) => ({ id: pointId(word), address: addressSchema.parse(word) }));
  const tiers: (readonly [number, unknown])[] = [];
  const take = ({ events }: Derived): void => {
    for (const { kind, detail } of events)
      if (kind !== 'lightning.advice-given') tiers.push([at / 1000, detail?.['to']]);
  };
  let [held, jumps] = [0, 0];
  for (let nth = 1; at < seconds * 1000; nth += 1) {
    at += 50;
    const second = at / 1000;
    const line = nextLine({ field: stormField(summerStorm, second - BEFORE), held }, faultsAt(second), nth);
    held = line.said;
    interval.hear(reader.read(line.bytes));
    if (at % 1000 !== 0) continue;
    const summary = interval.close();
    jumps = summary.jumpsTotal;
    take(watch.onSamples(millSamples(points, summary, at, false)));
  }
  return { tiers: tiers.filter(([, tier]) => tier !== undefined), jumps };
}

describe('a summer storm', () => {
  const whole = BEFORE + stormSeconds(summerStorm);

  it('raises the tiers one by one, is held for half an hour, and steps down to the all-clear', () => {
    const { tiers } = live(whole + 2000);
    expect(tiers.map(([, tier]) => tier)).toEqual([1, 2, 3, 2, 1, 0]);
    const [cleared] = tiers.at(-1) ?? [0];
    const [lowered] = tiers[3] ?? [0];
    expect(lowered).toBeGreaterThan(summerStorm.approach + summerStorm.overhead + 1800);
    expect(cleared).toBeGreaterThan(lowered);
  });

  it('counts every flash, and nothing else', () => {
    expect(live(whole).jumps).toBe(flashes(summerStorm).length);
  });

  it('is the same storm through a line that damages every third sentence', () => {
    const disturbed = live(whole + 2000, () => [{ kind: 'flipped-bit', every: 3 }]);
    expect(disturbed.tiers.map(([, tier]) => tier)).toEqual([1, 2, 3, 2, 1, 0]);
    expect(disturbed.jumps).toBe(flashes(summerStorm).length);
  });

  it.each(['rotor-fault', 'silent'] as const)(
    'gives no all-clear when the mill has a %s in the middle of it',
    (kind) => {
      const { tiers } = live(whole + 6000, (second) => (second > 1000 ? [{ kind }] : []));
      expect(tiers.map(([, tier]) => tier)).toEqual([1, 2, 3]);
    },
  );
});

it('rain on a mill at rest, one spike in a second, raises nothing', () => {
  const { tiers, jumps } = live(BEFORE, () => [{ kind: 'spike', field: 12, every: 20 }]);
  expect(tiers).toEqual([]);
  expect(jumps).toBe(0);
});
