import type { IConnackPacket } from 'mqtt';
import { Observable } from 'rxjs';
import type { Clock } from '#agent/model/clock.ts';
import type { SparkplugOptions } from '#agent/model/receiver.ts';
import type { Message } from '../profiles/profile.ts';
import { createHostWatch } from '../sparkplug/host-state.ts';
import { encodeMetric, encodeStamp } from '../sparkplug/payload.ts';
import { asksForRebirth } from '../sparkplug/rebirth.ts';
import { GOODBYE_MS, limitsOf, type MqttConnection, openMqtt } from './mqtt-connection.ts';
import { pingFence } from './ping-fence.ts';
import type { Link, Outcome, Transport, TransportError } from './transport.ts';
import { whyLost } from './why-lost.ts';

export interface SparkplugTransportParts {
  readonly options: SparkplugOptions;
  readonly births: (now: number) => readonly Message[];
  /** The number of the last birth, which outlives the process; undefined before the first. */
  readonly bdSeq: { last(): number | undefined; keep(bdSeq: number): void };
  readonly clock: Clock;
}

const NAMESPACE = 'spBv1.0';
/** bdSeq and seq count from 0 to 255. */
const NUMBERS = 256;
/** A primary host that is away is said to be away after so long; the next attempt waits for it in peace. */
const FIRST_WAIT_MS = 5_000;
const WAIT_MS = 600_000;
/** Births are large: a host that asks for them again and again gets them no more often. */
const REBIRTH_EVERY_MS = 5_000;

/**
 * The edge node's session of Sparkplug 3.0 (section 5): NDEATH as the will, births, then data with one ascending `seq`.
 * Commands other than a rebirth are not even read, and none to devices are subscribed to: nothing here changes the plant.
 */
export function sparkplugTransport(parts: SparkplugTransportParts): Transport {
  const { options, bdSeq: numbers, clock } = parts;
  const { group, node, primaryHost, qos } = options;
  const topicOf = (kind: string, device?: string): string =>
    [NAMESPACE, group, kind, node, ...(device === undefined ? [] : [device])].join('/');
  const commandTopic = topicOf('NCMD');
  const stateTopic = primaryHost === undefined ? undefined : `${NAMESPACE}/STATE/${primaryHost}`;
  let waitMs = FIRST_WAIT_MS;

  const session = (onLink: (link: Link) => void, onLost: (error: TransportError) => void): (() => void) => {
    const bdSeq = ((numbers.last() ?? NUMBERS - 1) + 1) % NUMBERS;
    numbers.keep(bdSeq);
    const birthNumber = (): Buffer =>
      encodeMetric({ name: 'bdSeq', timestamp: clock.now(), type: 'Int64', value: bdSeq });
    const death = () => ({
      topic: topicOf('NDEATH'),
      payload: Buffer.concat([birthNumber(), encodeStamp(clock.now())]),
    });
    const readState = createHostWatch();
    let connack: IConnackPacket | undefined;
    let isBorn = false;
    let seq = 0;
    let rebornAt = Number.NEGATIVE_INFINITY;
    let waiting: NodeJS.Timeout | undefined;
    let rebirth: NodeJS.Timeout | undefined;

    const publish = (connection: MqttConnection, message: Message, settled: (outcome: Outcome) => void): void => {
      const [kind = '', device] = message.topic.split('/', 2);
      const own = kind === 'NBIRTH' ? [birthNumber()] : [];
      if (kind === 'NBIRTH') seq = 0;
      const payload = Buffer.concat([encodeStamp(clock.now(), seq), ...own, message.payload]);
      seq = (seq + 1) % NUMBERS;
      if (qos === 1) connection.publish({ topic: topicOf(kind, device), payload, qos }, settled);
      else
        connection.publish({ topic: topicOf(kind, device), payload, qos }, (outcome) => {
          if (outcome.type === 'accepted') fence(() => settled(outcome));
          else settled(outcome);
        });
    };

    const beBorn = (): void => {
      const messages = parts.births(clock.now());
      let unsettled = messages.length;
      for (const message of messages)
        publish(connection, message, (outcome) => {
          if (outcome.type === 'refused') connection.fail(`the broker refused ${message.topic}: ${outcome.reason}`);
          unsettled -= 1;
          if (unsettled > 0 || isBorn || !connack) return;
          isBorn = true;
          onLink({
            limits: limitsOf(connack),
            send: (sent, settled) => publish(connection, sent, settled),
          });
        });
    };

    const onState = (payload: Buffer): void => {
      const state = readState(payload);
      if (state === 'online' && waiting) {
        clearTimeout(waiting);
        waiting = undefined;
        beBorn();
      } else if (state === 'offline' && !waiting) {
        waitMs = WAIT_MS;
        connection.fail(`primary host ${primaryHost} has gone offline; nothing is sent until it is back`);
      }
    };

    const onMessage = (topic: string, payload: Buffer): void => {
      if (topic === stateTopic) onState(payload);
      else if (topic === commandTopic && isBorn && rebirth === undefined && asksForRebirth(payload)) {
        const dueMs = Math.max(0, rebornAt + REBIRTH_EVERY_MS - clock.monotonic());
        rebirth = setTimeout(() => {
          rebirth = undefined;
          rebornAt = clock.monotonic();
          beBorn();
        }, dueMs);
      }
    };

    const onConnect = (taken: IConnackPacket): void => {
      connack = taken;
      const begin = (): void => {
        if (stateTopic === undefined) beBorn();
      };
      connection.client
        .subscribeAsync([commandTopic, ...(stateTopic === undefined ? [] : [stateTopic])], { qos: 1 })
        .then(begin, (error: unknown) =>
          connection.fail(`subscribing to commands and the host's state: ${whyLost(error)}`, error),
        );
      if (stateTopic === undefined) return;
      waiting = setTimeout(() => {
        waitMs = WAIT_MS;
        connection.fail(
          `primary host ${primaryHost} does not say on ${stateTopic} that it is online; nothing is sent until it does`,
        );
      }, waitMs);
    };

    const end = (): void => {
      clearTimeout(waiting);
      clearTimeout(rebirth);
    };
    const connection = openMqtt({
      options,
      will: death(),
      onConnect,
      onMessage,
      onLost(error) {
        end();
        onLost(error);
      },
    });
    const fence = pingFence(connection.client);
    return () => {
      end();
      connection.release(death());
    };
  };

  return {
    releaseWithinMs: 2 * GOODBYE_MS,
    acceptedBy: 'broker',
    link$: new Observable<Link>((subscriber) =>
      session(
        (link) => subscriber.next(link),
        (error) => subscriber.error(error),
      ),
    ),
  };
}
