import type { IConnackPacket } from 'mqtt';
import { Observable } from 'rxjs';
import type { SiteId } from '#agent/model/ids.ts';
import type { MqttOptions } from '#agent/model/receiver.ts';
import type { Care } from '../care/care.ts';
import type { Message, Presence } from '../profiles/profile.ts';
import { mqttAcknowledgements, nameOf } from './mqtt-acknowledgements.ts';
import { GOODBYE_MS, limitsOf, openMqtt, type Publication } from './mqtt-connection.ts';
import type { Link, Transport } from './transport.ts';

export interface MqttTransportParts {
  readonly options: MqttOptions;
  readonly site: SiteId;
  readonly presence: (state: Presence) => Message;
  readonly introductions: readonly Message[];
  /** Answers requests on `<prefix>/<site>/request`; absent: nothing is subscribed to. */
  readonly care?: Pick<Care, 'handle' | 'unavailable'>;
}

/**
 * QoS 1, clean start: the broker is asked to remember nothing, the journal does. MQTT 3.1.1 has no properties: what they
 * say stands in the payload too, and nobody tells whether anybody is subscribed.
 */
export const mqttTransport = (parts: MqttTransportParts): Transport => ({
  releaseWithinMs: 2 * GOODBYE_MS,
  ...acceptance(parts.options),
  link$: new Observable<Link>((subscriber) => {
    const { options, presence, introductions, care } = parts;
    const { acknowledgement } = options;
    const answers = acknowledgement && mqttAcknowledgements(acknowledgement);
    const requests = `${options.topicPrefix}/${parts.site}/request`;
    const told = (message: Message, retain = false): Publication => ({
      topic: `${options.topicPrefix}/${parts.site}/${message.topic}`,
      payload: message.payload,
      retain,
      properties: { ...properties(message), ...asking(message, acknowledgement) },
    });
    const send: Link['send'] = (message, settled) =>
      connection.publish(told(message), answers ? answers.sent(message, settled) : settled);
    const onConnect = (connack: IConnackPacket): void => {
      // Once the broker has acknowledged that we are here, the link has proven that it carries messages both ways.
      const isRetained = connack.properties?.retainAvailable !== false;
      if (care)
        connection.client
          .subscribeAsync(requests, { qos: 1 })
          .catch((error: unknown) => care.unavailable(`subscribe to ${requests}: ${String(error)}`));
      if (acknowledgement)
        connection.client
          .subscribeAsync(acknowledgement.topic, { qos: 1 })
          .catch((error: unknown) =>
            connection.fail(
              `subscribe to ${acknowledgement.topic}, where the receiver answers: ${String(error)}; allow this client to read it`,
            ),
          );
      for (const introduction of introductions) connection.publish(told(introduction, isRetained), () => undefined);
      // A broker answers in order: by then the subscriptions stand.
      connection.publish(told(presence('online'), isRetained), () =>
        subscriber.next({ limits: limitsOf(connack), send }),
      );
    };
    const onMessage = (topic: string, payload: Buffer, correlation: Buffer | undefined): void => {
      if (topic === acknowledgement?.topic) answers?.heard(payload, correlation);
      const answer = topic === requests ? care?.handle(payload) : undefined;
      if (answer) connection.publish(told(answer), () => undefined);
    };
    const onLost = (error: Error): void => subscriber.error(error);
    const will = { ...told(presence('lost')), retain: true };
    const connection = openMqtt({ options, will, onConnect, onMessage, onLost });
    return () => {
      answers?.release();
      connection.release(told(presence('stopped'), true));
    };
  }),
});

const acceptance = ({ acknowledgement }: MqttOptions): Pick<Transport, 'acceptedBy' | 'answersWithinMs'> =>
  acknowledgement ? { acceptedBy: 'platform', answersWithinMs: acknowledgement.withinMs } : { acceptedBy: 'broker' };

/** Where, and by what name, the receiver is to answer. */
function asking(message: Message, acknowledgement: MqttOptions['acknowledgement']) {
  const name = nameOf(message);
  if (!acknowledgement || name === undefined) return {};
  return { responseTopic: acknowledgement.topic, correlationData: Buffer.from(name) };
}

const properties = ({ contentType, encoding, schema, isSimulated, headers }: Message) => ({
  payloadFormatIndicator: encoding === undefined && headers?.['encryption'] === undefined,
  contentType,
  userProperties: { schema, sim: String(isSimulated), ...(encoding === undefined ? {} : { encoding }), ...headers },
});
