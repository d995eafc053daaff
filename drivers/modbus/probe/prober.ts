import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '#agent/model/clock.ts';
import type { Connection, Outcome } from '../connection.ts';
import { meaningOf } from '../exception-meaning.ts';
import { openerOf, transportName } from '../open-transport.ts';
import { exceptionName, PROTOCOL_MAX_BITS, PROTOCOL_MAX_REGISTERS, type Request } from '../request.ts';
import type { TransportOptions } from '../schema.ts';
import { isBitArea, type Area } from '../value-type.ts';
import type { RegisterRun } from './propose.ts';

export interface ProberOptions {
  readonly transport: TransportOptions;
  readonly timeoutMs: number;
  /** Silence between two requests. Small devices answer their own panel first. */
  readonly gapMs: number;
  /** Most registers asked for at once. */
  readonly maxRegisters: number;
  /** Ends it: what is going on rejects. */
  readonly signal?: AbortSignal;
}

/** What the device said to one stretch of registers. */
interface Refused {
  readonly start: number;
  readonly count: number;
  readonly why: string;
}

export interface RangeReading {
  readonly runs: readonly RegisterRun[];
  readonly refused: readonly Refused[];
}

export interface FoundUnit {
  readonly unit: number;
  /** Vendor name, where the unit knows device identification. */
  readonly vendor?: string;
  /** What it answered to a read, where that was a refusal: it is there all the same. */
  readonly refusal?: string;
}

interface Place {
  readonly unit: number;
  readonly area: Area;
  readonly start: number;
  readonly count: number;
}

/** Looks into a device that nobody has configured yet: one request at a time, with pauses, and only reads. */
export interface Prober {
  /** Reads a range; what is refused is narrowed down by halving. `progress` hears how many registers are done. */
  readonly read: (place: Place, progress?: (done: number) => void) => Promise<RangeReading>;
  /** Asks unit after unit; yields those that answer anything. */
  readonly findUnits: (first: number, last: number, area: Area) => AsyncGenerator<FoundUnit>;
  readonly close: () => void;
}

export async function openProber(options: ProberOptions): Promise<Prober> {
  const { transport, timeoutMs, gapMs, signal = new AbortController().signal } = options;
  const name = transportName(transport);
  let lostBecause: string | undefined;
  const connection: Connection = await openerOf(transport, systemClock)((reason) => {
    lostBecause = reason;
  }, signal).catch((cause: Error) => {
    throw new Error(`${name}: ${cause.message}`, { cause });
  });

  const ask = async (request: Request): Promise<Exclude<Outcome, { kind: 'held' | 'closed' }>> => {
    for (;;) {
      await sleep(gapMs);
      signal.throwIfAborted();
      const outcome = await connection.exchange(request, { timeoutMs, maxCount: options.maxRegisters });
      if (outcome.kind === 'closed') throw new Error(`${name}: ${lostBecause ?? 'the connection ended'}`);
      if (outcome.kind !== 'held') return outcome;
      await sleep(outcome.waitMs);
    }
  };

  const readPiece = async (place: Place): Promise<RangeReading> => {
    const { unit, area, start, count } = place;
    const outcome = await ask({ kind: 'read', unit, area, start, count });
    if (outcome.kind === 'data') return { runs: [{ area, start, bytes: outcome.data }], refused: [] };
    const why = outcome.kind === 'timeout' ? outcome.found || 'no reply' : exceptionName(outcome.code);
    const isWorthHalving =
      outcome.kind === 'exception' && count > 1 && ['find', 'smaller'].includes(meaningOf(outcome.code));
    if (!isWorthHalving) return { runs: [], refused: [{ start, count, why }] };
    const half = count >> 1;
    const left = await readPiece({ ...place, count: half });
    const right = await readPiece({ ...place, start: start + half, count: count - half });
    return { runs: [...left.runs, ...right.runs], refused: joined([...left.refused, ...right.refused]) };
  };

  return {
    read: async (place, progress) => {
      const most = isBitArea(place.area) ? PROTOCOL_MAX_BITS : Math.min(options.maxRegisters, PROTOCOL_MAX_REGISTERS);
      const runs: RegisterRun[] = [];
      const refused: Refused[] = [];
      for (let done = 0; done < place.count; done += most) {
        const piece = { ...place, start: place.start + done, count: Math.min(most, place.count - done) };
        const reading = await readPiece(piece);
        runs.push(...reading.runs);
        refused.push(...reading.refused);
        progress?.(done + piece.count);
      }
      return { runs: isBitArea(place.area) ? runs : contiguous(runs), refused: joined(refused) };
    },
    findUnits: async function* (first, last, area) {
      for (let unit = first; unit <= last; unit += 1) {
        const answer = await ask({ kind: 'read', unit, area, start: 0, count: 1 });
        if (answer.kind === 'timeout') continue;
        if (answer.kind === 'exception' && meaningOf(answer.code) === 'silent') continue;
        const identity = await ask({ kind: 'identify', unit, object: 0 });
        const vendor = identity.kind === 'data' ? Buffer.from(identity.data).toString('latin1') : undefined;
        const refusal = answer.kind === 'exception' ? exceptionName(answer.code) : undefined;
        yield { unit, ...(vendor !== undefined && { vendor }), ...(refusal !== undefined && { refusal }) };
      }
    },
    close: connection.close,
  };
}

/** Runs that touch become one, so that a value across their border can be seen. */
function contiguous(runs: readonly RegisterRun[]): RegisterRun[] {
  const joined: RegisterRun[] = [];
  for (const run of runs) {
    const last = joined.at(-1);
    if (last && last.start + last.bytes.length / 2 === run.start)
      joined[joined.length - 1] = { ...last, bytes: Buffer.concat([last.bytes, run.bytes]) };
    else joined.push(run);
  }
  return joined;
}

function joined(refused: readonly Refused[]): Refused[] {
  const ranges: Refused[] = [];
  for (const range of refused) {
    const last = ranges.at(-1);
    if (last && last.why === range.why && last.start + last.count === range.start)
      ranges[ranges.length - 1] = { ...last, count: last.count + range.count };
    else ranges.push(range);
  }
  return ranges;
}
