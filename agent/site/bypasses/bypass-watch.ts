import type { BypassDefinition } from '#agent/model/bypass.ts';
import type { Clock } from '#agent/model/clock.ts';
import type { Derivation } from '#agent/model/derivation.ts';
import type { SiteEvent } from '#agent/model/event.ts';
import { Flag, hasFlag } from '#agent/model/flags.ts';
import type { PointId } from '#agent/model/ids.ts';
import { GOOD } from '#agent/model/quality.ts';
import type { Quality } from '#agent/model/quality.ts';
import type { Sample, SampleValue } from '#agent/model/sample.ts';
import { neverRead, readContact } from '../shell/contact.ts';
import type { ContactReading } from '../shell/contact.ts';
import { derivationOf } from '../shell/derivation-shell.ts';
import type { DerivationCore, Moment, Told } from '../shell/derivation-shell.ts';

/** All that must outlive the process. Plain JSON. */
export interface BypassMemory {
  /** UTC ms at which the present bypass began. */
  readonly since?: number;
  readonly wasPermitted?: boolean;
}

const MINUTE_MS = 60_000;

/** Watches one interlock. @param memory what an earlier watch of the same interlock told last */
export function createBypassWatch(
  definition: BypassDefinition,
  clock: Clock,
  memory?: BypassMemory,
): Derivation<BypassMemory> {
  const { id, bypass, permit, guarded, repeatMs } = definition;
  const inputs = [bypass.point, ...(permit ? [permit.point] : []), ...guarded];
  return derivationOf(new BypassWatch(definition, clock, memory), { id, inputs, repeatMs, clock });
}

class BypassWatch implements DerivationCore<BypassMemory> {
  readonly #definition: BypassDefinition;
  #bypass: ContactReading = neverRead();
  #permit: ContactReading = neverRead();
  readonly #forced = new Set<PointId>();
  /** Monotonic and UTC ms at which the present bypass began. */
  #since: Moment | undefined;
  #wasPermitted: boolean;
  #settledAt = 0;

  constructor(definition: BypassDefinition, clock: Clock, memory?: BypassMemory) {
    this.#definition = definition;
    this.#wasPermitted = memory?.wasPermitted ?? true;
    if (memory?.since !== undefined) {
      const passed = Math.max(0, clock.now() - memory.since);
      this.#since = { now: clock.monotonic() - passed, time: memory.since };
    }
  }

  take(sample: Sample): void {
    const { bypass, permit, guarded } = this.#definition;
    if (sample.point === bypass.point) this.#bypass = readContact(bypass, sample);
    if (permit?.point === sample.point) this.#permit = readContact(permit, sample);
    if (!guarded.includes(sample.point)) return;
    if (hasFlag(sample.flags, 'forced')) this.#forced.add(sample.point);
    // A value that is not good says nothing of whether it is still forced.
    else if (sample.quality.level === 'good') this.#forced.delete(sample.point);
  }

  settle(moment: Moment): { points: readonly Told[]; events: readonly SiteEvent[] } {
    this.#settledAt = moment.now;
    const events: SiteEvent[] = [];
    const isBypassed = this.#forced.size > 0 ? true : this.#bypass.isOn;
    if (isBypassed === true && !this.#since) {
      this.#since = moment;
      this.#wasPermitted = true;
      events.push(this.#event(moment, 'bypass.began', this.#howBypassed(), {}));
    }
    if (this.#since && this.#isUnpermitted && this.#wasPermitted) {
      this.#wasPermitted = false;
      events.push(this.#event(moment, 'bypass.unpermitted', 'bypassed without a permit', {}));
    }
    if (isBypassed === false && this.#since) {
      const minutes = this.#minutes(moment.now);
      const detail = { since: this.#since.time, minutes, permitted: this.#wasPermitted };
      events.push(this.#event(moment, 'bypass.ended', `in force again after ${minutes} min`, detail));
      this.#since = undefined;
    }
    return { points: this.#points(moment.now), events };
  }

  nextDue(): number | undefined {
    if (!this.#since) return undefined;
    const { now } = this.#since;
    const nextMinute = now + (Math.floor((this.#settledAt - now) / MINUTE_MS) + 1) * MINUTE_MS;
    const overdueAt = now + this.#definition.longestMs;
    return overdueAt > this.#settledAt ? Math.min(nextMinute, overdueAt) : nextMinute;
  }

  memory(): BypassMemory {
    return this.#since ? { since: this.#since.time, wasPermitted: this.#wasPermitted } : {};
  }

  get #isUnpermitted(): boolean {
    return this.#since !== undefined && this.#definition.permit !== undefined && this.#permit.isOn === false;
  }

  #minutes(now: number): number {
    return this.#since ? Math.floor((now - this.#since.now) / MINUTE_MS) : 0;
  }

  #points(now: number): readonly Told[] {
    const { bypassedPoint, minutesPoint, unpermittedPoint, overduePoint, longestMs, permit } = this.#definition;
    const flags = (this.#bypass.flags | this.#permit.flags) & ~Flag.forced;
    const { quality } = this.#bypass;
    const told = (point: PointId, value: SampleValue, its: Quality): Told => ({ point, value, quality: its, flags });
    // While the bypass is in doubt it goes on; that it is over is only told by a good value.
    const isOver = (isWrong: boolean, otherwise: Quality): Quality => (isWrong ? GOOD : otherwise);
    const isBypassed = this.#since !== undefined;
    const isOverdue = this.#since !== undefined && now - this.#since.now >= longestMs;
    return [
      told(bypassedPoint, isBypassed, this.#forced.size > 0 ? GOOD : quality),
      told(minutesPoint, this.#minutes(now), quality),
      ...(permit
        ? [
            told(
              unpermittedPoint,
              this.#isUnpermitted,
              isOver(this.#isUnpermitted, isBypassed ? this.#permit.quality : quality),
            ),
          ]
        : []),
      told(overduePoint, isOverdue, isOver(isOverdue, quality)),
    ];
  }

  #howBypassed(): string {
    if (this.#forced.size === 0) return 'bypassed';
    return `bypassed, since ${[...this.#forced].join(', ')} is forced`;
  }

  #event({ time }: Moment, kind: string, what: string, detail: NonNullable<SiteEvent['detail']>): SiteEvent {
    const { id, name, bypassedPoint } = this.#definition;
    const flags = this.#bypass.flags & Flag.sim;
    return { time, kind, point: bypassedPoint, text: `${name}: ${what}`, detail: { interlock: id, ...detail }, flags };
  }
}
