import { createHash } from 'node:crypto';
import type { JournalRecord, RecordReader, Stream } from '#agent/model/record.ts';
import type { CursorStore } from '../cursor-store.ts';
import type { Instant, LaneSource } from '../lanes.ts';
import type { LaneCount } from '../outbox.ts';
import { parseQuarantine, QUARANTINE_NAME } from '../quarantine.ts';
import type { RateLimit } from '../rate-limit.ts';
import type { BookEntry, DeliveryBook } from './delivery-book.ts';
import { DeliveryLane, type Pending } from './delivery-lane.ts';
import type { Judgement } from './judge-answer.ts';
import type { Foreign } from './map-field.ts';
import { itemKey, mapRecord } from './map-record.ts';
import type { MapContext, MappedItem } from './map-record.ts';

/** One request, to be answered once. */
export interface PlatformRequest {
  readonly message: string;
  readonly records: readonly Readonly<Record<string, Foreign>>[];
  readonly pending: readonly Pending[];
}

export interface DeliveryParts {
  readonly reader: RecordReader;
  readonly cursors: CursorStore;
  readonly book: DeliveryBook;
  readonly context: MapContext;
  /** In the order in which they may send. */
  readonly lanes: readonly LaneSource[];
  /** Bytes that may be sent; the alarm lane counts and never waits. Absent: no limit. */
  readonly budget?: RateLimit | undefined;
}

const TRIES = 3;
const RETRY_MS = 2_000;
const VALUES_TOLD_EVERY_MS = 3_600_000;
const FURTHER = '; and ';

/**
 * Decides what a platform is sent next and what its answers mean; knows no socket and no timer. Parents go before their
 * children; a child of a parent that was refused is held, and goes once the parent has arrived. A version that was not
 * sent yet gives way to a newer one of the same id.
 */
export class Delivery {
  readonly #parts: DeliveryParts;
  readonly #lanes: readonly DeliveryLane[];
  readonly #flyingMessages = new Set<string>();
  readonly #refusedValues = new Map<string, number>();

