import { connect, type IConnackPacket, type MqttClient } from 'mqtt';
import type { MqttBrokerOptions } from '#agent/model/receiver.ts';
import { connectOptions } from './mqtt-connect-options.ts';
import { outcomeOf, whyMqttLost } from './mqtt-reasons.ts';
import { type Outcome, TransportError } from './transport.ts';

/** What is published: at QoS 1, unless it says otherwise. */
export interface Publication {
  readonly topic: string;
  readonly payload: Buffer;
  readonly retain?: boolean;
  readonly qos?: 0 | 1;
  /** Left out over MQTT 3.1.1, which has none. */
  readonly properties?: {
    readonly payloadFormatIndicator: boolean;
    readonly contentType: string;
    readonly userProperties: Record<string, string>;
    readonly responseTopic?: string;
    readonly correlationData?: Buffer;
  };
}

export interface MqttConnectionParts {
  readonly options: MqttBrokerOptions;
  /** Told by the broker, at QoS 1, when the connection is lost without a goodbye. */
  readonly will: Omit<Publication, 'qos'>;
  /** The broker has taken us in. */
  readonly onConnect: (connack: IConnackPacket) => void;
  /** `correlation` is what MQTT 5 calls correlation data. */
  readonly onMessage?: (topic: string, payload: Buffer, correlation: Buffer | undefined) => void;
  /** The connection failed or ended; said at most once, and not after {@link MqttConnection.release}. */
  readonly onLost: (error: TransportError) => void;
}

/** One MQTT connection, for as long as it lasts. */
export interface MqttConnection {
  readonly client: MqttClient;
  /** At QoS 1 `settled` hears the broker's answer, at QoS 0 that the message is on its way; nothing once the connection is lost. */
  publish(sent: Publication, settled: (outcome: Outcome) => void): void;
  fail(why: string, cause?: unknown): void;
  /** Says goodbye if the broker listens, and is gone after a second whether it does or not. */
  release(goodbye: Publication): void;
}

export const GOODBYE_MS = 1_000;
const UNHEARD: Outcome = { type: 'unheard' };
const NO_MATCHING_SUBSCRIBERS = 0x10;
const DEFAULT_RECEIVE_MAXIMUM = 65_535;
/** Fixed header, topic, packet id and properties of a publish: generous for the longest topic and ids in use. */
const HEADER_BYTES = 1024;

/** What the broker allows. */
export const limitsOf = ({ properties }: IConnackPacket) => ({
  inFlight: properties?.receiveMaximum ?? DEFAULT_RECEIVE_MAXIMUM,
  messageBytes: (properties?.maximumPacketSize ?? Infinity) - HEADER_BYTES,
});

/** Clean start: the broker is asked to remember nothing, the journal does. Throws a {@link TransportError}. */
export function openMqtt(parts: MqttConnectionParts): MqttConnection {
  const { options } = parts;
  const requireSubscriber = options.requireSubscriber ?? true;
  const client = begin(parts);
  let isOver = false;
  let farewell: string | undefined;
  const underWay = new Set<number>();
  // mqtt.js takes reason 0x10 for success and hands on nothing of it.
  const unheard = new Set<number>();

  const fail = (why: string, cause?: unknown): void => {
    if (isOver) return;
    isOver = true;
    parts.onLost(new TransportError(`MQTT to ${options.url}: ${why}`, { cause }));
  };
  client.on('packetreceive', (packet) => {
    if (packet.cmd === 'puback' && packet.reasonCode === NO_MATCHING_SUBSCRIBERS && packet.messageId !== undefined) {
      unheard.add(packet.messageId);
    }
  });
  client.on('connect', (connack) => {
    if (connack.properties?.maximumQoS === 0)
      fail('the broker offers QoS 0 only, so nothing would ever be acknowledged; allow QoS 1');
    else parts.onConnect(connack);
  });
  client.on('message', (topic, payload, { properties }) => {
    if (!isOver) parts.onMessage?.(topic, payload, properties?.correlationData);
  });
  client.on('disconnect', (packet) => {
    farewell = `the broker ended the connection: ${whyMqttLost({ code: packet.reasonCode })}`;
  });
  client.on('error', (error) => fail(farewell ?? whyMqttLost(error), error));
  client.on('close', () => fail(farewell ?? 'the connection was closed by the other side'));

  return {
    client,
    fail,
    publish(sent, settled) {
      const { topic, payload, retain = false, qos = 1 } = sent;
      let id = 0;
      client.publish(topic, payload, { qos, retain, ...beside(options, sent) }, (error) => {
        underWay.delete(id);
        const isUnheard = unheard.delete(id);
        const outcome = isUnheard && requireSubscriber ? UNHEARD : outcomeOf(error);
        if (outcome && !isOver) settled(outcome);
      });
      if (qos === 0) return;
      id = client.getLastMessageId();
      underWay.add(id);
    },
    release(goodbye) {
      isOver = true;
      if (!client.connected) {
        client.end(true);
        return;
      }
      for (const id of underWay) client.removeOutgoingMessage(id);
      const { topic, payload, retain = false } = goodbye;
      client.publish(topic, payload, { qos: 1, retain, ...beside(options, goodbye) });
      const deadline = setTimeout(() => client.end(true), GOODBYE_MS);
      client.end(false, () => clearTimeout(deadline));
    },
  };
}

function begin({ options, will }: MqttConnectionParts): MqttClient {
  try {
    const { topic, payload, retain = false } = will;
    return connect(options.url, connectOptions(options, { topic, payload, retain, ...beside(options, will) }));
  } catch (error) {
    throw new TransportError(`MQTT to ${options.url}: ${whyMqttLost(error)}`, { cause: error });
  }
}

const beside = ({ version }: MqttBrokerOptions, { properties }: Pick<Publication, 'properties'>) =>
  version === 5 && properties ? { properties } : {};
