import type { JournalRecord } from '#agent/model/record.ts';
import type { Instant, LaneSource } from '../lanes.ts';
import type { Span } from '../spans.ts';
import type { Foreign } from './map-field.ts';
import type { MappedItem } from './map-record.ts';

/** One foreign record that waits, or is on its way. */
export interface Pending {
  readonly item: MappedItem;
  readonly key: string;
  readonly body: Readonly<Record<string, Foreign>>;
  /** Of the body as JSON. */
  readonly bytes: number;
  readonly digest: string;
  isFlying: boolean;
  /** Sent without others: it was in a batch that was refused as a whole. */
  isAlone: boolean;
  tries: number;
  notBefore: number;
}

/** Foreign records of a lane in memory: more wait in the journal. */
const MOST_WAITING = 400;
/** Records read in one turn, wanted or not, so that nothing else waits for long. */
const READ_AT_ONCE = 256;

/** One lane of one stream towards a platform: what waits in it, and up to where everything is settled. */
export class DeliveryLane {
  readonly source: LaneSource;
  readonly queue: Pending[] = [];
  readonly tally = { sent: 0, acknowledged: 0 };
  #underWay: Span[] = [];

  constructor(source: LaneSource) {
    this.source = source;
  }

  /** Reads on while there is room. */
  read(now: Instant, take: (record: JournalRecord) => void): void {
    for (let read = 0; read < READ_AT_ONCE && this.queue.length < MOST_WAITING; read += 1) {
      const step = this.source.next(now);
      if (!step) return;
      this.#underWay.push(step.span);
      if (step.record) take(step.record);
    }
  }

  /** @param open numbers of this stream of which anything waits, is on its way or is held for a parent */
  settle(open: ReadonlySet<number>, now: Instant): void {
    const isOpen = ({ after, seq }: Span): boolean => [...open].some((one) => one > after && one <= seq);
    const first = this.#underWay.findIndex(isOpen);
    const settled = this.#underWay.splice(0, first < 0 ? this.#underWay.length : first);
    for (const span of settled) this.source.arrived(span, now);
    // What is settled behind one that waits for long is remembered as few spans, not as many.
    const [waiting, ...behind] = this.#underWay;
    if (!waiting) return;
    const joined = [waiting];
    let isJoining = false;
    for (const span of behind) {
      const last = joined.at(-1);
      const isSettled = !isOpen(span);
      if (isJoining && isSettled && last?.seq === span.after)
        joined[joined.length - 1] = { after: last.after, seq: span.seq };
      else joined.push(span);
      isJoining = isSettled;
    }
    this.#underWay = joined;
  }

  remove(one: Pending): void {
    const index = this.queue.indexOf(one);
    if (index >= 0) this.queue.splice(index, 1);
  }
}
