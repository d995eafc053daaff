import type { QualityReason } from '#agent/model/quality.ts';
import type { Outcome } from './asker.ts';
import { FormatError } from './cursor.ts';
import type { TankInventory } from './inventory.ts';

/** What a query brought, or why it brought nothing. */
export type Brought<Value> = { readonly isKnown: true; readonly value: Value } | Unknown;

export interface Unknown {
  readonly isKnown: false;
  readonly reason: QualityReason;
  /** For a person. */
  readonly words: string;
}

/** What one cycle knows of the gauge. */
export interface GaugeReading {
  readonly inventory: Brought<ReadonlyMap<number, TankInventory>>;
  /** Absent: not asked for, or the console does not know the function. */
  readonly alarms?: Brought<ReadonlyMap<number, ReadonlySet<number>>>;
}

/** Parses the answer to a query; a record that is not of its form makes the whole answer unknown. */
export function brought<Value>(outcome: Outcome, parse: (body: string) => Value): Brought<Value> {
  if (outcome.kind !== 'data') return lacking(outcome);
  try {
    return { isKnown: true, value: parse(outcome.body) };
  } catch (error) {
    if (error instanceof FormatError) return { isKnown: false, reason: 'decode', words: error.message };
    throw error;
  }
}

export function lacking(outcome: Exclude<Outcome, { kind: 'data' }>): Unknown {
  if (outcome.kind === 'damaged') return { isKnown: false, reason: 'decode', words: outcome.found };
  return outcome.kind === 'refused'
    ? {
        isKnown: false,
        reason: 'not-supported',
        words: 'the console does not know the function, or wants its security code',
      }
    : { isKnown: false, reason: 'comm-lost', words: 'no answer' };
}
