import type { CareOptions } from '#agent/model/care.ts';
import type { Clock } from '#agent/model/clock.ts';
import type { AuditEntry, Stream } from '#agent/model/record.ts';
import { readRequest, signedText, type Request } from './request.ts';
import { makeVerify, type Verify } from './verify.ts';

/** What the site lets a desk see and do. */
export interface CarePort {
  /** Present values and standing alarms, as JSON. */
  readonly snapshot: () => object;
  /** How the agent fares, as JSON, without secrets. */
  readonly diagnostics: () => object;
  /** Has records sent once more. Undefined: done; otherwise why not. */
  readonly resend: (stream: Stream, first: number, last: number) => string | undefined;
  readonly audit: (entry: AuditEntry) => void;
  /** Time of the last request that was taken, UTC ms; outlives the process. */
  readonly lastTaken: () => number;
  readonly take: (time: number) => void;
}

/** Without `body`: refused, or done without anything to show. */
export interface Answer {
  readonly request: string;
  readonly accepted: boolean;
  readonly reason?: string;
  readonly body?: object;
}

/** The clocks of both sides may differ by this. */
const CLOCKS_MS = 5 * 60_000;
const HOUR_MS = 3_600_000;
/** Refusals in the audit, an hour: a flood of forged requests must not fill it. */
const AUDITED_REFUSALS = 20;

/** Judges one receiver's requests. Each is taken once; times must rise, so that none can be played again, ever. */
export class CareDesk {
  readonly #options: CareOptions;
  readonly #names: { readonly site: string; readonly receiver: string };
  readonly #clock: Clock;
  readonly #port: CarePort;
  readonly #verify: Verify;
  #taken: number[] = [];
  #refused: number[] = [];

  /** @throws SealError when the key does not fit */
  constructor(
    options: CareOptions,
    names: { readonly site: string; readonly receiver: string },
    clock: Clock,
    port: CarePort,
  ) {
    this.#options = options;
    this.#names = names;
    this.#clock = clock;
    this.#port = port;
    this.#verify = makeVerify(options.verify);
  }

  /** Undefined: not from whom it says; that is not answered. */
  handle(payload: Buffer): Answer | undefined {
    const asked = readRequest(payload);
    if (!asked) return this.#refuse('unknown', 'no request of Firewatch JSON');
    const { site, receiver } = this.#names;
    if (asked.receiver !== receiver) return undefined;
    const isGenuine =
      asked.site === site &&
      asked.keyId === this.#options.verify.keyId &&
      this.#verify(signedText(asked), Buffer.from(asked.signature, 'base64'));
    if (!isGenuine) return this.#refuse(asked.request, 'its signature, site or key is not right');
    const reason = this.#whyNot(asked) ?? this.#serve(asked);
    if (typeof reason === 'string') {
      this.#refuse(asked.request, reason);
      return { request: asked.id, accepted: false, reason };
    }
    return { request: asked.id, accepted: true, ...reason };
  }

  #whyNot({ request, time }: Request): string | undefined {
    const now = this.#clock.now();
    if (!this.#options.allow.includes(request)) return `${request} is not allowed to this receiver`;
    if (Math.abs(time - now) > CLOCKS_MS)
      return `its time is ${Math.round((time - now) / 1000)} s from ours; five minutes are allowed`;
    if (time <= this.#port.lastTaken()) return 'a request of that time or a later one was taken before';
    this.#taken = this.#taken.filter((at) => this.#clock.monotonic() - at < HOUR_MS);
    if (this.#taken.length >= this.#options.perHour) return `${this.#options.perHour} requests an hour are answered`;
    return undefined;
  }

  /** On record before it is done. */
  #serve(asked: Request): string | { readonly body?: object } {
    const { request, id, stream, first, last } = asked;
    this.#taken.push(this.#clock.monotonic());
    this.#port.take(asked.time);
    this.#audit(request, { id, accepted: true, ...(stream && { stream, first: first ?? 0, last: last ?? 0 }) });
    if (request === 'snapshot') return { body: this.#port.snapshot() };
    if (request === 'diagnostics') return { body: this.#port.diagnostics() };
    if (!stream || first === undefined || last === undefined || last < first)
      return 'resend needs stream, first and last';
    return this.#port.resend(stream, first, last) ?? {};
  }

  #refuse(what: string, reason: string): undefined {
    this.#refused = this.#refused.filter((at) => this.#clock.monotonic() - at < HOUR_MS);
    if (this.#refused.length >= AUDITED_REFUSALS) return undefined;
    this.#refused.push(this.#clock.monotonic());
    this.#audit(what, { accepted: false, reason });
    return undefined;
  }

  #audit(what: string, detail: NonNullable<AuditEntry['detail']>): void {
    const who = `receiver ${this.#names.receiver}`;
    this.#port.audit({ time: this.#clock.now(), who, action: `care.${what}`, what: 'site', detail });
  }
}
