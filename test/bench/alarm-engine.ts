import type { AlarmEngine } from '#agent/alarms/engine.ts';
import { createAlarmEngine } from '#agent/alarms/engine.ts';
import type { AlarmCondition, AlarmDefinition } from '#agent/model/alarm.ts';
import { systemClock } from '#agent/model/clock.ts';
import { alarmId, pointId, sourceId } from '#agent/model/ids.ts';
import { GOOD } from '#agent/model/quality.ts';
import type { Sample } from '#agent/model/sample.ts';
import type { BenchResult } from './result.ts';

const pointCount = 100_000;
const rounds = 20;
const batchSize = 1000;
/** Every thousandth sample crosses a limit, so that raising and clearing are part of what is measured. */
const crossingEvery = 1000;

const limits: readonly AlarmCondition[] = [
  { kind: 'HH', setpoint: 95, deadband: 1 },
  { kind: 'H', setpoint: 85, deadband: 1 },
  { kind: 'L', setpoint: 15, deadband: 1 },
  { kind: 'LL', setpoint: 5, deadband: 1 },
];

/** 100,000 points with four limits each: samples judged per second on one core, and the time of a batch of 1,000. */
export async function bench(): Promise<BenchResult[]> {
  const heapBefore = heapMegabytes();
  const engine = createAlarmEngine({ definitions: definitions(), clock: systemClock });
  const heapOfEngine = heapMegabytes() - heapBefore;
  for (const batch of batches(0)) engine.onSamples(batch);

  const batchMs: number[] = [];
  let transitions = 0;
  let reference = 0;
  let spentMs = 0;
  for (let round = 1; round <= rounds; round += 1) {
    for (const batch of batches(round)) {
      const started = performance.now();
      transitions += engine.onSamples(batch).transitions.length;
      const took = performance.now() - started;
      batchMs.push(took);
      spentMs += took;
      reference += bareComparison(batch);
    }
  }
  const floodMs = floodOf10000(engine);
  const delayed = delaysPerSecond();
  if (transitions === 0) throw new Error('no alarm was raised: nothing was measured');
  const perSecond = (pointCount * rounds) / (spentMs / 1000);
  const referencePerSecond = (pointCount * rounds) / (reference / 1000);
  const p99 = batchMs.toSorted((a, b) => a - b)[Math.floor(batchMs.length * 0.99)] ?? Number.NaN;
  return [
    {
      name: 'alarms: samples judged, 4 limits a point',
      unit: 'samples/s',
      target: '≥ 100000',
      measured: perSecond,
      reference: referencePerSecond,
      ratio: perSecond / referencePerSecond,
      ok: perSecond >= 100_000,
    },
    {
      name: 'alarms: batch of 1,000 samples, p99',
      unit: 'ms',
      target: '≤ 20',
      measured: p99,
      reference: null,
      ratio: null,
      ok: p99 <= 20,
    },
    {
      name: 'alarms: 10,000 raised in one call',
      unit: 'ms',
      target: '≤ 200',
      measured: floodMs,
      reference: null,
      ratio: null,
      ok: floodMs <= 200,
    },
    {
      name: 'alarms: delays begun and dropped beside 100,000 running',
      unit: 'samples/s',
      target: '≥ 50000',
      measured: delayed,
      reference: null,
      ratio: null,
      ok: delayed >= 50_000,
    },
    {
      name: 'alarms: heap for 400,000 alarms',
      unit: 'MB',
      target: '≤ 300',
      measured: heapOfEngine,
      reference: null,
      ratio: null,
      ok: heapOfEngine <= 300,
    },
  ];
}

/** A flood: 5,000 points go beyond H and HH at once. */
function floodOf10000(engine: AlarmEngine): number {
  const flood = Array.from({ length: 5000 }, (_, index) => sampleOf(index * 20 + 10, 99));
  engine.onSamples(flood.map((sample) => ({ ...sample, value: 50 })));
  const started = performance.now();
  const { transitions, memory } = engine.onSamples(flood);
  const took = performance.now() - started;
  if (transitions.length !== 10_000 || memory.length !== 10_000) {
    throw new Error(`10,000 alarms should have been raised, ${transitions.length} were`);
  }
  return took;
}

/** Every sample begins an on-delay or drops one, while 100,000 others run. */
function delaysPerSecond(): number {
  const [limit] = limits;
  if (limit === undefined) throw new Error('no limit to delay');
  const engine = createAlarmEngine({ definitions: definitions([limit], 3_600_000), clock: systemClock });
  engine.onSamples(Array.from({ length: pointCount }, (_, index) => sampleOf(index, 99)));
  const count = 50_000;
  const started = performance.now();
  for (let index = 0; index < count; index += 1) engine.onSamples([sampleOf(index >> 1, index % 2 === 0 ? 50 : 99)]);
  return count / ((performance.now() - started) / 1000);
}

function sampleOf(index: number, value: number): Sample {
  const now = Date.now();
  return { point: pointId(`P-${index}`), value, quality: GOOD, sourceTime: now, receiveTime: now, flags: 0 };
}

function* definitions(conditions: readonly AlarmCondition[] = limits, onDelayMs = 0): Iterable<AlarmDefinition> {
  for (let index = 0; index < pointCount; index += 1) {
    const point = pointId(`P-${index}`);
    for (const condition of conditions) {
      yield {
        id: alarmId(`${point}/${condition.kind}`),
        point,
        source: sourceId('plc'),
        condition,
        priority: 'medium',
        onDelayMs,
        offDelayMs: 0,
        latch: false,
        safetyRole: 'none',
      };
    }
  }
}

function* batches(round: number): Iterable<Sample[]> {
  for (let start = 0; start < pointCount; start += batchSize) {
    yield Array.from({ length: batchSize }, (_, offset) => {
      const index = start + offset;
      const isCrossing = (index + round) % crossingEvery === 0;
      return sampleOf(index, isCrossing ? 99 : 40 + ((index * 7 + round) % 20));
    });
  }
}

/** What could not be avoided: finding each point by its name and comparing with four numbers. */
const setpoints = new Map<string, readonly number[]>();
function bareComparison(batch: readonly Sample[]): number {
  if (setpoints.size === 0) {
    for (let index = 0; index < pointCount; index += 1) setpoints.set(`P-${index}`, [95, 85, 15, 5]);
  }
  const started = performance.now();
  let beyond = 0;
  for (const { point, value } of batch) {
    const [highHigh = 0, high = 0, low = 0, lowLow = 0] = setpoints.get(point) ?? [];
    if (typeof value === 'number' && (value >= highHigh || value >= high || value <= low || value <= lowLow))
      beyond += 1;
  }
  const took = performance.now() - started;
  if (beyond > batch.length) throw new Error('unreachable: keeps the loop from being removed');
  return took;
}

function heapMegabytes(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed / 1e6;
}
