import { Observable } from 'rxjs';
import { defineDriver, SourceError, type Signal } from '../driver.ts';
import { subscribeMqtt } from '../mqtt-subscription/mqtt-subscription.ts';
import { mqttTarget } from '../mqtt-subscription/target.ts';
import { OtherSite } from './other-site.ts';
import { addressSchema, optionsSchema, type FirewatchFeedOptions } from './schema.ts';

const STREAMS = ['presence', 'catalog/+', 'sample', 'gap'];

/** Another agent's points, as its uplink publishes them: so that a site sees what several boxes read. */
export const firewatchFeed = defineDriver<FirewatchFeedOptions, string>({
  kind: 'firewatch-feed',
  summary: "another agent's Firewatch JSON over MQTT: its points with their quality, times and flags",
  schema: optionsSchema,
  address: addressSchema,
  releaseWithinMs: 1000,
  open: (options, context) =>
    new Observable<Signal>((subscriber) => {
      const site = new OtherSite(options, context, (signal) => subscriber.next(signal));
      const topics = STREAMS.map((stream) => `${options.topicPrefix}/${options.site}/${stream}`);
      const release = subscribeMqtt(mqttTarget(options, topics, context.source), {
        subscribed: () => site.open(),
        message: (payload, topic) => site.take(topic, payload),
        lost: (reason, retryAfterMs = 0) => subscriber.error(new SourceError(reason, { retryAfterMs })),
      });
      return () => {
        site.close();
        release();
      };
    }),
});
