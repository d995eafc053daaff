import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createArrivalLog } from './arrival-log.ts';
import { createEvidenceShelf, type ReceivedEvidence } from './evidence-shelf.ts';
import { createLedger, type Ledger, type StreamLedger } from './ledger.ts';
import { createMessageCheck, type Delivered, type Trust } from './message-check.ts';
import { type Answer, type EndpointOptions, startMqttEndpoint } from './mqtt-endpoint.ts';
import { type OwnAnswer, subscribeToBroker } from './mqtt-subscription.ts';
import type { EvidenceMessage, PresenceMessage, RecordMessage, StreamMessage, StreamName } from './wire.ts';

export interface ReceiverSettings {
  /** Where the messages come from: a broker to subscribe at, or an MQTT 5 endpoint of its own. */
  readonly url?: string;
  /** Of MQTT at that broker; absent: 5. */
  readonly version?: 5 | '3.1.1';
  /** What it answers there by itself to each message, by its name; absent: it never answers, and the broker's word counts. */
  readonly answer?: (name: string) => OwnWord;
  readonly embeddedBroker?: Omit<EndpointOptions, 'onPublish'>;
  /** What to answer to a publish of the embedded endpoint instead of success; for faults. It is not entered then. */
  readonly refuse?: (topic: string, payload: Buffer) => Answer | undefined;
  readonly topicPrefix: string;
  readonly trust?: Trust;
  /** Where arrivals are written down before they are acknowledged, so that a restarted receiver still knows them. */
  readonly directory?: string;
}

/** `unanswered`: it has the message and its answer is lost; `ignored`: it neither has it nor answers. */
export type OwnWord = 'accepted' | 'unanswered' | 'ignored' | { readonly refused: string };

export interface ReceiverReport {
  /** Different records that arrived. */
  readonly records: number;
  readonly samples: number;
  /** Messages that passed every check. */
  readonly verified: number;
  readonly duplicates: number;
  /** Numbers that no message has accounted for. */
  readonly gaps: number;
  readonly invalid: number;
  /** The first faults, in words. */
  readonly faults: readonly string[];
  /** Samples recorded before an alarm that arrived after it: alarms overtake. */
  readonly overtaken: number;
  readonly simulated: number;
  readonly presence: PresenceMessage['state'] | 'unknown';
  readonly perStream: Readonly<Partial<Record<StreamName, StreamLedger>>>;
  /** Alarm transitions in the order of their numbers, each once. */
  readonly alarms: readonly ReceivedAlarm[];
  /** Pictures and films whose content came, or of which it was said that there is none. */
  readonly evidence: readonly ReceivedEvidence[];
}

export interface ReceivedAlarm {
  readonly seq: number;
  readonly alarm: string;
  readonly point?: string;
  readonly kind: string;
  readonly event: string;
  readonly priority: string;
  readonly time: number;
  readonly sim: boolean;
}

/** Highest number of each stream in the site's journal. */
type Heads = Readonly<Partial<Record<StreamName, number>>>;

export interface Missing {
  readonly stream: StreamName;
  readonly first: number;
  readonly last: number;
}

