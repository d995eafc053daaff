import type { Clock } from '#agent/model/clock.ts';
import type { Derivation } from '#agent/model/derivation.ts';
import type { SiteEvent } from '#agent/model/event.ts';
import type { Fact } from '#agent/model/fact.ts';
import { Flag } from '#agent/model/flags.ts';
import type { PointId } from '#agent/model/ids.ts';
import { GOOD, uncertain } from '#agent/model/quality.ts';
import type { Quality } from '#agent/model/quality.ts';
import type { Sample, SampleValue } from '#agent/model/sample.ts';
import { stopTexts } from '#agent/model/stop.ts';
import type { StopView, StopWatchDefinition } from '#agent/model/stop.ts';
import { readContact } from '../shell/contact.ts';
import { derivationOf } from '../shell/derivation-shell.ts';
import type { DerivationCore, Moment, Told } from '../shell/derivation-shell.ts';
import type { StopMemory } from './memory.ts';
import { StopBook } from './stop-book.ts';
import type { DeclaredStop } from './stop-book.ts';

/** Declarations are compared with the clock this often. */
const LOOK_EVERY_MS = 1000;

/** Watches the stops of one device. @param memory what an earlier watch of the same device knew */
export function createStopWatch(
  definition: StopWatchDefinition,
  clock: Clock,
  memory?: StopMemory,
): Derivation<StopMemory> {
  const { id, running, points, repeatMs } = definition;
  const inputs = [...(running ? [running.point] : []), ...points];
  return derivationOf(new StopWatch(definition, memory), { id, inputs, repeatMs, clock });
}

class StopWatch implements DerivationCore<StopMemory> {
  readonly #definition: StopWatchDefinition;
  readonly #book: StopBook;
  readonly #samples = new Map<PointId, Sample>();
  #declared: DeclaredStop | undefined;
  #undeclared: boolean;
  #contradicted: boolean;
  /** Monotonic: since when it is so, without a break. */
  #downSince: number | undefined;
  #runsSince: number | undefined;
  #lookAt = Number.NEGATIVE_INFINITY;
  #isFirst = true;

  constructor(definition: StopWatchDefinition, memory?: StopMemory) {
    this.#definition = definition;
    this.#book = new StopBook(definition, memory?.records);
    this.#undeclared = memory?.undeclared ?? false;
    this.#contradicted = memory?.contradicted ?? false;
  }

  take(sample: Sample): void {
    this.#samples.set(sample.point, sample);
  }

  takeFact(fact: Fact): void {
    if (fact.kind === 'register' && fact.register === 'stop-record') this.#book.take(fact);
  }

  settle(moment: Moment): { points: readonly Told[]; events: readonly SiteEvent[] } {
    const { now, time } = moment;
    this.#lookAt = now + LOOK_EVERY_MS;
    const events: SiteEvent[] = [];
    const before = this.#declared;
    const declared = this.#book.at(time);
    this.#declared = declared;
    // What a restart finds declared was told before.
    if (declared?.id !== before?.id && !this.#isFirst) events.push(...this.#changes(before, declared, time));
    this.#isFirst = false;
    const isDown = this.#isDown();
    this.#downSince = isDown === true ? (this.#downSince ?? now) : undefined;
    this.#runsSince = isDown === false ? (this.#runsSince ?? now) : undefined;
    this.#judge(now, isDown, events, time);
    return { points: this.#points(time, isDown), events };
  }

  nextDue(): number | undefined {
    return this.#lookAt === Number.NEGATIVE_INFINITY ? undefined : this.#lookAt;
  }

  memory(): StopMemory {
    return { records: this.#book.all, undeclared: this.#undeclared, contradicted: this.#contradicted };
  }

  view(): StopView {
    const { name, device } = this.#definition;
    const { kind, from, planned = null } = this.#declared ?? {};
    return {
      name,
      device,
      isDown: this.#isDown() ?? null,
      declared: kind && from !== undefined ? { kind, ...stopTexts[kind], from, planned } : null,
      isUndeclared: this.#undeclared,
    };
  }

  /** Whether the device stands still or is silent; undefined while that is not known. */
  #isDown(): boolean | undefined {
    const { running, points } = this.#definition;
    const contact = running && this.#samples.get(running.point);
    const isOn = running && contact ? readContact(running, contact).isOn : undefined;
    if (isOn !== undefined) return !isOn;
    const heard = points.map((point) => this.#samples.get(point)).filter((sample) => sample !== undefined);
    if (heard.some(({ quality }) => quality.level !== 'bad')) return running ? undefined : false;
    return points.length > 0 && heard.length === points.length ? true : undefined;
  }

  #judge(now: number, isDown: boolean | undefined, events: SiteEvent[], time: number): void {
    const { afterMs } = this.#definition;
    const lasted = (since: number | undefined): boolean => since !== undefined && now - since >= afterMs;
    const was = this.#undeclared;
    if (this.#declared || isDown === false) this.#undeclared = false;
    else if (lasted(this.#downSince)) this.#undeclared = true;
    if (this.#undeclared && !was)
      events.push(
        this.#event(time, 'stop.undeclared', 'stands still or is silent, and nobody declared it: it is offline'),
      );
    const isStill = this.#declared !== undefined && this.#declared.kind !== 'start-up';
    if (!isStill || isDown === true) this.#contradicted = false;
    else if (lasted(this.#runsSince)) this.#contradicted = true;
  }

  #points(time: number, isDown: boolean | undefined): readonly Told[] {
    const { declaredPoint, kindPoint, undeclaredPoint, overduePoint, contradictedPoint } = this.#definition;
    const declared = this.#declared;
    const flags = [...this.#samples.values()].reduce((all, one) => all | one.flags, declared?.flags ?? 0) & Flag.sim;
    const doubt: Quality = isDown === undefined ? uncertain('not-yet-read') : GOOD;
    const told = (point: PointId, value: SampleValue, quality: Quality): Told => ({ point, value, quality, flags });
    const claim = (point: PointId, isSo: boolean): Told => told(point, isSo, isSo ? GOOD : doubt);
    const isOverdue = declared?.planned !== undefined && time >= declared.planned && isDown !== false;
    return [
      told(declaredPoint, declared !== undefined, GOOD),
      told(kindPoint, declared?.kind ?? 'none', GOOD),
      claim(undeclaredPoint, this.#undeclared),
      claim(overduePoint, isOverdue),
      claim(contradictedPoint, this.#contradicted),
    ];
  }

  #changes(before: DeclaredStop | undefined, after: DeclaredStop | undefined, time: number): SiteEvent[] {
    return [
      ...(before ? [this.#event(time, 'stop.ended', `${stopTexts[before.kind].en} ${before.id} is over`, before)] : []),
      ...(after
        ? [this.#event(time, 'stop.declared', `${stopTexts[after.kind].en} declared by ${after.id}`, after)]
        : []),
    ];
  }

  #event(time: number, kind: string, what: string, of?: DeclaredStop): SiteEvent {
    const { name, device, undeclaredPoint } = this.#definition;
    return {
      time,
      kind,
      point: undeclaredPoint,
      text: `${name}: ${what}`,
      detail: { device, ...(of && { record: of.id, stop: of.kind, from: of.from }) },
      flags: (of?.flags ?? 0) & Flag.sim,
    };
  }
}
