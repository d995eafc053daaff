import type { Segment } from '../device/send-in-turn.ts';
import type { GaugeFault } from './fault.ts';
import { alarmRecord, frame, inventoryRecord, PROBE_OUT, REFUSAL, revisionText } from './report.ts';
import type { Tank } from './tank.ts';

/** A command as it was found on the wire: function code and tank, `00` for all. */
export interface Command {
  readonly code: string;
  readonly tank: string;
}

/** What the console answers, before the way to the client changes it; empty for nothing. Pure. */
export function answer(
  { code, tank }: Command,
  tanks: readonly Tank[],
  faults: readonly GaugeFault[],
  time: string,
): string {
  if (faults.some((fault) => fault.kind === 'unknown-function' && fault.code === code)) return REFUSAL;
  if (faults.some((fault) => fault.kind === 'ignored-function' && fault.code === code)) return '';
  const listed = withFaults(tanks, faults).filter(({ number }) => tank === '00' || number === Number(tank));
  switch (code) {
    case 'i201':
      return frame(code + tank, time, listed.map(inventoryRecord).join(''));
    case 'i205':
      return frame(code + tank, time, listed.map(alarmRecord).join(''));
    case 'i902':
      return frame(code + tank, time, revisionText);
    default:
      return REFUSAL;
  }
}

function withFaults(tanks: readonly Tank[], faults: readonly GaugeFault[]): Tank[] {
  const hits = (tank: Tank, kind: GaugeFault['kind']): boolean =>
    faults.some((fault) => fault.kind === kind && 'tank' in fault && fault.tank === tank.number);
  const none = Number.NEGATIVE_INFINITY;
  return tanks
    .filter((tank) => !hits(tank, 'missing-tank'))
    .map((tank) => (hits(tank, 'probe-out') ? { ...tank, alarms: [...tank.alarms, PROBE_OUT] } : tank))
    .map((tank) => (hits(tank, 'no-number') ? { ...tank, tcVolume: none, temperature: none } : tank));
}

/** How an answer reaches the client. `nth` counts answers from 1. Pure. */
export function deliver(text: string, faults: readonly GaugeFault[], nth: number): readonly Segment[] {
  let bytes: Buffer = Buffer.from(text, 'latin1');
  let afterMs = 0;
  let size = bytes.length;
  for (const fault of faults) {
    if ('every' in fault && nth % fault.every !== 0) continue;
    if (fault.kind === 'silent') return [];
    if (fault.kind === 'slow') afterMs = fault.delayMs;
    if (fault.kind === 'wrong-checksum') bytes = withWrongDigit(bytes);
    if (fault.kind === 'cut') bytes = bytes.subarray(0, Math.ceil(bytes.length / 2));
    if (fault.kind === 'noise') bytes = Buffer.concat([noise(nth), bytes]);
    if (fault.kind === 'split') size = fault.size;
  }
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) => ({
    afterMs: afterMs + index * 2,
    bytes: bytes.subarray(index * size, (index + 1) * size),
  }));
}

/** One digit in the middle is another: the checksum no longer fits. */
function withWrongDigit(bytes: Buffer): Buffer {
  const changed = Buffer.from(bytes);
  const at = Math.floor(changed.length / 2);
  changed[at] = changed[at] === 0x30 ? 0x31 : 0x30;
  return changed;
}

/** Repeatable, with the control characters of the protocol among it. */
const noise = (nth: number): Buffer =>
  Buffer.from(Array.from({ length: 40 }, (_, index) => (index * 167 + nth * 59) & 0xff));