export interface Receiver {
  /** Port of the embedded endpoint; 0 with a broker elsewhere. */
  readonly port: number;
  readonly report: () => ReceiverReport;
  /** Numbers not accounted for up to these heads; empty: everything arrived. */
  readonly missing: (heads: Heads) => Missing[];
  /** The embedded endpoint goes away, as a broker that is killed, until `resume`. What arrived stays. */
  readonly interrupt: () => Promise<void>;
  readonly resume: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

const FAULTS_MAX = 20;
const ALARMS_MAX = 10_000;

/** An upstream platform that believes nothing: verifies each message, accounts for each number, and says so. */
export async function startReceiver(settings: ReceiverSettings): Promise<Receiver> {
  const book = createBook(settings.topicPrefix, settings.trust);
  const log = settings.directory === undefined ? undefined : openLog(settings.directory);
  for (const message of log?.earlier ?? []) book.enter(message);

  const take = (topic: string, delivered: Omit<Delivered, 'topic' | 'site'>): OwnAnswer | undefined => {
    const { news, answer } = book.deliver(topic, delivered, settings.answer);
    if (news) log?.append(news);
    return answer;
  };

  if (settings.url !== undefined) {
    const { url, version, topicPrefix } = settings;
    const subscription = await subscribeToBroker({ url, version, topicPrefix, take });
    const refuse = (): Promise<void> => Promise.reject(new Error('the broker is not ours to interrupt'));
    return {
      port: 0,
      report: book.report,
      missing: book.missing,
      interrupt: refuse,
      resume: refuse,
      stop: subscription.stop,
    };
  }

  const endpoint = await startMqttEndpoint({
    port: 0,
    ...settings.embeddedBroker,
    onPublish({ topic, payload, properties }) {
      const bytes = Buffer.from(payload);
      const refusal = settings.refuse?.(topic, bytes);
      if (refusal !== undefined) return refusal;
      take(topic, {
        payload: bytes,
        contentType: properties?.contentType,
        userProperties: { ...properties?.userProperties },
      });
      return 0;
    },
  });
  const { port, interrupt, resume, stop } = endpoint;
  return { port, report: book.report, missing: book.missing, interrupt, resume, stop };
}

function openLog(directory: string) {
  mkdirSync(directory, { recursive: true });
  return createArrivalLog(join(directory, 'arrivals.ndjson'));
}

/** Everything that the receiver knows. */
function createBook(topicPrefix: string, trust: Trust | undefined) {
  const check = createMessageCheck(trust);
  const ledgers = new Map<StreamName, Ledger>();
  const alarms = new Map<number, ReceivedAlarm>();
  const faults: string[] = [];
  const shelf = createEvidenceShelf();
  let presence: ReceiverReport['presence'] = 'unknown';
  let verified = 0;
  let invalid = 0;
  let simulated = 0;
  let overtaken = 0;
  let newestAlarm = 0;

  const ledger = (stream: StreamName): Ledger => {
    const known = ledgers.get(stream) ?? createLedger();
    ledgers.set(stream, known);
    return known;
  };

  const remember = (message: RecordMessage): void => {
    if (message.stream === 'sample' && message.time < newestAlarm) overtaken += message.body.point.length;
    if (message.stream !== 'alarm') return;
    newestAlarm = Math.max(newestAlarm, message.time);
    const { alarm, point, kind, event, priority, time } = message.body;
    const entry = { seq: message.seq, alarm, kind, event, priority, time, sim: message.sim };
    if (alarms.size < ALARMS_MAX) alarms.set(message.seq, point === undefined ? entry : { ...entry, point });
  };

  const enter = (message: StreamMessage): boolean => {
    const isNews = ledger(message.stream).enter(message);
    if (isNews && 'body' in message) remember(message);
    return isNews;
  };

  return {
    enter,
    /** Checks and enters a publish; returns the message if it was news. */
    deliver(
      topic: string,
      delivered: Omit<Delivered, 'topic' | 'site'>,
      wordOn: ReceiverSettings['answer'] = () => 'unanswered',
    ): { readonly news?: StreamMessage; readonly answer?: OwnAnswer } {
      const [site = '', ...below] = topic.slice(topicPrefix.length + 1).split('/');
      const checked = check({ ...delivered, site, topic: below.join('/') });
      if (checked.type === 'invalid') {
        invalid += 1;
        if (faults.length < FAULTS_MAX) faults.push(checked.why);
        return {};
      }
      verified += 1;
      if (checked.message.sim) simulated += 1;
      if (checked.type === 'presence') {
        presence = checked.message.state;
        return {};
      }
      if (checked.type === 'catalog') return {};
      const name = nameOf(checked.message);
      const word = wordOn(name);
      const answer = word === 'accepted' || typeof word === 'object' ? { answer: { name, word } } : {};
      if (word === 'ignored' || typeof word === 'object') return answer;
      if (checked.type === 'evidence') {
        shelf.take(checked.message);
        return answer;
      }
      return enter(checked.message) ? { news: checked.message, ...answer } : answer;
    },
    missing: (heads: Heads): Missing[] =>
      Object.entries(heads).flatMap(([name, head]) => {
        const stream = name as StreamName;
        return ledger(stream)
          .missing(head ?? 0)
          .map(([first, last]) => ({ stream, first, last }));
      }),
    report: (): ReceiverReport => {
      const states = [...ledgers].map(([stream, each]) => [stream, each.state()] as const);
      const sum = (pick: (state: StreamLedger) => number): number =>
        states.reduce((total, [, state]) => total + pick(state), 0);
      return {
        records: sum((state) => state.records),
        samples: sum((state) => state.samples),
        verified,
        duplicates: sum((state) => state.duplicates),
        gaps: sum((state) => state.gaps.reduce((total, [first, last]) => total + last - first + 1, 0)),
        invalid,
        faults: [...faults],
        overtaken,
        simulated,
        presence,
        perStream: Object.fromEntries(states),
        alarms: [...alarms.values()].sort((a, b) => a.seq - b.seq),
        evidence: shelf.list(),
      };
    },
  };
}

/** The name by which a message is answered: its id, or the last number for which it accounts. */
const nameOf = (message: StreamMessage | EvidenceMessage): string =>
  'id' in message ? message.id : `${message.site}/${message.stream}/${message.seq}`;
