import type { SampleValue } from '#agent/model/sample.ts';

const FUTURE_MS = 60_000;
const BEHIND_MS = 24 * 3_600_000;
const EARLIEST = Date.UTC(2000, 0, 1);
/** Two values under one source time are believed this long: devices stamp in steps of their cycle. */
const FROZEN_AFTER_MS = 2_000;
const HALF_HOUR_MS = 1_800_000;
const ZONE_TOLERANCE_MS = 60_000;
/** Zones in use lie between −12 h and +14 h. */
const ZONE_LIMIT_MS = 14 * 3_600_000 + ZONE_TOLERANCE_MS;
/** So many changes in a row must be late by the same offset before it is called a time zone. */
const ZONE_EVIDENCE = 5;

/**
 * Judges the times that a source's device stamps. Only a value that has just changed says anything about lateness: an
 * unchanged one may rightly be hours old.
 *
 * Suspect are times in the future (more than 60 s), before 2000 (a clock that was never set), a day and more behind a
 * change, standing still while the value moves, and late or early by a time zone: eight hours, where local time was
 * sent as UTC.
 */
export class SourceTimeWatch {
  readonly #value: SampleValue[];
  readonly #sourceTime: Float64Array;
  /** Receive time of the first sample that carried the point's present source time. */
  readonly #stampedAt: Float64Array;
  #zoneOffsetMs = 0;
  #zoneEvidence = 0;

  constructor(points: number) {
    this.#value = Array.from({ length: points }, () => null);
    this.#sourceTime = new Float64Array(points).fill(Number.NaN);
    this.#stampedAt = new Float64Array(points);
  }

  /** Offset of a time zone found in this source's times, receive − source, in ms; 0 if there is none. */
  get zoneOffsetMs(): number {
    return this.#zoneEvidence >= ZONE_EVIDENCE ? this.#zoneOffsetMs : 0;
  }

  /** True if the sample's source time is not to be believed. Call once for each sample, in order. */
  isSuspect(index: number, value: SampleValue, sourceTime: number, receiveTime: number): boolean {
    const before = this.#sourceTime[index] ?? Number.NaN;
    const known = !Number.isNaN(before);
    const changed = known && value !== null && value !== this.#value[index];
    const stands = known && before === sourceTime;
    const stoodMs = stands ? receiveTime - (this.#stampedAt[index] ?? receiveTime) : 0;
    if (!stands) {
      this.#sourceTime[index] = sourceTime;
      this.#stampedAt[index] = receiveTime;
    }
    if (value !== null) this.#value[index] = value;

    const lag = receiveTime - sourceTime;
    if (changed && !stands) this.#weighZone(lag);
    return (
      sourceTime < EARLIEST ||
      lag < -FUTURE_MS ||
      (changed && lag > BEHIND_MS) ||
      (changed && stoodMs >= FROZEN_AFTER_MS) ||
      this.zoneOffsetMs !== 0
    );
  }

  #weighZone(lag: number): void {
    const offset = Math.round(lag / HALF_HOUR_MS) * HALF_HOUR_MS;
    if (offset === 0 || Math.abs(lag - offset) > ZONE_TOLERANCE_MS || Math.abs(lag) > ZONE_LIMIT_MS) {
      this.#zoneEvidence = 0;
    } else if (offset === this.#zoneOffsetMs) {
      this.#zoneEvidence += 1;
    } else {
      this.#zoneOffsetMs = offset;
      this.#zoneEvidence = 1;
    }
  }
}
