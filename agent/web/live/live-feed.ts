import type { ServerResponse } from 'node:http';
import type { PointId } from '#agent/model/ids.ts';
import type { Sample } from '#agent/model/sample.ts';
import { overviewOf } from '../api/site-routes.ts';
import type { PageNews, SitePort } from '../site-port.ts';

/**
 * Server-sent events for open pages: `alarm` (a record, whose number is the event id, so that a page that was away gets
 * what it missed), `status` of a source, and each second `overview` and `values` of the points that the page asked for,
 * those that changed. A page that does not read is let go; the browser comes back by itself.
 */
export interface LiveFeed {
  /** Takes over an answer; alarms after `afterSeq` come first. False when too many pages are open. */
  readonly open: (response: ServerResponse, points: readonly PointId[], afterSeq: number | undefined) => boolean;
  readonly tell: (news: PageNews) => void;
  readonly count: () => number;
  readonly close: () => void;
}

interface Page {
  readonly response: ServerResponse;
  readonly points: readonly PointId[];
  readonly sent: Map<PointId, Sample>;
}

const MOST_PAGES = 200;
const MOST_MISSED = 1000;
/** What may wait for a slow page. Bytes */
const MOST_WAITING = 1_000_000;
const EVERY_MS = 1000;
const RETRY_MS = 2000;

export function createLiveFeed(port: SitePort): LiveFeed {
  const pages = new Set<Page>();
  let timer: NodeJS.Timeout | undefined;

  const leave = (page: Page): void => {
    pages.delete(page);
    page.response.end();
    if (pages.size > 0) return;
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

  const tick = (): void => {
    // One text for all: fifty pages cost little more than one.
    const overview = event('overview', overviewOf(port));
    for (const page of pages) show(page, overview);
  };

  return {
    open(response, points, afterSeq) {
      if (pages.size >= MOST_PAGES) return false;
      const page: Page = { response, points, sent: new Map() };
      response.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      });
      response.write(`retry: ${RETRY_MS}\n\n`);
      const missed = afterSeq === undefined ? [] : port.journal.read('alarm', afterSeq, MOST_MISSED);
      for (const record of missed) response.write(event('alarm', record, record.seq));
      // From here on a page that reconnects knows where it was.
      response.write(event('ready', {}, port.journal.head('alarm')));
      pages.add(page);
      // At once: whoever opens the page does not look at nothing until the next second.
      show(page, event('overview', overviewOf(port)));
      response.once('close', () => leave(page));
      timer ??= setInterval(tick, EVERY_MS).unref();
      return true;
    },
    tell(news) {
      if (pages.size === 0) return;
      if (news.type === 'alarm') sendAll(event('alarm', news.record, news.record.seq));
      else sendAll(event('status', news.status));
    },
    count: () => pages.size,
    close() {
      for (const page of pages) leave(page);
    },
  };
}

const event = (name: string, data: unknown, id?: number): string =>
  `${id === undefined ? '' : `id: ${id}\n`}event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
