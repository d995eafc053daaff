import { Observable } from 'rxjs';
import { defineDriver, SourceError, type Signal } from '../driver.ts';
import { checkFeedAddresses, feedAddressSchema, type FeedAddress } from '../locating/address.ts';
import { TagFeed } from '../locating/tag-feed.ts';
import { openWebSocket, REFUSED_LOGIN_PAUSE_MS } from '../web-socket/web-socket.ts';
import { Hearing } from './hearing.ts';
import { loginFrame } from './login.ts';
import { optionsSchema, type LocalSenseOptions } from './schema.ts';

const PUSH_PROTOCOL = 'localSensePush-protocol';
const RELEASE_WITHIN_MS = 1000;

/** Hub that pushes binary frames over a WebSocket after a login. Nothing but the login is ever sent. */
export const localSense = defineDriver<LocalSenseOptions, FeedAddress>({
  kind: 'local-sense',
  summary: 'Locating hub with LocalSense binary frames over WebSocket (UWB or Bluetooth tags)',
  schema: optionsSchema,
  address: feedAddressSchema,
  tellsFacts: true,
  check: checkFeedAddresses,
  releaseWithinMs: RELEASE_WITHIN_MS,
  open: (options, context) =>
    new Observable<Signal>((subscriber) => {
      const feed = new TagFeed(context, options, (signal) => subscriber.next(signal));
      const hearing = new Hearing(options, context.clock, feed);
      const socket = openWebSocket(
        {
          url: options.url,
          protocols: [PUSH_PROTOCOL],
          connectTimeoutMs: options.connectTimeout,
          silenceMs: options.silence,
          maxMessageBytes: options.maxMessage,
          ...(options.ca && { ca: options.ca.reveal() }),
        },
        {
          opened: (isSimulated) => {
            const { user, password, salt } = options;
            socket.send(loginFrame({ user, password: password.reveal(), ...(salt && { salt: salt.reveal() }) }));
            feed.open(isSimulated);
          },
          text: () => feed.refuse('text came where frames are binary'),
          bytes: (bytes) => {
            if (!feed.admits()) return;
            const refusal = hearing.take(bytes);
            if (refusal !== undefined) lose(`${options.url}: the hub refuses us: ${refusal}`, REFUSED_LOGIN_PAUSE_MS);
          },
          lost: (reason, retryAfterMs) => lose(reason, retryAfterMs),
        },
      );
      const lose = (reason: string, retryAfterMs = 0): void =>
        subscriber.error(new SourceError(reason, { retryAfterMs }));
      return () => {
        feed.close();
        socket.close();
      };
    }),
});
