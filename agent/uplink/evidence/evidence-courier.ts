import type { LaneOptions, EvidenceUplinkOptions } from '#agent/model/receiver.ts';
import type { RecordReader } from '#agent/model/record.ts';
import type { CursorStore } from '../cursor-store.ts';
import type { Step } from '../coverage.ts';
import type { Instant } from '../lanes.ts';
import type { Message, Profile, SizeLimits } from '../profiles/profile.ts';
import type { Quarantine } from '../quarantine.ts';
import { createRateLimit } from '../rate-limit.ts';
import { createRecent } from '../recent.ts';
import { withinWindows } from '../send-window.ts';
import { createTrack, type Dispatch, type Track } from '../track.ts';
import type { Tuning } from '../tuning.ts';
import { createEvidenceLane, EVIDENCE_NAME } from './evidence-lane.ts';
import { evidenceParts } from './evidence-part.ts';

interface CourierParts {
  readonly options: EvidenceUplinkOptions;
  readonly lanes: LaneOptions;
  readonly reader: RecordReader;
  readonly cursors: CursorStore;
  readonly quarantine: Quarantine;
  readonly tell: NonNullable<Profile['evidence']>;
  readonly readEvidence: (file: string) => Buffer | undefined;
  readonly tuning: Tuning;
  readonly skipThrough: number;
}

/** Content of evidence on its way to one receiver. For people and metrics. */
export interface EvidenceReport {
  /** Event records behind that were not looked through for content yet. */
  readonly behind: number;
  /** Pieces acknowledged since the uplink was opened. */
  readonly pieces: number;
  /** Pictures and films of which the receiver was told that there is no content. */
  readonly missing: number;
  readonly held?: string;
}

/**
 * Sends pictures and films whole, when nothing else is to be sent: one piece at a time, so that an alarm waits behind no
 * more than one, at a rate of its own. What breaks connections or is refused is given up alone.
 */
export interface EvidenceCourier {
  readonly track: Track;
  /** A dispatch whose first message may go now. */
  readonly next: (now: Instant, size: SizeLimits) => Dispatch | undefined;
  readonly sent: (bytes: number, now: Instant) => void;
  readonly arrived: (flown: Flown, now: Instant) => void;
  /** True: given up; nothing of it is sent any more. */
  readonly refused: (dispatch: Dispatch, reason: string, now: Instant) => boolean;
  /** The connection was lost with a piece of this dispatch under way. */
  readonly lost: (dispatch: Dispatch, now: Instant) => void;
  readonly report: () => EvidenceReport;
}

/** A piece that was under way. */
interface Flown {
  readonly dispatch: Dispatch;
  readonly message: Message;
}

/** What a piece says beside its bytes: names of files, alarms and cameras have 250 characters at most. */
const HEAD_BYTES = 2048;
const SMALLEST_PART_BYTES = 1024;
/** After a connection was lost with a piece under way: the link has better things to do first. */
const HOLD_AFTER_LOSS_MS = 30_000;

export function createEvidenceCourier(parts: CourierParts): EvidenceCourier {
  const { options, lanes, reader, cursors, quarantine, tell, readEvidence, tuning, skipThrough } = parts;
  const rate = createRateLimit(options.bytesPerMinute / 60);
  const lane = createEvidenceLane({ options, reader, cursors, recent: createRecent(tuning.overlapMs), skipThrough });
  let partBytes = SMALLEST_PART_BYTES;
  let pieces = 0;
  let missing = 0;
  /** Where each piece ends. */
  const ends = new WeakMap<Message, number>();
  /** How far the one that is under way has come, and when; a broken link goes on from there. */
  let reached: { readonly seq: number; readonly marks: { readonly end: number; readonly at: number }[] } | undefined;
  let now: Instant = { wallMs: 0, monotonicMs: 0 };

  /** A broker that died may not have passed on what it acknowledged last. */
  const certain = (seq: number): number =>
    reached?.seq === seq ? (reached.marks.findLast(({ at }) => at <= now.monotonicMs - tuning.overlapMs)?.end ?? 0) : 0;

  const encode = (step: Step) => {
    const { record } = step;
    if (record?.stream !== 'event' || quarantine.has('evidence', step.span.seq)) return { step, messages: [] };
    const cut = evidenceParts(record, options, readEvidence, { from: certain(step.span.seq), partBytes });
    if (cut[0]?.content.kind === 'missing') missing += 1;
    const messages = cut.map((part) => {
      const message = tell(part);
      if (part.content.kind === 'data') ends.set(message, part.content.first + part.content.data.length);
      return message;
    });
    return { step, messages };
  };
  const track = createTrack({
    source: withinWindows(lane, lanes.backfill.windows),
    encode,
    coverageAfterMs: tuning.coverageAfterMs,
  });
  const giveUp = ({ step }: Dispatch, reason: string, now: Instant): void => {
    quarantine.add({ stream: 'evidence', seq: step.span.seq, time: now.wallMs, reason });
    quarantine.clear('evidence', step.span.seq);
  };

  return {
    track,
    next(moment, { wanted, allowed }) {
      now = moment;
      if (track.flying > 0 || !rate.isOpen(now.monotonicMs)) return undefined;
      // Base64 makes four bytes of three.
      partBytes = Math.max(SMALLEST_PART_BYTES, Math.floor((Math.min(wanted, allowed) - HEAD_BYTES) * 0.75));
      return track.ready(now);
    },
    sent: (bytes, now) => rate.spend(bytes, now.monotonicMs),
    arrived({ dispatch, message }, { monotonicMs: at }) {
      pieces += 1;
      const { seq } = dispatch.step.span;
      if (reached?.seq !== seq) reached = { seq, marks: [] };
      reached.marks.push({ end: ends.get(message) ?? 0, at });
    },
    refused(dispatch, reason, now) {
      if (!quarantine.strike('evidence', dispatch.step.span.seq)) return false;
      giveUp(dispatch, reason, now);
      return true;
    },
    lost(dispatch, now) {
      track.hold(now.monotonicMs + HOLD_AFTER_LOSS_MS, 'the connection was lost with content under way');
      if (quarantine.strike('evidence', dispatch.step.span.seq))
        giveUp(dispatch, 'the connection broke each time while it was under way', now);
    },
    report() {
      const held = track.held ?? track.source.paused;
      const looked = Number(cursors.noted(EVIDENCE_NAME) ?? 0);
      const behind = Math.max(0, reader.head('event') - looked);
      return { behind, pieces, missing, ...(held !== undefined && { held }) };
    },
  };
}
