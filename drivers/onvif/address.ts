import { z } from 'zod';
import { cameraHealthParts } from '#agent/model/camera.ts';
import type { CameraHealthPart, CameraParts } from '#agent/model/camera.ts';
import { pointId } from '#agent/model/ids.ts';
import { suggest } from '#config/nearest.ts';
import type { AddressedPoint, ConfigIssue } from '#config/source-kind.ts';
import { eventNames, plainTopic, type EventName } from './topics.ts';

/** Where in a camera a point lives. `unknown`: a word that means nothing here, told by {@link checkCameraAddresses}. */
export type CameraAddress =
  | { readonly kind: 'health'; readonly health: CameraHealthPart }
  /** `token`: of a digital input or relay, a number or the camera's own name. */
  | { readonly kind: 'event'; readonly event: EventName; readonly token?: string }
  /** Any topic of the camera: lower case without prefixes; `item` is the data item that holds the value. */
  | { readonly kind: 'topic'; readonly topic: string; readonly item: string }
  | { readonly kind: 'unknown'; readonly text: string };

const withToken: ReadonlySet<string> = new Set(['digital-input', 'relay']);

const words = [
  ...cameraHealthParts.map((name) => `health:${name}`),
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
    const health = cameraHealthParts.find((name) => name === rest);
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

/** What is watched of a camera: of several points that show the same, the first. */
export const cameraPartsOf = (
  { gb28181Id }: { readonly gb28181Id?: string | undefined },
  points: readonly AddressedPoint<CameraAddress>[],
): CameraParts => ({
  ...(gb28181Id !== undefined && { gb28181Id }),
  health: Object.fromEntries(
    points
      .toReversed()
      .flatMap(({ id, address }) => (address.kind === 'health' ? [[address.health, pointId(id)]] : [])),
  ),
});
