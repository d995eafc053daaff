import { Observable } from 'rxjs';
import { defineDriver, SourceError, type DriverContext, type Signal } from '../driver.ts';
import { checkFeedAddresses, feedAddressSchema, type FeedAddress } from '../locating/address.ts';
import { TagFeed } from '../locating/tag-feed.ts';
import { openWebSocket, REFUSED_LOGIN_PAUSE_MS } from '../web-socket/web-socket.ts';
import { Hearing } from './hearing.ts';
import { optionsSchema, type OmloxOptions } from './schema.ts';
import { fetchList } from './snapshot.ts';
import { Subscriber } from './subscriber.ts';

const RELEASE_WITHIN_MS = 1000;

/** Locating hub by the omlox standard. Subscribes and reads; nothing is published to the hub. */
export const omlox = defineDriver<OmloxOptions, FeedAddress>({
  kind: 'omlox',
  summary: 'Locating hub by the omlox standard (hub API v2, WebSocket and REST)',
  schema: optionsSchema,
  address: feedAddressSchema,
  tellsFacts: true,
  check: checkFeedAddresses,
  releaseWithinMs: RELEASE_WITHIN_MS,
  open: (options, context) =>
    new Observable<Signal>((subscriber) => {
      const lose = (reason: string, retryAfterMs = 0): void =>
        subscriber.error(new SourceError(reason, { retryAfterMs }));
      return connect(options, context, (signal) => subscriber.next(signal), lose);
    }),
});

function connect(
  options: OmloxOptions,
  context: DriverContext<FeedAddress>,
  emit: (signal: Signal) => void,
  lose: (reason: string, retryAfterMs?: number) => void,
): () => void {
  const feed = new TagFeed(context, options, emit);
  const hearing = new Hearing(options.tag, context.clock, feed, options.snapshot);
  const stopping = new AbortController();
  const base = options.url.replace(/\/$/, '');
  const shared = {
    headers: options.token ? { authorization: `Bearer ${options.token.reveal()}` } : {},
    ...(options.ca && { ca: options.ca.reveal() }),
  };

  const askForSnapshot = async (): Promise<void> => {
    try {
      const url = `${base}/providers/locations`;
      const limits = { timeoutMs: options.answerWithin, maxBytes: options.maxMessage };
      hearing.takeSnapshot(await fetchList({ url, ...shared, ...limits }, stopping.signal));
    } catch (error) {
      if (stopping.signal.aborted) return;
      hearing.takeSnapshot([]);
      const reason = error instanceof Error ? error.message : String(error);
      const text = `no snapshot of the last locations from ${base}: ${reason}; tags appear as they are updated`;
      feed.event({ time: context.clock.now(), kind: 'omlox.no-snapshot', text });
    }
  };

  let isSimulator = false;
  const topics = new Subscriber(options.topics, options.answerWithin, {
    send: (message) => socket.send(message),
    done: () => {
      feed.open(isSimulator);
      if (options.snapshot) void askForSnapshot();
    },
    failed: (reason, isRefusal) => lose(`${base}: ${reason}`, isRefusal ? REFUSED_LOGIN_PAUSE_MS : undefined),
  });
  const socket = openWebSocket(
    {
      url: `${base.replace(/^http/, 'ws')}/ws/socket`,
      ...shared,
      connectTimeoutMs: options.connectTimeout,
      silenceMs: options.silence,
      maxMessageBytes: options.maxMessage,
    },
    {
      opened: (isSimulated) => {
        isSimulator = isSimulated;
        topics.next();
      },
      text: (text) => {
        if (feed.admits()) hearing.take(text, (wrapper) => topics.takes(wrapper));
      },
      bytes: () => feed.refuse('bytes came where messages are text'),
      lost: lose,
    },
  );
  return () => {
    stopping.abort();
    topics.close();
    feed.close();
    socket.close();
  };
}
