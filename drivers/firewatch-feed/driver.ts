import { Observable } from 'rxjs';
import { defineDriver, SourceError, type Signal } from '../driver.ts';
import { subscribeMqtt } from '../mqtt-subscription/mqtt-subscription.ts';
import { mqttTarget } from '../mqtt-subscription/target.ts';
import { SeenMessages } from '../json-feed/seen-messages.ts';
import { isNats, openNatsFeed } from './nats-feed.ts';
import { OtherSite } from './other-site.ts';
import { addressSchema, optionsSchema, type FirewatchFeedOptions } from './schema.ts';

const STREAMS = ['presence', 'catalog/+', 'sample', 'gap'];

/** Another agent's points, as its uplink publishes them: so that a site sees what several boxes read. */
export const firewatchFeed = defineDriver<FirewatchFeedOptions, string>({
  kind: 'firewatch-feed',
  summary: "another agent's Firewatch JSON over MQTT or NATS: its points with their quality, times and flags",
  schema: optionsSchema,
  address: addressSchema,
  releaseWithinMs: 1000,
  open: (options, context) => {
    // What a connection brought before it was lost may come once more over the next.
    const seen = new SeenMessages();
    return new Observable<Signal>((subscriber) => {
      const site = new OtherSite(options, context, { seen, emit: (signal) => subscriber.next(signal) });
      const subscribed = (): void => site.open();
      const lost = (reason: string, retryAfterMs = 0): void =>
        subscriber.error(new SourceError(reason, { retryAfterMs }));
      const topic = `${options.topicPrefix}/${options.site}`;
      const release = isNats(options)
        ? openNatsFeed(options, context.source, {
            subscribed,
            message: (stream, payload, isPast) => site.take(`${topic}/${stream}`, payload, isPast),
            stored: context.stored ?? (() => Promise.resolve()),
            lost,
          })
        : subscribeMqtt(
            mqttTarget(
              options,
              STREAMS.map((stream) => `${topic}/${stream}`),
              context.source,
            ),
            { subscribed, message: (payload, from) => site.take(from, payload), lost },
          );
      return () => {
        site.close();
        release();
      };
    });
  },
});
