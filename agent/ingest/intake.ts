import type { AlarmDefinition } from '#agent/model/alarm.ts';
import type { Clock } from '#agent/model/clock.ts';
import type { Gap, SiteEvent } from '#agent/model/event.ts';
import type { SourceId } from '#agent/model/ids.ts';
import { hasFlag } from '#agent/model/flags.ts';
import type { Footage, Picture } from '#agent/model/picture.ts';
import type { Point } from '#agent/model/point.ts';
import type { Sample } from '#agent/model/sample.ts';
import { SourceError } from '#drivers/driver.ts';
import { EventBudget } from './event-budget.ts';
import type { Ingested } from './ingested.ts';
import { SampleIntake } from './sample-intake.ts';
import { isDeviceFacts, isEvent, isFact, isGap, isFootage, isPicture } from './signal-shape.ts';
import { StatusKeeper } from './source-status.ts';
import type { StatusClaim } from './source-status.ts';

export interface IntakeOptions {
  readonly source: { readonly id: SourceId; readonly kind: string; readonly simulated: boolean };
  readonly points: readonly Point[];
  readonly alarms: readonly AlarmDefinition[];
  readonly clock: Clock;
  /** How often {@link Intake.tick} will be called. Milliseconds. */
  readonly tickMs: number;
  readonly firstDataWithinMs: number;
  readonly silentForMs: number;
  /** Waited after a connection that ingest gave up, until the driver has let go of it. Milliseconds. */
  readonly releaseWithinMs: number;
}

/**
 * What one source's signals mean, attempt after attempt. No I/O and no timers: supervise.ts calls `begin`, then `accept`
 * and `tick` in any order, then `lose`, and again. Each returns what is to be told, in order.
 *
 * `tick` throws a SourceError when the driver has been silent for too long; `accept` never throws.
 */
export class Intake {
  readonly #options: IntakeOptions;
  readonly #clock: Clock;
  readonly #samples: SampleIntake;
  readonly #status: StatusKeeper;
  /** What the driver said of the present connection; undefined until it proved one. */
  #claim: StatusClaim | undefined;
  /** First fault of each kind in the present connection. */
  readonly #faults = new Map<string, string>();
  #begun = 0;
  #begunAt = 0;
  #heardAt: number | undefined;
  /** UTC ms up to which the source's data is known to be complete. */
  #dataUntil: number;
  #gapFrom: number | undefined;
  #zoneOffsetMs = 0;
  readonly #budget: EventBudget;
  #out: Ingested[] = [];

