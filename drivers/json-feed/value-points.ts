import type { PointId } from '#agent/model/ids.ts';
import { bad, GOOD } from '#agent/model/quality.ts';
import type { Sample, SampleValue } from '#agent/model/sample.ts';
import { toldTime } from '../locating/told-time.ts';
import type { ValueAddress } from './address.ts';
import type { Received } from './fact-mapping.ts';
import { asTime, asTruth } from './told-value.ts';

export interface ValuePoint {
  readonly id: PointId;
  readonly address: ValueAddress;
}

const LONGEST_TEXT = 1000;

/** The points whose values stand in messages, and which of them no message has spoken of. */
export class ValuePoints {
  readonly #points: readonly ValuePoint[];
  readonly #unheard: Set<PointId>;
  #since: number | undefined;

  constructor(points: readonly ValuePoint[]) {
    this.#points = points;
    this.#unheard = new Set(points.map(({ id }) => id));
  }

  /** What one message says. Throws EvaluationError where an expression meets what it cannot take. */
  read(message: unknown, received: Received, flags: number): Sample[] {
    this.#since ??= received.receiveTime;
    return this.#points.flatMap(({ id, address }) => {
      if (address.when && asTruth(address.when.of(message)) !== true) return [];
      const told = address.value.of(message);
      if (told === null) return [];
      this.#unheard.delete(id);
      const time = toldTime(asTime(address.time?.of(message), received.zone), received.receiveTime);
      const isValid = asTruth(address.valid?.of(message)) ?? true;
      const value = asSampleValue(told);
      const quality = value === null ? bad('decode') : isValid ? GOOD : bad('device-fault');
      return [
        {
          point: id,
          value,
          quality,
          sourceTime: time.sourceTime,
          receiveTime: received.receiveTime,
          flags: flags | time.flags,
        },
      ];
    });
  }

  /** Points of which messages should have spoken by now, each told once. Times are UTC ms. */
  missing(now: number, expectMs: number, flags: number): Sample[] {
    if (this.#since === undefined || now - this.#since < expectMs) return [];
    const missing = [...this.#unheard];
    this.#unheard.clear();
    return missing.map((point) => ({
      point,
      value: null,
      quality: bad('no-such-address'),
      sourceTime: now,
      receiveTime: now,
      flags,
    }));
  }
}

function asSampleValue(told: unknown): SampleValue {
  if (typeof told === 'number') return Number.isFinite(told) ? told : null;
  if (typeof told === 'boolean') return told;
  return typeof told === 'string' && told.length <= LONGEST_TEXT ? told : null;
}
