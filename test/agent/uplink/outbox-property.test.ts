import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { receiverId } from '#agent/model/ids.ts';
import type { Stream } from '#agent/model/record.ts';
import { createOutbox, type Flight, type Outbox } from '#agent/uplink/outbox.ts';
import { firewatchJson } from '#agent/uplink/profiles/firewatch-json.ts';
import { createSelection } from '#agent/uplink/select/selection.ts';
import { defaultTuning } from '#agent/uplink/tuning.ts';
import { createLedger, type Ledger } from '#simulators/receiver/ledger.ts';
import { createMessageCheck } from '#simulators/receiver/message-check.ts';
import type { StreamMessage } from '#simulators/receiver/wire.ts';
import { site } from './harness.ts';
import { memoryJournal, samples } from './memory-journal.ts';

type Move =
  | { readonly type: 'commit'; readonly stream: 'alarm' | 'sample' }
  | { readonly type: 'send'; readonly messages: number }
  | { readonly type: 'acknowledge'; readonly messages: number }
  | { readonly type: 'forward'; readonly messages: number }
  | { readonly type: 'refuse' }
  | { readonly type: 'lose-connection' }
  | { readonly type: 'kill-broker' }
  | { readonly type: 'kill-agent' }
  | { readonly type: 'flush' }
  | { readonly type: 'long-outage'; readonly records: number }
  | { readonly type: 'expire'; readonly share: number }
  | { readonly type: 'wait'; readonly ms: number };

const few = fc.integer({ min: 1, max: 8 });
const move: fc.Arbitrary<Move> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ type: fc.constant('commit'), stream: fc.constantFrom('alarm', 'sample') }) },
  { weight: 6, arbitrary: fc.record({ type: fc.constant('send'), messages: few }) },
  { weight: 6, arbitrary: fc.record({ type: fc.constant('acknowledge'), messages: few }) },
  { weight: 6, arbitrary: fc.record({ type: fc.constant('forward'), messages: few }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('lose-connection') }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('kill-broker') }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('kill-agent') }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('flush') }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('long-outage'), records: few }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('wait'), ms: fc.constantFrom(50, 400, 40_000) }) },
);

const refusal = fc.record({ type: fc.constant('refuse') }) as fc.Arbitrary<Move>;
const expiry = fc.record({ type: fc.constant('expire'), share: fc.constantFrom(0.3, 1) }) as fc.Arbitrary<Move>;

const check = createMessageCheck();
/** So long that it stays long enough when it is halved over and over: here every broker dies with all it has. */
const OVERLAP_MS = 1e30;
/** Longer than any wait of the uplink: for another try, for the rate limit, for coverage. */
const QUIET_ROUNDS = 30;

const AMPLE = { inFlight: 65_535, messageBytes: Infinity };

