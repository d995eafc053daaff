import { isUsable } from '#agent/model/quality.ts';
import type { SampleValue } from '#agent/model/sample.ts';
import type { Condition, Link, Reading, Verdict } from './condition.ts';

/** The value is one of the configured ones. */
export class StateIs implements Condition {
  readonly #reading: Reading;
  readonly #values: readonly SampleValue[];

  constructor(reading: Reading, values: readonly SampleValue[]) {
    this.#reading = reading;
    this.#values = values;
  }

  judge(): Verdict {
    const { sample } = this.#reading;
    if (sample === undefined || !isUsable(sample.quality) || sample.value === null) return 'untrusted';
    return this.#values.includes(sample.value) ? 'in' : 'out';
  }
}

/** A point that is still not read this long after the start counts as bad; until then it is only early. */
const firstReadWithinMs = 60_000;

/**
 * The quality itself is bad. Only a good sample ends it: an uncertain one leaves it as it is, unless uncertain counts as
 * bad here.
 */
export class BadQuality implements Condition {
  readonly #reading: Reading;
  readonly #includeUncertain: boolean;
  #unreadSinceMs: number | undefined;

  constructor(reading: Reading, includeUncertain: boolean) {
    this.#reading = reading;
    this.#includeUncertain = includeUncertain;
  }

  get recheckMs(): number | undefined {
    return this.#unreadSinceMs === undefined ? undefined : firstReadWithinMs;
  }

  judge(holds: boolean, monotonicMs: number): Verdict {
    const quality = this.#reading.sample?.quality;
    const level = quality?.level;
    if (quality?.reason === 'not-yet-read') {
      this.#unreadSinceMs ??= monotonicMs;
      return holds || monotonicMs - this.#unreadSinceMs >= firstReadWithinMs ? 'in' : 'unknown';
    }
    this.#unreadSinceMs = undefined;
    if (level === 'bad') return 'in';
    if (level === 'good') return 'out';
    return holds || (level === 'uncertain' && this.#includeUncertain) ? 'in' : 'unknown';
  }
}

/**
 * The source is offline or works in part. `connecting` proves nothing: an outage goes on during each new attempt.
 * `stopped` is a person's decision and no fault.
 */
export class CommunicationLost implements Condition {
  readonly #link: Link;

  constructor(link: Link) {
    this.#link = link;
  }

  judge(holds: boolean): Verdict {
    const { state } = this.#link;
    if (state === 'offline' || state === 'degraded') return 'in';
    if (state === 'online' || state === 'stopped') return 'out';
    return holds ? 'in' : 'unknown';
  }
}
