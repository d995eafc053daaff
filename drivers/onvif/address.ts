import { z } from 'zod';
import { suggest } from '#config/nearest.ts';
import type { AddressedPoint, ConfigIssue } from '#config/source-kind.ts';
import { eventNames, plainTopic, type EventName } from './topics.ts';

/** What the driver finds out about the camera itself. */
const healthNames = [
  'reachable',
  'login',
  'clock-offset',
  'events',
  'snapshot',
  'image',
  'scene',
  'stream',
  'storage',
] as const;

export type HealthName = (typeof healthNames)[number];

/** Where in a camera a point lives. `unknown`: a word that means nothing here, told by {@link checkCameraAddresses}. */
export type CameraAddress =
  | { readonly kind: 'health'; readonly health: HealthName }
  /** `token`: of a digital input or relay, a number or the camera's own name. */
  | { readonly kind: 'event'; readonly event: EventName; readonly token?: string }
  /** Any topic of the camera: lower case without prefixes; `item` is the data item that holds the value. */
  | { readonly kind: 'topic'; readonly topic: string; readonly item: string }
  | { readonly kind: 'unknown'; readonly text: string };

const withToken: ReadonlySet<string> = new Set(['digital-input', 'relay']);

const words = [
  ...healthNames.map((name) => `health:${name}`),
  ...eventNames.map((name) => (withToken.has(name) ? `event:${name}/1` : `event:${name}`)),
];

export const cameraAddressSchema = z
  .union([z.enum(words), z.string().regex(/^(health|event|topic):\S+$/)])
  .meta({
    description: 'What of the camera: its health, an event in our words, or any topic with its data item',
    examples: [...words, 'topic:RuleEngine/MyRule/Smoke#State'],
  })
  .transform(readAddress);

function readAddress(text: string): CameraAddress {
  const [kind, rest] = [text.slice(0, text.indexOf(':')), text.slice(text.indexOf(':') + 1)];
  if (kind === 'health') {
    const health = healthNames.find((name) => name === rest);
    if (health) return { kind, health };
  }
  if (kind === 'event') {
    const [word = '', token] = rest.split('/');
    const event = eventNames.find((name) => name === word);
    if (event && withToken.has(event) && token) return { kind, event, token };
    if (event && !withToken.has(event) && token === undefined) return { kind, event };
  }
  if (kind === 'topic') {
    const [topic = '', item] = rest.split('#');
    if (topic && item) return { kind, topic: plainTopic(topic), item: item.toLowerCase() };
  }
  return { kind: 'unknown', text };
}

export const checkCameraAddresses = (
  _options: unknown,
  points: readonly AddressedPoint<CameraAddress>[],
): readonly ConfigIssue[] =>
  points.flatMap(({ id, address }) =>
    address.kind === 'unknown'
      ? [
          {
            point: id,
            path: [],
            what: `"${address.text}" is nothing that a camera tells`,
            why: `it tells ${words.join(', ')}, or topic:<topic>#<item>`,
            todo: suggest(address.text, words, 'write one of these'),
          },
        ]
      : [],
  );