/** Agent, broker and platform in one thread, with time that only the moves advance. */
function world(inFlight: number) {
  const journal = memoryJournal();
  const ledgers = new Map<Stream, Ledger>([
    ['alarm', createLedger()],
    ['sample', createLedger()],
  ]);
  let nowMs = 1_790_000_000_000;
  const now = () => ({ wallMs: nowMs, monotonicMs: nowMs });
  const build = (): Outbox => {
    const outbox = createOutbox({
      receiver: {
        id: receiverId('park'),
        lanes: {
          alarm: { streams: ['alarm'] },
          live: { streams: ['sample'], withinMs: 30_000 },
          backfill: { samplesPerSecond: 1_000 },
          inFlight,
        },
      },
      reader: journal,
      profile: firewatchJson(site),
      selection: () => createSelection({}),
      tuning: { ...defaultTuning, messageBytes: 900, overlapMs: OVERLAP_MS },
    });
    outbox.connected(AMPLE);
    return outbox;
  };
  let outbox = build();
  /** Arrived at the broker, not acknowledged; and acknowledged, not yet passed on. */
  let unanswered: Flight[] = [];
  let queued: Flight[] = [];

  const deliver = ({ message }: Flight): void => {
    const checked = check({
      topic: message.topic,
      site: site.id,
      payload: message.payload,
      contentType: message.contentType,
      userProperties: { schema: message.schema, sim: String(message.isSimulated) },
    });
    if (checked.type !== 'stream') throw new Error(JSON.stringify(checked));
    const received: StreamMessage = checked.message;
    ledgers.get(received.stream)?.enter(received);
  };
  const connectAgain = (): void => {
    unanswered = [];
    outbox.connected(AMPLE);
  };

  const moves: { [Type in Move['type']]: (move: Extract<Move, { type: Type }>) => void } = {
    commit({ stream }) {
      if (stream === 'alarm') journal.addAlarm(nowMs);
      else journal.addSamples(nowMs, samples(nowMs, 9));
    },
    send({ messages }) {
      nowMs += 30;
      for (let count = 0; count < messages; count += 1) {
        const flight = outbox.next(now());
        if (flight) unanswered.push(flight);
      }
    },
    acknowledge({ messages }) {
      for (const flight of unanswered.splice(0, messages)) {
        queued.push(flight);
        outbox.settle(flight, { type: 'accepted' }, now());
      }
    },
    forward({ messages }) {
      queued.splice(0, messages).forEach(deliver);
    },
    refuse() {
      const flight = unanswered.shift();
      if (flight) outbox.settle(flight, { type: 'refused', reason: 'no', isMessageFault: true }, now());
    },
    // The messages were on their way: the broker got them, only the answers are lost.
    'lose-connection'() {
      queued.push(...unanswered);
      outbox.lost(now());
      connectAgain();
    },
    'kill-broker'() {
      queued = [];
      outbox.lost(now());
      connectAgain();
    },
    'kill-agent'() {
      queued.push(...unanswered.splice(0, 1));
      unanswered = [];
      queued.splice(0).forEach(deliver);
      outbox = build();
    },
    'long-outage'({ records }) {
      moves['lose-connection']({ type: 'lose-connection' });
      for (let count = 0; count < records; count += 1) moves.commit({ type: 'commit', stream: 'sample' });
      moves.wait({ type: 'wait', ms: 40_000 });
    },
    flush: () => outbox.flush(),
    expire({ share }) {
      for (const stream of ['alarm', 'sample'] as const) {
        journal.expire(stream, Math.floor(journal.head(stream) * share));
      }
    },
    wait({ ms }) {
      // Longer than the overlap: a living broker has passed on what it has.
      if (ms > 1_000) queued.splice(0).forEach(deliver);
      nowMs += ms;
    },
  };

  return {
    journal,
    ledgers,
    play: (move: Move): void => (moves[move.type] as (move: Move) => void)(move),
    finish: (): void => {
      let quiet = 0;
      while (quiet < QUIET_ROUNDS) {
        moves.send({ type: 'send', messages: 10 });
        quiet = unanswered.length === 0 ? quiet + 1 : 0;
        moves.acknowledge({ type: 'acknowledge', messages: 100 });
        moves.forward({ type: 'forward', messages: 100 });
        nowMs += 200;
      }
      outbox.flush();
    },
    quarantined: () => outbox.quarantined,
    rebuilt: build,
    now,
  };
}

describe('outbox under random outages and crashes', () => {
  it('delivers every record in the order of its lane, whatever breaks at any step', () => {
    fc.assert(
      fc.property(fc.array(move, { maxLength: 120 }), fc.integer({ min: 1, max: 8 }), (moves, inFlight) => {
        const { play, finish, journal, ledgers, rebuilt, now } = world(inFlight);
        for (const each of moves) play(each);
        finish();
        for (const [stream, ledger] of ledgers) {
          expect(ledger.missing(journal.head(stream))).toEqual([]);
          expect(ledger.state()).toMatchObject({
            records: journal.head(stream),
            outOfOrder: 0,
            skipped: { expired: 0, filtered: 0, quarantined: 0 },
          });
        }
        expect(rebuilt().next(now())).toBeUndefined();
      }),
      { numRuns: 150 },
    );
  });

  it('accounts for every number even when records expire and messages are refused', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof({ weight: 12, arbitrary: move }, refusal, expiry), { maxLength: 120 }),
        fc.integer({ min: 1, max: 8 }),
        (moves, inFlight) => {
          const { play, finish, journal, ledgers, quarantined } = world(inFlight);
          for (const each of moves) play(each);
          finish();
          for (const [stream, ledger] of ledgers) {
            expect(ledger.missing(journal.head(stream))).toEqual([]);
            const { records, skipped } = ledger.state();
            expect(records + skipped.expired + skipped.quarantined).toBeGreaterThanOrEqual(journal.head(stream));
          }
          expect(quarantined().every((entry) => entry.reason === 'no')).toBe(true);
        },
      ),
      { numRuns: 150 },
    );
  });
});
