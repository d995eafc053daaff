import { dataBytes, functionOf, type ReadRequest } from './request.ts';
import { isBitArea } from './value-type.ts';

/**
 * RTU replies carry no number: only unit, function code and length tell them apart. Two requests of one unit with the
 * same shape can get each other's replies, when one comes late or twice. This keeps account of the shapes in use and
 * makes requests differ, by asking for a few registers more than needed.
 *
 * A shape is free when it was not asked for within the time that a reply may be late. That is demanded of units that
 * have lost a reply, of everybody after bytes that nobody asked for, and always where a network lies between. On a
 * healthy line, where nothing is late, it is enough that requests for different registers differ for a short while.
 */
export class ReplyShapes {
  readonly #lateReplyMs: number;
  readonly #isAlwaysWary: boolean;
  readonly #lastAsked = new Map<number, { readonly at: number; readonly start: number }>();
  readonly #waryUntil = new Map<number, number>();
  readonly #unwidenable = new Set<string>();
  #everybodyWaryUntil = -Infinity;

  constructor(lateReplyMs: number, isAlwaysWary: boolean) {
    this.#lateReplyMs = lateReplyMs;
    this.#isAlwaysWary = isAlwaysWary;
  }

  /** The request as it may be sent now, perhaps for more registers; or how long to wait until it may be sent. */
  choose(request: ReadRequest, maxCount: number, now: number): ReadRequest | { readonly waitMs: number } {
    const step = isBitArea(request.area) ? 8 : 1;
    const isWary = this.#isWary(request.unit, now);
    const most = this.#unwidenable.has(nameOf(request)) ? 0 : MOST_STEPS * step;
    let soonest = Infinity;
    for (let more = 0; more <= most; more += step) {
      const wider = { ...request, count: request.count + more };
      if (more > 0 && (wider.count > maxCount || wider.start + wider.count > 65536)) break;
      const freeAt = this.#freeAt(wider, isWary);
      if (freeAt <= now) return wider;
      soonest = Math.min(soonest, freeAt);
    }
    // Without a sign of trouble, a request that cannot be made to differ is sent as it is.
    const hasTrouble = now < this.#everybodyWaryUntil || now < (this.#waryUntil.get(request.unit) ?? -Infinity);
    return hasTrouble ? { waitMs: soonest - now } : request;
  }

  asked(request: ReadRequest, now: number): void {
    this.#lastAsked.set(shapeOf(request), { at: now, start: request.start });
    if (this.#lastAsked.size > MOST_SHAPES) this.#forget(now);
  }

  /** The device refuses more registers than the values need. */
  refuseWidening(request: ReadRequest): void {
    this.#unwidenable.add(nameOf(request));
  }

  /** A reply did not come: it may still come later. */
  lost(unit: number, now: number): void {
    this.#waryUntil.set(unit, now + WARY_MS);
  }

  /** Bytes came that nobody asked for: somebody answers late or twice. */
  stray(now: number): void {
    this.#everybodyWaryUntil = now + WARY_MS;
  }

  #isWary(unit: number, now: number): boolean {
    return this.#isAlwaysWary || now < this.#everybodyWaryUntil || now < (this.#waryUntil.get(unit) ?? -Infinity);
  }

  #freeAt(request: ReadRequest, isWary: boolean): number {
    const last = this.#lastAsked.get(shapeOf(request));
    if (!last) return -Infinity;
    if (isWary) return last.at + this.#lateReplyMs;
    return last.start === request.start ? -Infinity : last.at + this.#lateReplyMs * HEALTHY_SHARE;
  }

  #forget(now: number): void {
    for (const [shape, { at }] of this.#lastAsked) if (at + this.#lateReplyMs <= now) this.#lastAsked.delete(shape);
  }
}

/** After trouble a line is watched for so long; each new trouble starts it again. */
const WARY_MS = 60_000;
/** Share of the late-reply time for which a healthy line is watched: the answer to one request comes within the next few. */
const HEALTHY_SHARE = 0.1;
const MOST_STEPS = 8;
const MOST_SHAPES = 4096;

const shapeOf = (request: ReadRequest): number =>
  (request.unit << 16) | (functionOf(request) << 8) | dataBytes(request);

const nameOf = ({ unit, area, start, count }: ReadRequest): string => `${unit} ${area} ${start} ${count}`;
