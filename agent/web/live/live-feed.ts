import type { ServerResponse } from 'node:http';
import type { AlarmTransition } from '#agent/model/alarm.ts';
import type { PointId } from '#agent/model/ids.ts';
import type { RecordOf } from '#agent/model/record.ts';
import type { Sample } from '#agent/model/sample.ts';
import { overviewOf } from '../api/site-routes.ts';
import type { PageNews, SitePort } from '../site-port.ts';

/**
 * Server-sent events for open pages: `alarm` (a record, whose number is the event id, so that a page that was away gets
 * what it missed), `status` of a source, and each second `overview` and `values` of the points that the page asked for,
 * those that changed. A page that does not read is let go; the browser comes back by itself.
 */
export interface LiveFeed {
  /** No more pages may be opened. */
  readonly isFull: () => boolean;
  /** Takes over an answer. */
  readonly open: (response: ServerResponse, wish: PageWish) => void;
  readonly tell: (news: PageNews) => void;
  readonly count: () => number;
  readonly close: () => void;
}

interface PageWish {
  readonly points: readonly PointId[];
  /** Alarms after this record come first; absent: those of this moment on. */
  readonly afterSeq?: number;
  /** Asked each second: false from the moment on at which its session or token is worth nothing. */
  readonly isWelcome: () => boolean;
}

interface Page extends PageWish {
  readonly response: ServerResponse;
  readonly sent: Map<PointId, Sample>;
  /** The newest alarm record that it was told. */
  lastAlarm: number;
}

type AlarmRecord = RecordOf<'alarm', AlarmTransition>;

const MOST_PAGES = 200;
/** What was missed before that is told as `skipped`, with the numbers of its first and last record. */
const MOST_MISSED = 1000;
/** What may wait for a slow page: what it missed, and some seconds. Bytes */
const MOST_WAITING = 4_000_000;
const EVERY_MS = 1000;
const RETRY_MS = 2000;

export function createLiveFeed(port: SitePort, onTrouble: (text: string, cause: unknown) => void): LiveFeed {
  const pages = new Set<Page>();
  let timer: NodeJS.Timeout | undefined;

  const leave = (page: Page): void => {
    if (!pages.delete(page)) return;
    // Not `end`, which waits for ever for one that does not read.
    page.response.destroy();
    if (pages.size === 0) rest();
  };

  const rest = (): void => {
    clearInterval(timer);
    timer = undefined;
  };

  const send = (page: Page, text: string): void => {
    if (page.response.writableLength > MOST_WAITING) leave(page);
    else page.response.write(text);
  };

  const sendAll = (text: string): void => {
    for (const page of pages) send(page, text);
  };

  const show = (page: Page, overview: string): void => {
    const changed = page.points.flatMap((id) => {
      const sample = port.latest(id);
      if (!sample || page.sent.get(id) === sample) return [];
      page.sent.set(id, sample);
      return [sample];
    });
    send(page, changed.length > 0 ? overview + event('values', changed) : overview);
  };

  const showAll = (): void => {
    // One text for all: fifty pages cost little more than one.
    const overview = event('overview', overviewOf(port));
    for (const page of pages) {
      if (page.isWelcome()) show(page, overview);
      else leave(page);
    }
  };

  const tick = (): void => {
    try {
      showAll();
    } catch (error) {
      // A timer has nobody to throw to but the whole agent.
      onTrouble('open pages were not told the state of this second', error);
    }
  };

  const tellAlarm = (page: Page, record: AlarmRecord): void => {
    // What was on disk when the page opened may be told a moment later once more.
    if (record.seq <= page.lastAlarm) return;
    page.lastAlarm = record.seq;
    send(page, event('alarm', record, record.seq));
  };

  const catchUp = (page: Page, afterSeq: number): void => {
    const from = Math.max(afterSeq, page.lastAlarm - MOST_MISSED);
    if (from > afterSeq) page.response.write(event('skipped', { first: afterSeq + 1, last: from }));
    for (const record of port.journal.read('alarm', from, MOST_MISSED))
      page.response.write(event('alarm', record, record.seq));
  };

  return {
    isFull: () => pages.size >= MOST_PAGES,
    open(response, wish) {
      const head = port.journal.head('alarm');
      const page: Page = { ...wish, response, sent: new Map(), lastAlarm: head };
      response.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      });
      response.write(`retry: ${RETRY_MS}\n\n`);
      if (wish.afterSeq !== undefined) catchUp(page, wish.afterSeq);
      // From here on a page that reconnects knows where it was.
      response.write(event('ready', {}, head));
      pages.add(page);
      response.once('close', () => leave(page));
      timer ??= setInterval(tick, EVERY_MS).unref();
      // At once: whoever opens the page does not look at nothing until the next second.
      show(page, event('overview', overviewOf(port)));
    },
    tell(news) {
      if (pages.size === 0) return;
      if (news.type === 'status') sendAll(event('status', news.status));
      else for (const page of pages) tellAlarm(page, news.record);
    },
    count: () => pages.size,
    close() {
      for (const page of pages) leave(page);
      rest();
    },
  };
}

const event = (name: string, data: unknown, id?: number): string =>
  `${id === undefined ? '' : `id: ${id}\n`}event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
