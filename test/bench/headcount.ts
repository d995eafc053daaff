import { createHeadcount } from '#agent/site/headcount/headcount.ts';
import { box, definitionOf, fixOf, seeded, walkOn, zoneOf } from '#test/agent/site/headcount/people-walking.ts';
import type { BenchResult } from './result.ts';

const tags = 2000;
const zones = 200;
const seconds = 60;
const size = 1000;

/** 2,000 tags that walk at 1 Hz among 200 zones, overlapping: what part of a core the headcount takes. */
export function bench(): Promise<BenchResult[]> {
  const random = seeded(7);
  const areas = Array.from({ length: zones }, (_, index) =>
    zoneOf(
      `zone-${index}`,
      [box(random() * size, random() * size, 40 + random() * 80, 40 + random() * 80)],
      ['over-limit', 'intruder', 'overstay', 'motionless', 'gathering', 'sos', 'tag-lost', 'low-battery'],
      { most: 9, maxStayMs: 600_000, motionlessMs: 120_000, gathering: { radiusM: 5, people: 5, lastingMs: 30_000 } },
    ),
  );
  let now = 0;
  const headcount = createHeadcount(
    definitionOf(areas),
    { now: () => 1_780_000_000_000 + now, monotonic: () => now },
    { key: 'k'.repeat(43) },
  );
  const place = () => random() * size;
  const walkers = Array.from({ length: tags }, (_, index) => ({
    tag: String(index),
    x: place(),
    y: place(),
    toX: place(),
    toY: place(),
  }));
  let spentMs = 0;
  let told = 0;
  for (let second = 0; second < seconds; second += 1) {
    now += 1000;
    for (const walker of walkers) walkOn(walker, random, size, size);
    const facts = walkers.map(({ tag, x, y }) => fixOf(tag, [x, y], 1_780_000_000_000 + now));
    const started = performance.now();
    // In batches, as a hub sends them.
    for (let index = 0; index < facts.length; index += 100)
      told += headcount.onFacts?.(facts.slice(index, index + 100)).samples.length ?? 0;
    headcount.onTick();
    spentMs += performance.now() - started;
  }
  if (told < zones) throw new Error('hardly anything was told: nothing was measured');
  const percent = spentMs / seconds / 10;
  return Promise.resolve([
    {
      name: 'headcount: 2,000 tags at 1 Hz, 200 zones',
      unit: '% of a core',
      target: '≤ 10',
      measured: percent,
      reference: null,
      ratio: null,
      ok: percent <= 10,
    },
  ]);
}
