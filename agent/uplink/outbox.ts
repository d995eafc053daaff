import type { RecordReader, Stream } from '#agent/model/record.ts';
import { createCursorStore, type CursorStore } from './cursor-store.ts';
import { type Lane, type Step, withoutRecord } from './coverage.ts';
import { reopen, rewind } from './cursor.ts';
import { laneSources } from './lane-sources.ts';
import type { Instant } from './lanes.ts';
import type { ReceiverOptions } from '#agent/model/receiver.ts';
import type { Message, Profile } from './profiles/profile.ts';
import { createEvidenceCourier, type EvidenceReport } from './evidence/evidence-courier.ts';
import { createQuarantine, type Quarantined } from './quarantine.ts';
import { createRateLimit } from './rate-limit.ts';
import { createTrack, type Dispatch, type Track } from './track.ts';
import type { Span } from './spans.ts';
import type { Selection } from './select/selection.ts';
import type { Outcome } from './transports/transport.ts';
import type { Tuning } from './tuning.ts';
import { createWindow, type LinkLimits } from './window.ts';

/** A message under way. */
export interface Flight {
  readonly dispatch: Dispatch;
  readonly message: Message;
  readonly sentAt: number;
}

export interface OutboxOptions {
  readonly receiver: Pick<ReceiverOptions, 'id' | 'lanes' | 'evidence'>;
  readonly reader: RecordReader;
  readonly profile: Profile;
  /** Asked for one for each stream and lane: what was sent there decides what is sent next. */
  readonly selection: () => Selection;
  readonly tuning: Tuning;
  /** Bytes of a picture or film; undefined when it is gone. Absent: the site keeps none. */
  readonly readEvidence?: (file: string) => Buffer | undefined;
  /** See {@link UplinkOptions}. */
  readonly skipThrough?: (stream: Stream) => number;
}

export interface LaneCount {
  readonly stream: Stream;
  readonly lane: Lane;
  readonly held: string | undefined;
  readonly inFlight: number;
  readonly sent: number;
  readonly acknowledged: number;
  readonly samples: number;
}

/**
 * Decides what is sent next and what an answer means; knows no socket and no timer. All that it needs to go on after a
 * crash is in the journal and the receiver's cursors.
 */
export interface Outbox {
  /** A connection is there. */
  connected(limits: LinkLimits): void;
  /** The message to send now; undefined: none, or no room. */
  next(now: Instant): Flight | undefined;
  settle(flight: Flight, outcome: Outcome, now: Instant): void;
  /** Messages under way for longer than that, although one that was sent later has arrived on this connection. */
  passedOver(now: Instant, afterMs: number): readonly Flight[];
  /** The connection is gone: all under way is sent again, and what was acknowledged last. */
  lost(now: Instant): void;
  /** What was acknowledged of a stream is sent once more, after the next {@link lost}. */
  resend(stream: Stream, span: Span): void;
  /** Stores the cursors. */
  flush(): void;
  readonly inFlight: number;
  readonly counts: readonly LaneCount[];
  readonly cursors: Pick<CursorStore, 'get' | 'fault'>;
  readonly quarantined: readonly Quarantined[];
  /** Absent: this receiver gets no content. */
  readonly evidence: EvidenceReport | undefined;
}

