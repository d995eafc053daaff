import { connect, type IConnackPacket, type MqttClient } from 'mqtt';
import { Observable } from 'rxjs';
import type { SiteId } from '#agent/model/ids.ts';
import type { MqttOptions } from '#agent/model/receiver.ts';
import type { Message, Presence } from '../profiles/profile.ts';
import { connectOptions } from './mqtt-connect-options.ts';
import { outcomeOf, whyMqttLost } from './mqtt-reasons.ts';
import { type Link, type Outcome, type Transport, TransportError } from './transport.ts';

export interface MqttTransportParts {
  readonly options: MqttOptions;
  readonly site: SiteId;
  readonly presence: (state: Presence) => Message;
  readonly introductions: readonly Message[];
}

interface Answer {
  readonly error: unknown;
  readonly isUnheard: boolean;
}

const UNHEARD: Outcome = { type: 'unheard' };
const NO_MATCHING_SUBSCRIBERS = 0x10;
const GOODBYE_MS = 1_000;
const DEFAULT_RECEIVE_MAXIMUM = 65_535;

/**
 * QoS 1, clean start: the broker is asked to remember nothing, the journal does. MQTT 3.1.1 has no properties: what they
 * say stands in the payload too, and nobody tells whether anybody is subscribed.
 */
export const mqttTransport = (parts: MqttTransportParts): Transport => ({
  releaseWithinMs: 2 * GOODBYE_MS,
  acceptedBy: 'broker',
  link$: new Observable<Link>((subscriber) => {
    const { options } = parts;
    const requireSubscriber = options.requireSubscriber ?? true;
    const beside = (message: Message) => (options.version === 5 ? { properties: properties(message) } : {});
    let client: MqttClient;
    try {
      const lost = parts.presence('lost');
      const will = { topic: topicOf(parts, lost), payload: lost.payload, ...beside(lost) };
      client = connect(options.url, connectOptions(options, will));
    } catch (error) {
      subscriber.error(new TransportError(`MQTT to ${options.url}: ${whyMqttLost(error)}`, { cause: error }));
      return undefined;
    }
    let isReleased = false;
    let farewell: string | undefined;
    const underWay = new Set<number>();
    const fail = (why: string, cause?: unknown): void => {
      if (!isReleased) subscriber.error(new TransportError(`MQTT to ${options.url}: ${why}`, { cause }));
    };
    // mqtt.js takes reason 0x10 for success and hands on nothing of it.
    const unheard = new Set<number>();
    client.on('packetreceive', (packet) => {
      if (packet.cmd === 'puback' && packet.reasonCode === NO_MATCHING_SUBSCRIBERS && packet.messageId !== undefined) {
        unheard.add(packet.messageId);
      }
    });
    const publish = (message: Message, settled: (answer: Answer) => void, retain = false): void => {
      let id = 0;
      client.publish(topicOf(parts, message), message.payload, { qos: 1, retain, ...beside(message) }, (error) => {
        underWay.delete(id);
        const isUnheard = unheard.delete(id);
        if (!isReleased) settled({ error, isUnheard });
      });
      id = client.getLastMessageId();
      underWay.add(id);
    };

    client.on('connect', (connack) => {
      const unfit = whyUnfit(connack);
      if (unfit) {
        fail(unfit);
        return;
      }
      // Once the broker has acknowledged that we are here, the link has proven that it carries messages both ways.
      const isRetained = connack.properties?.retainAvailable !== false;
      for (const introduction of parts.introductions) publish(introduction, () => undefined, isRetained);
      publish(parts.presence('online'), () => subscriber.next(link(connack)), isRetained);
    });
    const link = (connack: IConnackPacket): Link => ({
      limits: {
        inFlight: connack.properties?.receiveMaximum ?? DEFAULT_RECEIVE_MAXIMUM,
        messageBytes: (connack.properties?.maximumPacketSize ?? Infinity) - HEADER_BYTES,
      },
      send(message, settled) {
        publish(message, ({ error, isUnheard }) => {
          const outcome = isUnheard && requireSubscriber ? UNHEARD : outcomeOf(error);
          if (outcome) settled(outcome);
        });
      },
    });
    client.on('disconnect', (packet) => {
      farewell = `the broker ended the connection: ${whyMqttLost({ code: packet.reasonCode })}`;
    });
    client.on('error', (error) => fail(farewell ?? whyMqttLost(error), error));
    client.on('close', () => fail(farewell ?? 'the connection was closed by the other side'));

    return () => {
      isReleased = true;
      release(client, underWay, () => {
        const stopped = parts.presence('stopped');
        client.publish(topicOf(parts, stopped), stopped.payload, { qos: 1, retain: true, ...beside(stopped) });
      });
    };
  }),
});

/** Fixed header, topic, packet id and properties of a publish: generous for the longest topic and ids in use. */
const HEADER_BYTES = 1024;

const topicOf = ({ options, site }: MqttTransportParts, message: Message): string =>
  `${options.topicPrefix}/${site}/${message.topic}`;

const properties = ({ contentType, encoding, schema, isSimulated, headers }: Message) => ({
  payloadFormatIndicator: encoding === undefined && headers?.['encryption'] === undefined,
  contentType,
  userProperties: { schema, sim: String(isSimulated), ...(encoding === undefined ? {} : { encoding }), ...headers },
});

function whyUnfit({ properties: offered }: IConnackPacket): string | undefined {
  return offered?.maximumQoS === 0
    ? 'the broker offers QoS 0 only, so nothing would ever be acknowledged; allow QoS 1'
    : undefined;
}

/** Says goodbye if the broker listens, and is gone after the deadline whether it does or not. */
function release(client: MqttClient, underWay: ReadonlySet<number>, sayGoodbye: () => void): void {
  // The client outlives the subscription by a moment, and an error without a listener would end the process.
  client.on('error', () => undefined);
  if (!client.connected) {
    client.end(true);
    return;
  }
  for (const id of underWay) client.removeOutgoingMessage(id);
  sayGoodbye();
  const deadline = setTimeout(() => client.end(true), GOODBYE_MS);
  client.end(false, () => clearTimeout(deadline));
}
