import { child, childrenNamed, descendants, readXml, textAt, type XmlElement } from '../bounded-xml/read-xml.ts';
import { readMessages, type EventMessage } from './event-message.ts';

/** What the analytics of a camera see in one picture: how many of each class. */
export type ObjectCounts = Readonly<Record<ObjectClass, number>>;
type ObjectClass = 'person' | 'vehicle';

export interface MetadataDocument {
  readonly messages: readonly EventMessage[];
  /** Notifications that can't be read. */
  readonly refused: number;
  /** In order. */
  readonly frames: readonly ObjectCounts[];
}

/**
 * Classes as the analytics specification and its editions write them (tt:ClassType, tt:ObjectType): `Vehical` stood in
 * the schema for years.
 */
const classes: ReadonlyMap<string, ObjectClass> = new Map([
  ['human', 'person'],
  ['person', 'person'],
  ['pedestrian', 'person'],
  ['vehicle', 'vehicle'],
  ['vehical', 'vehicle'],
  ['car', 'vehicle'],
  ['truck', 'vehicle'],
  ['bus', 'vehicle'],
]);

const FRAMES_AT_MOST = 1_000;

/** A document of a metadata stream (tt:MetadataStream). Undefined where it is none. */
export function readMetadata(text: string): MetadataDocument | undefined {
  const root = readXml(text);
  if (root?.name !== 'MetadataStream') return undefined;
  const told = childrenNamed(root, 'Event').map(readMessages);
  return {
    messages: told.flatMap(({ messages }) => messages),
    refused: told.reduce((sum, { refused }) => sum + refused, 0),
    frames: childrenNamed(root, 'VideoAnalytics')
      .flatMap((one) => childrenNamed(one, 'Frame'))
      .slice(0, FRAMES_AT_MOST)
      .map(countsOf),
  };
}

function countsOf(frame: XmlElement): ObjectCounts {
  const counts = { person: 0, vehicle: 0 };
  for (const one of childrenNamed(frame, 'Object')) {
    const known = classOf(one);
    if (known) counts[known] += 1;
  }
  return counts;
}

/** The likeliest class that the camera gives an object; a newer `Type` and an older `ClassCandidate` say the same. */
function classOf(object: XmlElement): ObjectClass | undefined {
  const given = child(child(object, 'Appearance'), 'Class');
  if (!given) return undefined;
  const types = childrenNamed(given, 'Type').map((one) => ({
    word: one.text,
    likelihood: one.attributes['Likelihood'],
  }));
  const candidates = descendants(given, 'ClassCandidate').map((one) => ({
    word: textAt(one, 'Type') ?? '',
    likelihood: textAt(one, 'Likelihood'),
  }));
  const likeliest = [...types, ...candidates].toSorted((a, b) => weight(b.likelihood) - weight(a.likelihood))[0];
  return classes.get(likeliest?.word.trim().toLowerCase() ?? '');
}

/** Without a figure it is taken as said. */
const weight = (likelihood: string | undefined): number => {
  const number = Number(likelihood ?? 1);
  return Number.isFinite(number) ? number : 0;
};