export function createOutbox({
  receiver,
  reader,
  profile,
  selection,
  tuning,
  readEvidence,
  skipThrough = () => 0,
}: OutboxOptions): Outbox {
  const cursors = createCursorStore(reader, receiver.id);
  const quarantine = createQuarantine(cursors, tuning.tries);
  const window = createWindow({ inFlight: receiver.lanes.inFlight, ...tuning });
  /** In the order in which they were sent. */
  const flights = new Set<Flight>();
  /** When the last that has arrived of this connection was sent. Monotonic ms. */
  let arrivedSentAt = -Infinity;
  const { bytesPerMinute } = receiver.lanes;
  const budget = bytesPerMinute === undefined ? undefined : createRateLimit(bytesPerMinute / 60);

  const giveUp = (step: Step, reason: string, now: Instant): Step => {
    quarantine.add({ stream: step.stream, seq: step.span.seq, time: now.wallMs, reason });
    quarantine.clear(step.stream, step.span.seq);
    return withoutRecord(step);
  };

  const encode = (step: Step, lane: Lane, now: Instant): { step: Step; messages: readonly Message[] } => {
    const isGivenUp = step.record && quarantine.has(step.stream, step.span.seq);
    const wanted = isGivenUp ? withoutRecord(step) : step;
    try {
      return { step: wanted, messages: profile.encode(wanted, lane, window.size) };
    } catch (error) {
      const told = giveUp(step, error instanceof Error ? error.message : String(error), now);
      return { step: told, messages: profile.encode(told, lane, ANY_SIZE) };
    }
  };

  const { overlapMs } = tuning;
  const tracks = laneSources(receiver.lanes, { reader, cursors, selection, overlapMs, skipThrough }).map((source) =>
    createTrack({ source, encode, coverageAfterMs: tuning.coverageAfterMs }),
  );
  const { evidence: tell } = profile;
  const courier =
    receiver.evidence && readEvidence && tell
      ? createEvidenceCourier({
          options: receiver.evidence,
          lanes: receiver.lanes,
          reader,
          cursors,
          quarantine,
          tell,
          readEvidence,
          tuning,
          skipThrough: skipThrough('event'),
        })
      : undefined;
  const isContent = ({ track }: Dispatch): boolean => track === courier?.track;
  const allTracks = courier ? [...tracks, courier.track] : tracks;
  const tallies = new Map(allTracks.map((track) => [track, { sent: 0, acknowledged: 0, samples: 0, holds: 0 }]));
  const tally = (track: Track) => tallies.get(track) ?? { sent: 0, acknowledged: 0, samples: 0, holds: 0 };

  const isSuspect = (dispatch: Dispatch): boolean =>
    !isContent(dispatch) && quarantine.isSuspect(dispatch.step.stream, dispatch.step.span.seq);
  const isAccused = ({ step }: Dispatch): boolean => quarantine.isAccused(step.stream, step.span.seq);

  /** Whether this connection has carried another message since the accused one failed. */
  let isScouted = false;
  let scouting: { readonly scout: Flight; readonly accused: Dispatch } | undefined;

  const launchSuspect = (suspect: Dispatch, message: Message, now: Instant): Flight => {
    if (isAccused(suspect) && !isScouted) {
      for (const track of tracks) {
        const scout = track.ready(now, suspect);
        const first = scout?.waiting[0];
        if (!scout || !first) continue;
        scouting = { scout: launch(scout, first, now), accused: suspect };
        return scouting.scout;
      }
    }
    return launch(suspect, message, now);
  };

  const launch = (dispatch: Dispatch, message: Message, now: Instant): Flight => {
    dispatch.waiting.shift();
    dispatch.flying += 1;
    const flight = { dispatch, message, sentAt: now.monotonicMs };
    flights.add(flight);
    window.add(dispatch.track.lane, message.payload.length);
    budget?.spend(message.payload.length, now.monotonicMs);
    tally(dispatch.track).sent += 1;
    return flight;
  };

  /** When nothing else is to be sent. */
  const content = (now: Instant): Flight | undefined => {
    if (!courier || !window.admits('backfill') || (budget && !budget.isOpen(now.monotonicMs))) return undefined;
    const dispatch = courier.next(now, window.size);
    const message = dispatch?.waiting[0];
    if (!dispatch || !message) return undefined;
    courier.sent(message.payload.length, now);
    return launch(dispatch, message, now);
  };

  // What can't be delivered is told as missing, in its own place; if even that is refused, the receiver sees a hole.
  const replaceByCoverage = (dispatch: Dispatch, reason: string, now: Instant): void => {
    const hadRecord = dispatch.step.record !== undefined;
    dispatch.step = giveUp(dispatch.step, reason, now);
    dispatch.waiting = hadRecord ? [...profile.encode(dispatch.step, dispatch.track.lane, ANY_SIZE)] : [];
    dispatch.notBefore = 0;
  };

  const refuse = (flight: Flight, outcome: Exclude<Outcome, { type: 'accepted' }>, now: Instant): void => {
    const { dispatch, message } = flight;
    const { track, step } = dispatch;
    if (outcome.type === 'refused' && outcome.isMessageFault) {
      if (isContent(dispatch)) {
        if (courier?.refused(dispatch, outcome.reason, now)) dispatch.waiting = [];
        else {
          dispatch.waiting.unshift(message);
          dispatch.notBefore = now.monotonicMs + tuning.retryMs;
        }
        return;
      }
      if (quarantine.strike(step.stream, step.span.seq)) replaceByCoverage(dispatch, outcome.reason, now);
      else {
        dispatch.waiting.push(message);
        dispatch.notBefore = now.monotonicMs + tuning.retryMs;
      }
      return;
    }
    dispatch.waiting.push(message);
    const count = tally(track);
    const pause = tuning.retryMs * 2 ** Math.min(count.holds, 5);
    count.holds += 1;
    track.hold(now.monotonicMs + pause, outcome.type === 'unheard' ? UNHEARD : outcome.reason);
  };

  return {
    connected(limits) {
      window.open(limits);
      arrivedSentAt = -Infinity;
      isScouted = false;
    },
    next(now) {
      if (scouting) return undefined;
      for (const flight of flights) if (isSuspect(flight.dispatch)) return undefined;
      for (const track of tracks) {
        if (!window.admits(track.lane)) continue;
        if (track.lane !== 'alarm' && budget && !budget.isOpen(now.monotonicMs)) continue;
        const dispatch = track.ready(now);
        const message = dispatch?.waiting[0];
        if (!dispatch || !message) continue;
        if (!isSuspect(dispatch)) return launch(dispatch, message, now);
        return flights.size > 0 ? undefined : launchSuspect(dispatch, message, now);
      }
      return content(now);
    },
    settle(flight, outcome, now) {
      if (!flights.delete(flight)) return;
      const { dispatch, message } = flight;
      const { track, step } = dispatch;
      dispatch.flying -= 1;
      window.remove(track.lane, message.payload.length);
      window.observe(flight.sentAt, now.monotonicMs, message.payload.length);
      if (scouting?.scout === flight) {
        scouting = undefined;
        isScouted = outcome.type === 'accepted';
      }
      if (outcome.type === 'accepted') {
        arrivedSentAt = Math.max(arrivedSentAt, flight.sentAt);
        const count = tally(track);
        count.acknowledged += 1;
        count.samples += message.samples;
        count.holds = 0;
        track.release();
        if (isContent(dispatch)) courier?.arrived(flight, now);
        quarantine.clear(isContent(dispatch) ? 'evidence' : step.stream, step.span.seq);
      } else refuse(flight, outcome, now);
      track.finish(dispatch, now);
    },
    passedOver(now, afterMs) {
      const found: Flight[] = [];
      for (const flight of flights) {
        if (flight.sentAt >= arrivedSentAt || now.monotonicMs - flight.sentAt <= afterMs) break;
        found.push(flight);
      }
      return found;
    },
    lost(now) {
      const wasAlone = flights.size === 1;
      const underWay = new Set([...flights].map((flight) => flight.dispatch));
      for (const dispatch of underWay) {
        if (isContent(dispatch)) {
          courier?.lost(dispatch, now);
          continue;
        }
        const { stream, span, record } = dispatch.step;
        const isConvicted = record && wasAlone && isScouted && isAccused(dispatch);
        if (isConvicted) giveUp(dispatch.step, BREAKS_CONNECTION, now);
        else quarantine.struckByLoss(stream, span.seq, wasAlone && scouting === undefined);
      }
      if (scouting) quarantine.acquit(scouting.accused.step.stream, scouting.accused.step.span.seq);
      scouting = undefined;
      flights.clear();
      window.reset();
      for (const track of allTracks) track.restart(now);
    },
    resend(stream, span) {
      const isForward = receiver.lanes.alarm.streams.includes(stream);
      cursors.update(stream, (cursor) => (isForward ? rewind(cursor, span.after) : reopen(cursor, span)));
    },
    flush: () => cursors.flush(),
    get inFlight() {
      return flights.size;
    },
    get counts() {
      return tracks.map((track) => {
        const { sent, acknowledged, samples } = tally(track);
        const { lane, held = track.source.paused, flying: inFlight } = track;
        return { stream: track.source.stream, lane, held, inFlight, sent, acknowledged, samples };
      });
    },
    cursors,
    get quarantined() {
      return quarantine.entries;
    },
    get evidence() {
      return courier?.report();
    },
  };
}

/** Coverage is small. */
const ANY_SIZE = { wanted: Infinity, allowed: Infinity };

const BREAKS_CONNECTION =
  'the connection broke each time while this message alone was under way, and carried others in between';

const UNHEARD =
  'the broker has no subscriber for this topic, so a message would be lost; it is held until somebody subscribes (set requireSubscriber: false if the broker itself consumes messages)';
