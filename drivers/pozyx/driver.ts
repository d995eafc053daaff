import { Observable } from 'rxjs';
import type { Clock } from '#agent/model/clock.ts';
import { SIMULATOR_VENDOR } from '#agent/model/simulation.ts';
import { defineDriver, SourceError, type Signal } from '../driver.ts';
import { checkFeedAddresses, feedAddressSchema, type FeedAddress } from '../locating/address.ts';
import { TagFeed } from '../locating/tag-feed.ts';
import { subscribeMqtt } from '../mqtt-subscription/mqtt-subscription.ts';
import { mqttTarget } from '../mqtt-subscription/target.ts';
import { optionsSchema, type PozyxOptions } from './schema.ts';
import { readEntries, readTag } from './tag-message.ts';

const RELEASE_WITHIN_MS = 1000;

/** Locating system that publishes JSON on its own MQTT broker. Subscribes; never publishes. */
export const pozyx = defineDriver<PozyxOptions, FeedAddress>({
  kind: 'pozyx',
  summary: 'Pozyx locating system: JSON arrays of tags over MQTT',
  schema: optionsSchema,
  address: feedAddressSchema,
  tellsFacts: true,
  check: checkFeedAddresses,
  releaseWithinMs: RELEASE_WITHIN_MS,
  open: (options, context) =>
    new Observable<Signal>((subscriber) => {
      const feed = new TagFeed(context, options, (signal) => subscriber.next(signal));
      const release = subscribeMqtt(mqttTarget(options, [options.topic], context.source), {
        subscribed: () => feed.open(false),
        message: (payload) => {
          if (feed.admits()) take(payload.toString('utf8'), options.map, feed, context.clock);
        },
        lost: (reason, retryAfterMs = 0) => subscriber.error(new SourceError(reason, { retryAfterMs })),
      });
      return () => {
        feed.close();
        release();
      };
    }),
});

function take(payload: string, map: string, feed: TagFeed, clock: Clock): void {
  if (payload.includes(SIMULATOR_VENDOR)) feed.simulated();
  const entries = readEntries(payload);
  if (!entries) return feed.refuse('a message is no JSON');
  const now = clock.now();
  const read = entries.map((entry) => readTag(entry, map, now));
  for (const one of read) if (!one) feed.refuse('an entry is no tag with a place');
  feed.hear(read.flatMap((one) => (one?.kind === 'heard' ? [one.tag] : [])));
  feed.tell(
    read.flatMap((one) => (one?.kind === 'fix' ? [one.fix] : [])),
    [],
  );
}
