import { ByteReader } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';
import type { PointOrder } from './point-order.ts';
import { readSection, writeSection } from './section.ts';

/** Source and receive times of a block, in order of arrival. UTC ms. */
export interface Times {
  readonly receive: Float64Array;
  readonly source: Float64Array;
}

/**
 * - `lag`: receive times differ little from one sample to the next, and source times lag behind them by the same: what
 *   a scan or one OPC UA notification gives.
 * - `period`: each point keeps its own rhythm; the change of the step from one sample of the point to the next.
 * - `float`: a time that is no whole millisecond within a sane range. Kept bit for bit.
 */
const Way = { lag: 0, period: 1, float: 2 } as const;
const SANE = 2 ** 49;

export function writeTimes(writer: ByteWriter, times: Times, order: PointOrder): void {
  const column = new ByteWriter(times.receive.length * 2 + 16);
  if (!isSane(times.receive) || !isSane(times.source)) {
    writer.byte(Way.float);
    for (const time of times.receive) column.float64(time);
    for (const time of times.source) column.float64(time);
    return writeSection(writer, column.take());
  }
  const lags = lagResiduals(times);
  const periods = periodResiduals(times, order);
  const way = weight(periods) < weight(lags) ? Way.period : Way.lag;
  writer.byte(way);
  let before = 0;
  for (let i = 0; i < times.receive.length; i++) {
    const time = times.receive[i] ?? 0;
    column.zigzag(time - before);
    before = time;
  }
  writeSection(writer, column.take());
  const residuals = way === Way.lag ? lags : periods;
  for (let i = 0; i < residuals.length; i++) column.zigzag(residuals[i] ?? 0);
  writeSection(writer, column.take());
}

/** Ten thousand times a second come by here: walked by index, since an iterator makes an object of each. */
function isSane(times: Float64Array): boolean {
  for (let i = 0; i < times.length; i++) {
    const time = times[i] ?? 0;
    if (!Number.isInteger(time) || time >= SANE || time <= -SANE || Object.is(time, -0)) return false;
  }
  return true;
}

/** About how many bits the residuals need; a run of zeros needs none. */
function weight(residuals: Float64Array): number {
  let bits = 0;
  for (let i = 0; i < residuals.length; i++) {
    const residual = residuals[i] ?? 0;
    if (residual !== 0) bits += 34 - Math.clz32(Math.min(Math.abs(residual), 0x7fff_ffff));
  }
  return bits;
}

function lagResiduals({ receive, source }: Times): Float64Array {
  const residuals = new Float64Array(receive.length);
  let before = 0;
  for (let i = 0; i < residuals.length; i++) {
    const lag = (source[i] ?? 0) - (receive[i] ?? 0);
    residuals[i] = lag - before;
    before = lag;
  }
  return residuals;
}

function periodResiduals({ receive, source }: Times, order: PointOrder): Float64Array {
  const receives = groupColumn(receive, order);
  const sources = groupColumn(source, order);
  const residuals = new Float64Array(sources.length);
  forEachGroup(order, (start, end) => {
    for (let slot = start; slot < end; slot++) {
      residuals[slot] = (sources[slot] ?? 0) - expectedSource(sources, receives, slot, start);
    }
  });
  return residuals;
}

/** What the point's source time would be if it kept its rhythm. */
function expectedSource(sources: Float64Array, receives: Float64Array, slot: number, start: number): number {
  if (slot === start) return receives[slot] ?? 0;
  const before = sources[slot - 1] ?? 0;
  const step =
    slot === start + 1 ? (receives[slot] ?? 0) - (receives[slot - 1] ?? 0) : before - (sources[slot - 2] ?? 0);
  return before + step;
}

export function readTimes(reader: ByteReader, order: PointOrder): Times {
  const count = order.members.length;
  const receive = new Float64Array(count);
  const source = new Float64Array(count);
  const way = reader.byte();
  if (way === Way.float) {
    const column = new ByteReader(readSection(reader));
    for (let i = 0; i < count; i++) receive[i] = column.float64();
    for (let i = 0; i < count; i++) source[i] = column.float64();
    return { receive, source };
  }
  accumulate(new ByteReader(readSection(reader)), receive);
  const residuals = new ByteReader(readSection(reader));
  if (way === Way.period) return { receive, source: readPeriods(residuals, receive, order) };
  accumulate(residuals, source);
  for (let i = 0; i < count; i++) source[i] = (source[i] ?? 0) + (receive[i] ?? 0);
  return { receive, source };
}

function accumulate(column: ByteReader, target: Float64Array): void {
  let value = 0;
  for (let i = 0; i < target.length; i++) {
    value += column.zigzag();
    target[i] = value;
  }
}

function readPeriods(residuals: ByteReader, receive: Float64Array, order: PointOrder): Float64Array {
  const receives = groupColumn(receive, order);
  const sources = new Float64Array(receive.length);
  forEachGroup(order, (start, end) => {
    for (let slot = start; slot < end; slot++) {
      sources[slot] = expectedSource(sources, receives, slot, start) + residuals.zigzag();
    }
  });
  const arrivals = new Float64Array(sources.length);
  for (let i = 0; i < arrivals.length; i++) arrivals[i] = sources[order.slots[i] ?? 0] ?? 0;
  return arrivals;
}

function groupColumn(arrivals: Float64Array, order: PointOrder): Float64Array {
  const column = new Float64Array(arrivals.length);
  for (let i = 0; i < arrivals.length; i++) column[order.slots[i] ?? 0] = arrivals[i] ?? 0;
  return column;
}

function forEachGroup(order: PointOrder, visit: (start: number, end: number) => void): void {
  for (let member = 0; member < order.numbers.length; member++) {
    visit(order.starts[member] ?? 0, order.starts[member + 1] ?? 0);
  }
}