  constructor(options: IntakeOptions) {
    this.#options = options;
    this.#clock = options.clock;
    this.#status = new StatusKeeper(options.source.id);
    this.#dataUntil = this.#clock.now();
    this.#budget = new EventBudget(this.#clock.monotonic());
    this.#samples = new SampleIntake(options.points, options.alarms, {
      clock: options.clock,
      simulated: options.source.simulated,
      tickMs: options.tickMs,
      notices: {
        fault: (kind, text) => this.#fault(kind, text),
        beyondRange: (point, sample) => this.#beyondRange(point, sample),
      },
    });
  }

  /** The connection has been up, with data, at least this long. 0 when it is not. Milliseconds. */
  get upForMs(): number {
    return this.#heardAt === undefined ? 0 : this.#clock.monotonic() - this.#begunAt;
  }

  /** An attempt to connect begins. */
  begin(): readonly Ingested[] {
    this.#begun += 1;
    this.#begunAt = this.#clock.monotonic();
    this.#heardAt = undefined;
    this.#claim = undefined;
    this.#faults.clear();
    if (this.#begun > 1) return [];
    this.#show({ state: 'connecting', reason: 'connecting for the first time' });
    this.#tellSamples(this.#samples.notYetRead());
    return this.#told();
  }

  /** The driver sent something; by its type a Signal. */
  accept(signal: unknown): readonly Ingested[] {
    const { type, ...rest } = (typeof signal === 'object' && signal !== null ? signal : {}) as Record<string, unknown>;
    if (type === 'samples' && Array.isArray(rest['samples'])) this.#acceptSamples(rest['samples']);
    else if (type === 'status' && isDriverState(rest['state']))
      this.#acceptStatus(rest['state'], rest['reason'], rest['provesValues'] !== false);
    else if (type === 'facts' && Array.isArray(rest['facts'])) this.#acceptFacts(rest['facts']);
    else if (type === 'event' && isEvent(rest['event'])) this.#tellWithinBudget(rest['event']);
    else if (type === 'gap' && isGap(rest['gap'])) this.#tellGap(rest['gap']);
    else if (type === 'picture' && isPicture(rest['picture'])) this.#tellPicture(rest['picture']);
    else if (type === 'footage' && isFootage(rest['footage'])) this.#tellFootage(rest['footage']);
    else if (type === 'device' && isDeviceFacts(rest['facts']))
      this.#out.push({ type: 'device', source: this.#options.source.id, facts: rest['facts'] });
    else this.#fault('malformed-signal', `the driver sent a malformed signal of type ${String(type)}`);
    this.#showClaim();
    return this.#told();
  }

  /** Time passed. */
  tick(): readonly Ingested[] {
    const now = this.#clock.monotonic();
    const { firstDataWithinMs, silentForMs, releaseWithinMs } = this.#options;
    const retry = { retryAfterMs: releaseWithinMs };
    if (this.#heardAt === undefined && now - this.#begunAt >= firstDataWithinMs)
      throw new SourceError(`no data within ${firstDataWithinMs / 1000} s after connecting was begun`, retry);
    if (this.#heardAt !== undefined && now - this.#heardAt >= silentForMs)
      throw new SourceError(`neither data nor keep-alive for ${silentForMs / 1000} s`, retry);
    this.#tellSamples(this.#samples.expire());
    this.#tellRefused();
    return this.#told();
  }

  /** The connection is lost or could not be made. `nextAttempt` is UTC ms. */
  lose(reason: string, nextAttempt: number): readonly Ingested[] {
    this.#claim = undefined;
    if (this.#gapFrom === undefined) {
      this.#gapFrom = this.#dataUntil;
      this.#tellGap({ from: this.#gapFrom, reason: 'comm-lost', text: reason, flags: 0 });
    }
    this.#show({ state: 'offline', reason, nextAttempt });
    this.#tellSamples(this.#samples.lose());
    return this.#told();
  }

  /** The driver threw while it was being released. Told with what comes next. */
  releaseFailed(reason: string): void {
    this.#event('source.fault', `while being released, ${reason}`);
  }

  #acceptSamples(batch: readonly unknown[]): void {
    const samples = this.#samples.accept(batch);
    if (samples.length === 0) return;
    this.#heardAt = this.#clock.monotonic();
    const usable = samples.find((sample) => sample.quality.level !== 'bad' && !hasFlag(sample.flags, 'backfilled'));
    if (usable) {
      this.#claim ??= { state: 'online', reason: '' };
      this.#showClaim();
      this.#closeGap(usable.receiveTime);
      this.#dataUntil = this.#clock.now();
    }
    this.#tellSamples(samples);
    this.#tellZone();
  }

  /** Facts prove the connection as samples do. */
  #acceptFacts(batch: readonly unknown[]): void {
    const facts = batch.filter(isFact);
    if (facts.length < batch.length) {
      const what = `${batch.length - facts.length} of ${batch.length} facts`;
      this.#fault('malformed-fact', `the driver sent ${what} without kind, times or flags; they were left out`);
    }
    if (facts.length === 0) return;
    this.#heardAt = this.#clock.monotonic();
    this.#claim ??= { state: 'online', reason: '' };
    this.#showClaim();
    this.#closeGap(this.#clock.now());
    this.#dataUntil = this.#clock.now();
    const { simFlag } = this.#samples;
    const source = this.#options.source.id;
    this.#out.push({ type: 'facts', facts: facts.map((fact) => ({ ...fact, source, flags: fact.flags | simFlag })) });
  }

  #acceptStatus(state: DriverState, reason: unknown, provesValues: boolean): void {
    this.#claim = { state, reason: state === 'online' ? '' : String(reason) };
    if (state === 'connecting') return;
    this.#heardAt = this.#clock.monotonic();
    if (state === 'degraded') return;
    this.#showClaim();
    if (provesValues) this.#tellSamples(this.#samples.keepAlive());
    this.#dataUntil = this.#clock.now();
  }

  /** What is shown of a claim: a driver that misbehaves is degraded, and an outage lasts until there is evidence. */
  #showClaim(): void {
    const claim = this.#claim;
    if (!claim) return;
    const [fault] = this.#faults.values();
    if (claim.state !== 'connecting') this.#show(fault === undefined ? claim : { state: 'degraded', reason: fault });
    else if (this.#begun === 1) this.#show(claim);
  }

  #show(claim: StatusClaim): void {
    const told = this.#status.claim(claim, this.#clock.now());
    if (!told) return;
    this.#out.push({ type: 'status', status: told.status });
    if (!told.isNewState || claim.state === 'connecting') return;
    this.#event(
      `source.${claim.state}`,
      claim.state === 'online' ? `${this.#options.source.id} is online` : claim.reason,
    );
  }

  #closeGap(to: number): void {
    const from = this.#gapFrom;
    if (from === undefined) return;
    this.#gapFrom = undefined;
    this.#tellGap({ from, to: Math.max(from, to), reason: 'comm-lost', text: 'connection is back', flags: 0 });
  }

  #fault(kind: string, text: string): void {
    if (this.#faults.has(kind)) return;
    this.#faults.set(kind, text);
    this.#event('source.fault', text);
  }

  #beyondRange(point: Point, sample: Sample): void {
    const range = point.range ? `${point.range.low} … ${point.range.high} ${point.unit}` : 'unknown';
    const text = `${point.id} reads ${String(sample.value)} ${point.unit}, beyond its instrument's range (${range}); kept for its alarms`;
    this.#tellEvent({
      time: this.#clock.now(),
      kind: 'point.beyond-range',
      point: point.id,
      text,
      flags: sample.flags,
    });
  }

  #tellZone(): void {
    const offset = this.#samples.zoneOffsetMs;
    if (offset === this.#zoneOffsetMs) return;
    this.#zoneOffsetMs = offset;
    const hours = Math.abs(offset) / 3_600_000;
    const text =
      offset === 0
        ? 'source times agree with the agent again'
        : `source times are ${hours} h ${offset > 0 ? 'behind' : 'ahead'}: the device or its gateway sends local time as UTC`;
    this.#event('source.clock', text);
  }

  #event(kind: string, text: string): void {
    this.#tellEvent({ time: this.#clock.now(), kind, text, flags: 0 });
  }

  #tellWithinBudget(event: SiteEvent): void {
    if (this.#budget.spend(this.#clock.monotonic())) this.#tellEvent(event);
  }

  #tellRefused(): void {
    const refused = this.#budget.takeRefused(this.#clock.monotonic());
    if (refused > 0) this.#event('source.events-dropped', `${refused} events of this source were too many to keep`);
  }

  #tellEvent(event: SiteEvent): void {
    const flags = event.flags | this.#samples.simFlag;
    this.#out.push({ type: 'event', event: { ...event, source: this.#options.source.id, flags } });
  }

  #tellFootage(footage: Footage): void {
    const flags = footage.flags | this.#samples.simFlag;
    this.#out.push({ type: 'footage', source: this.#options.source.id, footage: { ...footage, flags } });
  }

  #tellPicture(picture: Picture): void {
    const flags = picture.flags | this.#samples.simFlag;
    this.#out.push({ type: 'picture', source: this.#options.source.id, picture: { ...picture, flags } });
  }

  #tellGap(gap: Gap): void {
    const flags = gap.flags | this.#samples.simFlag;
    this.#out.push({ type: 'gap', gap: { ...gap, source: this.#options.source.id, flags } });
  }

  #tellSamples(samples: readonly Sample[]): void {
    if (samples.length > 0) this.#out.push({ type: 'samples', samples });
  }

  #told(): readonly Ingested[] {
    const out = this.#out;
    this.#out = [];
    return out;
  }
}

type DriverState = 'connecting' | 'online' | 'degraded';

const isDriverState = (value: unknown): value is DriverState =>
  value === 'connecting' || value === 'online' || value === 'degraded';
