import type { Segment } from '../device/send-in-turn.ts';
import { writeFrame, type Frame } from './mbap.ts';
import type { ModbusFault } from './fault.ts';

export type Delivery = readonly Segment[] | 'reset' | 'silence';

/** How a reply reaches the client under the faults that are active. `nth` counts requests from 1. Pure. */
export const deliver = (reply: Frame, faults: readonly ModbusFault[], nth: number): Delivery => {
  let frame = reply;
  let afterMs = 0;
  let cut = 0;
  let split: { size: number; delayMs: number } | undefined;
  for (const fault of faults) {
    if ('every' in fault && nth % fault.every !== 0) continue;
    switch (fault.kind) {
      case 'reset':
        return 'reset';
      case 'half-open':
        return 'silence';
      case 'garbage':
        return [{ afterMs, bytes: noise(fault.bytes, nth) }];
      case 'slow':
      case 'late-reply':
        afterMs += fault.delayMs;
        break;
      case 'wrong-transaction':
        frame = { ...frame, transaction: frame.transaction + fault.offset };
        break;
      case 'wrong-unit':
        frame = { ...frame, unit: frame.unit + fault.offset };
        break;
      case 'truncated':
        cut = fault.missing;
        break;
      case 'split':
        split = fault;
        break;
      case 'gone':
      case 'one-connection':
      case 'exception':
      case 'bad-register':
      case 'freeze':
        break;
    }
  }
  const whole = writeFrame(frame);
  const bytes = whole.subarray(0, Math.max(1, whole.length - cut));
  if (!split) return [{ afterMs, bytes }];
  const { size, delayMs } = split;
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) => ({
    afterMs: afterMs + index * delayMs,
    bytes: bytes.subarray(index * size, (index + 1) * size),
  }));
};

/** Repeatable bytes that are no MBAP header: the protocol field is never 0. */
const noise = (length: number, seed: number): Buffer =>
  Buffer.from(Array.from({ length }, (_, index) => ((index + 1) * 167 + seed * 59) & 0xff || 0xa5));
