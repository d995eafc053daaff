import { child, childrenNamed, descendants, type XmlElement } from '../bounded-xml/read-xml.ts';
import { plainTopic } from './topics.ts';

/** One notification of a camera. */
export interface EventMessage {
  /** Plain, see topics.ts. */
  readonly topic: string;
  /** `initialized` repeats a state that holds already: it is no news. `deleted`: the state has an end. */
  readonly operation: 'initialized' | 'changed' | 'deleted' | 'none';
  /** UTC ms by the camera; undefined when it tells none, or nonsense such as the year 0. */
  readonly time: number | undefined;
  /** What it is about: input, video source, rule. Names in lower case. */
  readonly source: Readonly<Record<string, string>>;
  readonly data: Readonly<Record<string, string>>;
}

const MESSAGES_AT_MOST = 1_000;
const FIRST_PLAUSIBLE = Date.UTC(2000, 0, 1);

/** Every notification in an answer to PullMessages, in order; what is none is counted in `refused`. */
export function readMessages(body: XmlElement): {
  readonly messages: readonly EventMessage[];
  readonly refused: number;
} {
  const all = descendants(body, 'NotificationMessage');
  const messages = all.slice(0, MESSAGES_AT_MOST).flatMap((one) => readMessage(one) ?? []);
  return { messages, refused: all.length - messages.length };
}

function readMessage(notification: XmlElement): EventMessage | undefined {
  const topic = plainTopic(child(notification, 'Topic')?.text ?? '');
  const outer = child(notification, 'Message');
  // WS-Notification wraps what ONVIF calls a message; some cameras forget the wrapping.
  const message = child(outer, 'Message') ?? outer;
  if (topic === '' || !message) return undefined;
  const operation = attribute(message, 'PropertyOperation')?.toLowerCase();
  const time = Date.parse(attribute(message, 'UtcTime') ?? '');
  return {
    topic,
    operation: operation === 'initialized' || operation === 'changed' || operation === 'deleted' ? operation : 'none',
    time: time >= FIRST_PLAUSIBLE ? time : undefined,
    source: { ...itemsOf(child(message, 'Key')), ...itemsOf(child(message, 'Source')) },
    data: itemsOf(child(message, 'Data')),
  };
}

function itemsOf(element: XmlElement | undefined): Record<string, string> {
  const items: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const item of childrenNamed(element, 'SimpleItem')) {
    const [name, value] = [attribute(item, 'Name'), attribute(item, 'Value')];
    if (name !== undefined && value !== undefined) items[name.toLowerCase()] = value.trim().slice(0, 200);
  }
  return items;
}

const attribute = (element: XmlElement, name: string): string | undefined =>
  element.attributes[name] ??
  Object.entries(element.attributes).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];

const trueWords = new Set(['true', '1', 'active', 'on', 'yes']);
const falseWords = new Set(['false', '0', 'inactive', 'off', 'no', '']);

/** A value as cameras write it: a claim, a number, or a word. */
export function valueOf(text: string): boolean | number | string {
  const word = text.toLowerCase();
  if (trueWords.has(word)) return true;
  if (falseWords.has(word)) return false;
  const number = Number(text);
  return Number.isFinite(number) ? number : text;
}