  constructor(parts: DeliveryParts) {
    this.#parts = parts;
    this.#lanes = parts.lanes.map((source) => new DeliveryLane(source));
    const { book } = parts;
    this.#takeReleased();
    for (const [key, { lacks }] of book.all)
      if (lacks?.why === 'waiting' || (lacks?.parent !== undefined && this.#hasArrived(lacks.parent))) this.#again(key);
  }

  /**
   * The request to send now; undefined: none.
   * @param isUrgent only what the alarm lane holds
   */
  next(now: Instant, isUrgent = false): PlatformRequest | undefined {
    const { context, budget } = this.#parts;
    for (const lane of this.#lanes) lane.read(now, (record) => this.#take(record, lane, now));
    for (const lane of this.#lanes) {
      const isAlarm = lane.source.lane === 'alarm';
      if (!isAlarm && (isUrgent || lane.source.isOpen?.(now) === false || budget?.isOpen(now.monotonicMs) === false))
        continue;
      const first = this.#firstReady(lane, now);
      if (!first) continue;
      const { name } = first.item.message;
      const keys = new Set([first.key]);
      const others = first.isAlone
        ? []
        : lane.queue.filter((one) => {
            if (one === first || one.isAlone || one.item.message.name !== name || keys.has(one.key)) return false;
            if (keys.size >= context.profile.batch || this.#standing(one, now) !== 'ready') return false;
            keys.add(one.key);
            return true;
          });
      const pending = [first, ...others];
      for (const one of pending) one.isFlying = true;
      this.#flyingMessages.add(name);
      lane.tally.sent += pending.length;
      budget?.spend(
        pending.reduce((sum, { bytes }) => sum + bytes, 0),
        now.monotonicMs,
      );
      return { message: name, records: pending.map(({ body }) => body), pending };
    }
    return undefined;
  }

  settle(request: PlatformRequest, judgement: Judgement, now: Instant): void {
    this.#flyingMessages.delete(request.message);
    for (const one of request.pending) one.isFlying = false;
    if (judgement.type === 'unavailable') {
      // The answer to fewer records is shorter, and one of them may be to blame.
      if (judgement.isMisunderstood) for (const one of request.pending) one.isAlone = true;
      return;
    }
    const { isAccepted, rejected, batch } = judgement;
    let isAnyNamed = false;
    for (const one of request.pending) {
      const reason = rejected.get(one.item.id);
      if (reason === undefined) continue;
      isAnyNamed = true;
      this.#refuse(one, reason, now);
    }
    const rest = request.pending.filter((one) => !rejected.has(one.item.id));
    if (isAccepted) for (const one of rest) this.#arrived(one, batch, now);
    else if (!isAnyNamed) this.#refusedAsWhole(rest, now);
    // Otherwise the others were not said to have been taken: they go again without those that were named.
  }

  /** A receipt of a batch: `rejected` did not make it after all. */
  receipt(batch: string, rejected: ReadonlyMap<string, string>, now: Instant): void {
    const { book } = this.#parts;
    for (const [key, entry] of book.all) {
      if (entry.has?.batch !== batch || entry.has.isConfirmed) continue;
      const reason = rejected.get(key.slice(key.indexOf('/') + 1));
      if (reason === undefined) {
        book.put(key, { ...entry, has: { ...entry.has, isConfirmed: true } });
        this.#release(key);
      } else {
        const { has, ...rest } = entry;
        book.put(key, { ...rest, lacks: entry.lacks ?? { seq: has.seq, why: 'refused', reason, at: now.wallMs } });
      }
    }
  }

  /** Batches whose receipt is awaited, by the time of their answer. */
  get awaited(): ReadonlyMap<string, number> {
    const batches = new Map<string, number>();
    for (const { has } of this.#parts.book.all.values())
      if (has?.batch !== undefined && !has.isConfirmed) batches.set(has.batch, has.at);
    return batches;
  }

  /** No receipt came in time: everything of the batch is sent again. */
  resend(batch: string): void {
    const { book } = this.#parts;
    for (const [key, entry] of book.all) {
      if (entry.has?.batch !== batch || entry.has.isConfirmed) continue;
      const { has, ...rest } = entry;
      const lacks = { seq: has.seq, reason: 'no receipt came', at: has.at };
      book.put(key, { lacks: { ...lacks, why: 'refused' }, ...rest });
      this.#again(key);
    }
  }

  /** Moves the cursors to what has arrived or is accounted for, and stores them with the book. */
  flush(now: Instant): void {
    const { cursors, book } = this.#parts;
    void book.quarantined;
    const open = new Map<Stream, Set<number>>();
    const isOpen = ({ stream, seq }: { readonly stream: Stream; readonly seq: number }): void =>
      void open.set(stream, (open.get(stream) ?? new Set()).add(seq));
    for (const { queue } of this.#lanes) for (const { item } of queue) isOpen(item);
    for (const held of book.held) isOpen(held);
    for (const lane of this.#lanes) lane.settle(open.get(lane.source.stream) ?? new Set(), now);
    cursors.flush();
  }

  get cursors(): CursorStore {
    return this.#parts.cursors;
  }

  get quarantined(): DeliveryBook['quarantined'] {
    return this.#parts.book.quarantined;
  }

  get inFlight(): number {
    return this.#lanes.reduce((sum, lane) => sum + flyingOf(lane), 0);
  }

  get counts(): readonly LaneCount[] {
    const held = Map.groupBy(this.#parts.book.held, ({ stream }) => stream);
    return this.#lanes.map((lane) => {
      const { stream, lane: name, paused } = lane.source;
      const waiting = name === 'backfill' ? undefined : held.get(stream);
      const why = waiting?.[0] && `${waiting.length} records wait for their parents; ${waiting[0].reason}`;
      const samples = stream === 'sample' ? lane.tally.acknowledged : 0;
      return { stream, lane: name, held: why ?? paused, inFlight: flyingOf(lane), samples, ...lane.tally };
    });
  }

  #take(record: JournalRecord, lane: DeliveryLane, now: Instant): void {
    for (const item of mapRecord(record, this.#parts.context)) this.#enter(item, lane, now);
  }

  #enter(item: MappedItem, lane: DeliveryLane, now: Instant): void {
    const { book } = this.#parts;
    const key = itemKey(item.message.name, item.id);
    const entry = item.message.isTracked ? book.get(key) : undefined;
    // Read once more after a restart, or an older version than what is known.
    if (entry && isKnown(entry, item.seq)) return;
    const kept = Object.fromEntries(
      item.kept.flatMap((name) => {
        const value = item.body[name] ?? entry?.kept?.[name];
        return value === undefined ? [] : [[name, value] as const];
      }),
    );
    const body = { ...kept, ...item.body };
    const missing = item.missing.filter((name) => body[name] === undefined).map((name) => `${name} is missing`);
    const faults = [...item.faults, ...missing];
    const text = Buffer.from(JSON.stringify(body));
    const digest = createHash('sha256').update(text).digest('base64url').slice(0, 22);
    const bytes = text.length;
    const pending = { item, key, body, bytes, digest, isFlying: false, isAlone: false, tries: 0, notBefore: 0 };
    if (item.message.isTracked && this.#isSuperseded(item, key)) return;
    if (item.kept.length > 0) book.put(key, { ...(entry ?? { stream: item.stream }), kept });
    if (faults.length > 0) return this.#refuse(pending, faults.join('; '), now);
    const known = book.get(key);
    if (item.message.isTracked && known?.has?.digest === digest && !known.lacks) {
      book.put(key, { ...known, has: { ...known.has, seq: item.seq, at: now.wallMs } });
      return;
    }
    lane.queue.push(pending);
  }

  /** The platform needs the newest version only: an older one that waits gives way, in whichever lane it is. */
  #isSuperseded({ stream, seq }: MappedItem, key: string): boolean {
    const versions = this.#lanes
      .filter(({ source }) => source.stream === stream)
      .flatMap((lane) => lane.queue.filter((one) => one.key === key).map((one) => ({ lane, one })));
    if (versions.some(({ one }) => one.item.seq > seq)) return true;
    for (const { lane, one } of versions) if (!one.isFlying) lane.remove(one);
    return false;
  }

  #firstReady(lane: DeliveryLane, now: Instant): Pending | undefined {
    // Holding takes away from the queue.
    for (const one of lane.queue.slice()) {
      // One request of a message at a time, so that no version overtakes another.
      if (this.#flyingMessages.has(one.item.message.name)) continue;
      const standing = this.#standing(one, now);
      if (standing === 'ready') return one;
      if (typeof standing === 'object') this.#hold(one, standing.parent, now);
    }
    return undefined;
  }

  #standing(one: Pending, now: Instant): 'ready' | 'waits' | { readonly parent: string } {
    if (one.isFlying || one.notBefore > now.monotonicMs) return 'waits';
    for (const parent of one.item.parents) {
      if (this.#hasArrived(parent)) continue;
      const isComing = this.#lanes.some(({ queue }) => queue.some(({ key }) => key === parent));
      if (isComing || this.#parts.book.get(parent)?.has) return 'waits';
      return { parent };
    }
    return 'ready';
  }

  #hasArrived(parent: string): boolean {
    return this.#parts.book.get(parent)?.has?.isConfirmed === true;
  }

  #hold(one: Pending, parent: string, now: Instant): void {
    const { book } = this.#parts;
    this.#remove(one);
    const reason =
      book.get(parent)?.lacks === undefined
        ? `its parent ${parent} was never told`
        : `its parent ${parent} was not taken: ${book.get(parent)?.lacks?.reason ?? ''}`;
    const entry = book.get(one.key) ?? { stream: one.item.stream };
    book.put(one.key, {
      ...entry,
      lacks: { seq: one.item.seq, why: 'held', reason: reason.slice(0, 400), parent, at: now.wallMs },
    });
  }

  #arrived(one: Pending, batch: string | undefined, now: Instant): void {
    const { book, context } = this.#parts;
    const lane = this.#remove(one);
    if (lane) lane.tally.acknowledged += 1;
    if (!one.item.message.isTracked) return;
    const { kept, lacks } = book.get(one.key) ?? {};
    const isNewer = lacks !== undefined && lacks.seq > one.item.seq;
    const isAwaited = batch !== undefined && context.profile.receipts !== undefined;
    book.put(one.key, {
      stream: one.item.stream,
      has: {
        seq: one.item.seq,
        digest: one.digest,
        at: now.wallMs,
        ...(isAwaited && { batch }),
        isConfirmed: !isAwaited,
      },
      ...(isNewer && { lacks }),
      ...(kept && { kept }),
    });
    if (!isAwaited) this.#release(one.key);
  }

  #refuse(one: Pending, reason: string, now: Instant): void {
    const { book } = this.#parts;
    this.#remove(one);
    if (!one.item.message.isTracked) return this.#refuseValue(one, reason, now);
    const { key } = one;
    const entry = book.get(key) ?? { stream: one.item.stream };
    if ((entry.lacks?.seq ?? 0) > one.item.seq) return;
    book.put(key, {
      ...entry,
      lacks: { seq: one.item.seq, why: 'refused', reason: reason.slice(0, 600), at: now.wallMs },
    });
  }

  /** Values may be refused for ever, a thousand a second: one entry an hour and message, which counts the others. */
  #refuseValue({ item }: Pending, reason: string, now: Instant): void {
    const { book } = this.#parts;
    const key = itemKey(item.message.name, 'values');
    const known = book.get(key)?.lacks;
    const isRecent = known !== undefined && now.wallMs - known.at < VALUES_TOLD_EVERY_MS;
    const further = isRecent ? (this.#refusedValues.get(key) ?? 0) + 1 : 0;
    this.#refusedValues.set(key, further);
    const [first = ''] = (isRecent ? known.reason : `${item.id}: ${reason.slice(0, 500)}`).split(FURTHER);
    const said = further > 0 ? `${first}${FURTHER}${further} further values` : first;
    const { seq, at } = isRecent ? known : { seq: item.seq, at: now.wallMs };
    book.put(key, { stream: item.stream, lacks: { seq, why: 'refused', reason: said, at } });
  }

  /** Nobody was named: each is sent alone, and one that is refused alone so many times is refused. */
  #refusedAsWhole(all: readonly Pending[], now: Instant): void {
    for (const one of all) {
      one.tries += one.isAlone || all.length === 1 ? 1 : 0;
      one.isAlone = true;
      one.notBefore = one.tries > 0 ? now.monotonicMs + RETRY_MS : 0;
      if (one.tries >= TRIES) this.#refuse(one, 'the platform refused the request and named no reason', now);
    }
  }

  #release(parent: string): void {
    for (const key of this.#parts.book.waitingFor(parent)) this.#again(key);
  }

  /** What is no longer in the quarantine that is stored was released by a person, or has other words by now. */
  #takeReleased(): void {
    const { book, cursors, context } = this.#parts;
    const { fingerprint } = context.profile;
    const isOther = cursors.noted('profile') !== fingerprint;
    cursors.note('profile', fingerprint);
    const stored = new Set(
      parseQuarantine(cursors.noted(QUARANTINE_NAME)).map(({ stream, seq }) => `${stream}/${seq}`),
    );
    for (const [key, { stream, lacks }] of book.all)
      if (lacks?.why === 'refused' && (isOther || !stored.has(`${stream}/${lacks.seq}`))) this.#again(key);
  }

  #again(key: string): void {
    const { book } = this.#parts;
    const entry = book.get(key);
    if (!entry?.lacks) return;
    const { seq, at } = entry.lacks;
    const { stream } = entry;
    const [record] = this.#parts.reader.read(stream, seq - 1, 1, seq + 1);
    if (!record) {
      const reason = `${entry.lacks.reason} (record ${stream}/${seq} is no longer in the journal; its source must tell it again)`;
      book.put(key, { ...entry, lacks: { seq, at, why: 'refused', reason: reason.slice(-600) } });
      return;
    }
    // Kept until it has arrived: the cursor may be beyond it.
    book.put(key, { ...entry, lacks: { seq, at, why: 'waiting', reason: entry.lacks.reason } });
    const lane = this.#lanes.find(({ source }) => source.stream === stream);
    if (lane) this.#take(record, lane, { wallMs: at, monotonicMs: 0 });
  }

  #remove(one: Pending): DeliveryLane | undefined {
    const lane = this.#lanes.find(({ queue }) => queue.includes(one));
    lane?.remove(one);
    return lane;
  }
}

const flyingOf = ({ queue }: DeliveryLane): number => queue.filter(({ isFlying }) => isFlying).length;

/** Read once more after a restart, or older than what is known. */
function isKnown({ has, lacks }: BookEntry, seq: number): boolean {
  if (seq <= (has?.seq ?? 0) || seq < (lacks?.seq ?? 0)) return true;
  return seq === lacks?.seq && lacks.why !== 'waiting';
}
