import { defer, finalize, ignoreElements, interval, map, merge, type Observable, of, Subject, tap } from 'rxjs';
import type { LaneOptions, PlatformOptions } from '#agent/model/receiver.ts';
import type { Stream } from '#agent/model/record.ts';
import { backoffMs } from '../backoff.ts';
import { createCursorStore } from '../cursor-store.ts';
import { createLinkStatus } from '../link-status.ts';
import type { UplinkOptions } from '../options.ts';
import type { UplinkReport } from '../report.ts';
import { createReporter } from '../describe-uplink.ts';
import { laneSources } from '../lane-sources.ts';
import { createRateLimit } from '../rate-limit.ts';
import { createSelection } from '../select/selection.ts';
import { instant } from '../session.ts';
import { whyLost } from '../transports/why-lost.ts';
import { defaultTuning } from '../tuning.ts';
import { DeliveryBook } from './delivery-book.ts';
import { Delivery } from './delivery.ts';
import type { PlatformRequest } from './delivery.ts';
import { judgeAnswer, reasonsOf } from './judge-answer.ts';
import { platformHttp } from './platform-http.ts';
import type { MapContext } from './map-record.ts';

const FORGET_EVERY_MS = 60_000;
/** Receipts that are asked for in one turn. */
const RECEIPTS_AT_ONCE = 20;

/**
 * Sends a site's records to a platform whose messages and answers a profile describes: upserts by id, parents before
 * children, an answer for each record, receipts that come later. Never completes and never errors.
 */
export const openPlatformUplink = (options: UplinkOptions, platform: PlatformOptions): Observable<UplinkReport> =>
  defer(() => {
    const { receiver, reader, clock, committed$, points = [] } = options;
    const tuning = { ...defaultTuning, ...options.tuning };
    const { profile } = platform;
    const cursors = createCursorStore(reader, receiver.id);
    const book = new DeliveryBook(cursors, reader.cursors(receiver.id));
    const context: MapContext = {
      profile,
      site: options.site.id,
      company: platform.company,
      lengths: platform.lengths,
      points: new Map(points.map((point) => [point.id, point])),
      simulated: platform.simulated,
    };
    const selection = () => createSelection({ ...receiver, points, reader });
    const own = { reader, cursors, selection, overlapMs: 0, skipThrough: () => 0 };
    const lanes = laneSources(lanesOf(options, platform), own);
    const { bytesPerMinute } = receiver.lanes;
    const budget = bytesPerMinute === undefined ? undefined : createRateLimit(bytesPerMinute / 60);
    const delivery = new Delivery({ reader, cursors, book, context, lanes, budget });
    const link = createLinkStatus(clock);
    const http = platformHttp(platform, clock);
    // Thrown in an answer's turn, where nobody would catch it.
    const fault$ = new Subject<never>();
    let isReleased = false;
    let isAsking = false;
    let underWay = 0;
    let failures = 0;
    let notBefore = 0;
    let askAt = 0;
    let flushAt = 0;
    let forgetAt = 0;

    const failed = (reason: string): void => {
      const waitMs = backoffMs(failures, { baseMs: tuning.backoffBaseMs, capMs: tuning.backoffCapMs }, Math.random());
      failures += 1;
      notBefore = clock.monotonic() + waitMs;
      link.set('waiting', reason, clock.now() + waitMs);
    };
    const worked = (): void => {
      failures = 0;
      if (link.state !== 'connected') link.set('connected');
    };

    const send = async (request: PlatformRequest): Promise<void> => {
      const judgement = await http
        .post(request)
        .then((answer) => judgeAnswer(answer, profile))
        .catch((error: unknown) => ({
          type: 'unavailable' as const,
          reason: `POST ${request.message} to ${platform.url}: ${whyLost(error)}`,
        }));
      underWay -= 1;
      if (isReleased) return;
      if (judgement.type === 'unavailable') failed(judgement.reason);
      else worked();
      delivery.settle(request, judgement, instant(clock));
      pump();
    };

    const pump = (): void => {
      // One request more than agreed is kept for alarms.
      while (underWay <= platform.connections && clock.monotonic() >= notBefore) {
        const request = delivery.next(instant(clock), underWay === platform.connections);
        if (!request) return;
        underWay += 1;
        if (link.state === 'waiting') link.set('connecting');
        void send(request).catch((error: unknown) => fault$.error(error));
      }
    };

    const askReceipts = async (): Promise<void> => {
      const { receipts } = profile;
      if (!receipts) return;
      for (const [batch, since] of [...delivery.awaited].slice(0, RECEIPTS_AT_ONCE)) {
        const answer = await http.ask(batch).catch(() => undefined);
        if (isReleased) return;
        const done = answer && answer.status === 200 && isTrue(() => receipts.done.of(answer));
        if (answer && done) delivery.receipt(batch, reasonsOf(receipts.rejected, answer), instant(clock));
        else if (clock.now() - since > receipts.patienceMs) delivery.resend(batch);
      }
    };

    const turn = (): void => {
      pump();
      const now = clock.monotonic();
      if (profile.receipts && !isAsking && now >= askAt) {
        isAsking = true;
        askAt = now + profile.receipts.everyMs;
        void askReceipts()
          .catch((error: unknown) => fault$.error(error))
          .finally(() => {
            isAsking = false;
          });
      }
      if (now >= forgetAt) {
        forgetAt = now + FORGET_EVERY_MS;
        book.forget(clock.now());
      }
      if (now >= flushAt) {
        flushAt = now + tuning.flushMs;
        delivery.flush(instant(clock));
      }
    };

    const report = createReporter({ receiver: receiver.id, outbox: delivery, link, reader, clock });
    const work$ = merge(of(undefined), committed$, interval(tuning.tickMs), fault$).pipe(tap(turn), ignoreElements());
    return merge(work$, of(undefined), interval(tuning.reportMs)).pipe(
      map(report),
      finalize(() => {
        isReleased = true;
        delivery.flush(instant(clock));
        http.close();
      }),
    );
  });

/** The receiver's lanes, without streams for which the profile has no messages. */
function lanesOf({ receiver: { lanes } }: UplinkOptions, { profile }: PlatformOptions): LaneOptions {
  const wanted = new Set<Stream>(profile.messages.map(({ from }) => from.stream));
  const taken = (streams: readonly Stream[]): readonly Stream[] => streams.filter((stream) => wanted.has(stream));
  const { alarm, live } = lanes;
  return {
    ...lanes,
    alarm: { ...alarm, streams: taken(alarm.streams) },
    live: { ...live, streams: taken(live.streams) },
  };
}

function isTrue(claim: () => unknown): boolean {
  try {
    return claim() === true;
  } catch {
    return false;
  }
}
