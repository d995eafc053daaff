import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ModbusFault } from '#simulators/modbus/fault.ts';
import { ModbusSimulator } from '#simulators/modbus/modbus-simulator.ts';
import { isInGap, startRecordedRun } from './recorded-run.ts';
import type { RecordedRun, RecordedSample, Recording } from './recorded-run.ts';

const SHOW_MS = 50;
const TIMEOUT_MS = 500;
/** A reply may be as old as the timeout; what a busy machine adds is less than the lateness that the faults plant. */
const OLDEST_MS = 2000;
const LATE_MS = 4000;
/** Registers of 24-bit floats: 100,000 ticks of 50 ms are told apart, for each point. */
const TICKS = 100_000;
const NOT_GOOD_WITHIN_MS = 10_000;

const points = ['TK-2101', 'TK-2102'].flatMap((tank, half) =>
  ['level', 'temperature', 'top-temperature', 'pressure', 'mass', 'concentration'].map((what, at) => ({
    id: `${tank}.${what}`,
    address: `input:${half * 0x20 + at * 2} float32 CDAB`,
  })),
);

let plc: ModbusSimulator;
let run: RecordedRun;
let shownAt: number[];
let showing: NodeJS.Timeout;

beforeEach(async () => {
  shownAt = [];
  plc = new ModbusSimulator({ port: 0 });
  const show = (): void => {
    const tick = shownAt.push(Date.now()) - 1;
    for (const [index, { id }] of points.entries()) plc.show(id, index * TICKS + tick);
  };
  show();
  await plc.start();
  showing = setInterval(show, SHOW_MS);
  const port = Number(plc.endpoint.split(':').at(-1));
  run = await startRecordedRun(
    {
      kind: 'modbus',
      transport: { kind: 'tcp', host: '127.0.0.1', port, connectTimeout: '1s' },
      interval: '200ms',
      timeout: `${TIMEOUT_MS}ms`,
      gapTolerance: 0,
      silentUnits: { share: 1, longestWait: '1s' },
    },
    points,
  );
  await run.untilGood(points.length * 5);
}, 180_000);

afterEach(async () => {
  await run.close();
  clearInterval(showing);
  await plc.stop();
}, 180_000);

/** Breaks the PLC, lets the agent read until it has said of every point that it is not good, and mends it. */
async function suffer(fault: ModbusFault): Promise<{ readonly from: number; readonly to: number }> {
  const from = Date.now();
  const before = run.source()?.notGood ?? 0;
  await plc.fault(fault);
  await run.untilStatus('every point is told as not good', ({ notGood }) => notGood >= before + points.length);
  const to = Date.now();
  await plc.clear(fault.kind);
  await run.untilGood(points.length * 5);
  return { from, to };
}

/** What the point's registers held, or the reason why the value can't have stood there lately. */
function faultOf({ point, value, receiveTime }: RecordedSample): string | undefined {
  const index = points.findIndex(({ id }) => id === point);
  const tick = Number(value) - index * TICKS;
  const shown = shownAt[tick];
  if (shown === undefined) return `${point} is ${value}: never shown there`;
  const next = shownAt[tick + 1] ?? Infinity;
  if (shown > receiveTime) return `${point} is ${value}: shown ${shown - receiveTime} ms after it was received`;
  return receiveTime - next > OLDEST_MS ? `${point} is ${value}: replaced ${receiveTime - next} ms before` : undefined;
}

function expectTruth({ samples }: Recording): readonly RecordedSample[] {
  const good = samples.filter(({ quality }) => quality === 'good');
  expect(good.length).toBeGreaterThan(points.length * 5);
  expect(good.flatMap((sample) => faultOf(sample) ?? []).slice(0, 5)).toEqual([]);
  return good;
}

/** From when the trouble was noticed to its end no value stands as good, and the journal says why. */
function expectOutageTold(recording: Recording, outage: { readonly from: number; readonly to: number }): void {
  const bad = recording.samples.filter(
    ({ quality, receiveTime }) => quality === 'bad' && receiveTime >= outage.from && receiveTime <= outage.to,
  );
  for (const { id } of points) {
    const first = bad.find(({ point }) => point === id)?.receiveTime;
    expect(first, `${id} is told as bad`).toBeLessThan(outage.from + NOT_GOOD_WITHIN_MS);
    const goodMeanwhile = recording.samples.filter(
      ({ point, quality, receiveTime }) =>
        point === id && quality === 'good' && receiveTime > (first ?? Infinity) && receiveTime < outage.to,
    );
    expect(goodMeanwhile).toEqual([]);
  }
}

describe('a Modbus server that fails under a running agent', () => {
  it('is read again after it was gone, and the time without it is a gap', async () => {
    const outage = await suffer({ kind: 'gone' });

    const recording = await run.finish();
    expectTruth(recording);
    expectOutageTold(recording, outage);
    expect(isInGap(recording.gaps, (outage.from + outage.to) / 2, 0)).toBe(true);
  }, 300_000);

  it('is told as silent while it hangs, and read again when it answers', async () => {
    const outage = await suffer({ kind: 'half-open' });

    const recording = await run.finish();
    expectTruth(recording);
    expectOutageTold(recording, outage);
  }, 300_000);

  it('is read again after it reset every connection', async () => {
    const outage = await suffer({ kind: 'reset' });

    const recording = await run.finish();
    expectTruth(recording);
    expectOutageTold(recording, outage);
    expect(isInGap(recording.gaps, (outage.from + outage.to) / 2, 0)).toBe(true);
  }, 300_000);

  it('is told with its exception, for every point that it refuses', async () => {
    const outage = await suffer({ kind: 'exception', code: 4 });

    const recording = await run.finish();
    expectTruth(recording);
    expectOutageTold(recording, outage);
    const refused = recording.samples.filter(({ reason, raw }) => reason === 'device-fault' && raw === 4);
    expect(new Set(refused.map(({ point }) => point)).size).toBe(points.length);
  }, 300_000);

  it('never passes a late reply off as the present value', async () => {
    await plc.fault({ kind: 'late-reply', delayMs: LATE_MS, every: 2 });
    const asked = plc.requestsSeen;
    const shown = shownAt.length;
    await run.untilStatus('late replies have come', () => shownAt.length > shown + (3 * LATE_MS) / SHOW_MS);
    expect(plc.requestsSeen - asked, 'requests of which each second one got its reply late').toBeGreaterThan(4);
    await plc.clear('late-reply');
    await run.untilGood(points.length * 5);

    expectTruth(await run.finish());
  }, 300_000);

  it('keeps one bad register to itself', async () => {
    const alone = 'TK-2101.pressure';
    await plc.fault({ kind: 'exception', code: 2, point: alone });
    await run.untilStatus('the point is told as not good', ({ notGood }) => notGood > points.length);
    const from = Date.now();
    await run.untilGood(points.length * 10);

    const recording = await run.finish();
    const good = expectTruth(recording).filter(({ receiveTime }) => receiveTime > from);
    expect(new Set(good.map(({ point }) => point))).toEqual(
      new Set(points.map(({ id }) => id).filter((id) => id !== alone)),
    );
  }, 300_000);
});
