import { Flag } from '#agent/model/flags.ts';
import type { PointId } from '#agent/model/ids.ts';
import { bad, GOOD, type Quality } from '#agent/model/quality.ts';
import type { Sample, SampleValue } from '#agent/model/sample.ts';
import type { DriverPoint } from '../driver.ts';
import type { CameraAddress } from './address.ts';
import { valueOf, type EventMessage } from './event-message.ts';
import { meaningOf, topicsOf } from './topics.ts';

/** A time of the camera that is further off than this is told as doubtful. */
const CLOCK_DOUBT_MS = 5 * 60_000;
const AHEAD_MS = 1_000;

interface Watched {
  readonly point: DriverPoint<CameraAddress>;
  lastTime: number;
  /** When a message without an end stops being true; monotonic ms. */
  falseAt: number | undefined;
}

/** The points that live on a camera's events, and what each message says to them. No I/O. */
export class EventPoints {
  readonly #all: readonly Watched[];
  #watched: readonly Watched[];
  readonly #holdMs: number;

  constructor(points: readonly DriverPoint<CameraAddress>[], holdMs: number) {
    this.#all = points
      .filter(({ address }) => needsEvents(address))
      .map((point) => ({ point, lastTime: 0, falseAt: undefined }));
    this.#watched = this.#all;
    this.#holdMs = holdMs;
  }

  get ids(): readonly PointId[] {
    return this.#watched.map(({ point }) => point.id);
  }

  /** Leaves to the objects in the metadata what the camera reports by no topic of its own. Those points. */
  cede(topics: ReadonlySet<string> | undefined): readonly DriverPoint<CameraAddress>[] {
    const isCeded = ({ point: { address } }: Watched): boolean =>
      topics !== undefined && isOfObjects(address) && !isOffered(address, topics);
    this.#watched = this.#all.filter((one) => !isCeded(one));
    return this.#all.filter(isCeded).map(({ point }) => point);
  }

  /** What is known at the beginning of a subscription: what the camera doesn't offer, and what has not happened yet. */
  begin(topics: ReadonlySet<string> | undefined, now: number): Sample[] {
    return this.#watched.flatMap((watched) => {
      const { address } = watched.point;
      if (topics && !isOffered(address, topics))
        return [sample(watched, { value: null, quality: bad('no-such-address'), now })];
      // A storage that reports no failure is in order; a line that nobody crosses is not crossed.
      if (isStorage(address)) return [sample(watched, { value: 'ok', quality: GOOD, now })];
      return address.kind === 'event' && address.event === 'line'
        ? [sample(watched, { value: false, quality: GOOD, now })]
        : [];
    });
  }

  /** No event can be heard. */
  lost(quality: Quality, now: number): Sample[] {
    return this.#watched.map((watched) => {
      watched.falseAt = undefined;
      return sample(watched, { value: null, quality, now });
    });
  }

  /** In order, one sample for each point that a message concerns. */
  take(message: EventMessage, now: number, monotonic: number): Sample[] {
    return this.#watched.flatMap((watched) => {
      const value = this.#valueFor(watched.point.address, message);
      if (value === undefined) return [];
      if (value === null) return [sample(watched, { value: null, quality: bad('decode'), now })];
      const hasNoEnd = message.operation === 'none' && value === true;
      watched.falseAt = hasNoEnd ? monotonic + this.#holdMs : undefined;
      const told = message.operation === 'initialized' ? undefined : message.time;
      return [sample(watched, { value, quality: GOOD, now, told })];
    });
  }

  /** Messages without an end whose time is over. */
  expire(now: number, monotonic: number): Sample[] {
    return this.#watched.flatMap((watched) => {
      if (watched.falseAt === undefined || monotonic < watched.falseAt) return [];
      watched.falseAt = undefined;
      return [sample(watched, { value: false, quality: GOOD, now })];
    });
  }

  /** Undefined: the message does not concern the address. Null: it does, and makes no sense. */
  #valueFor(address: CameraAddress, { topic, operation, source, data }: EventMessage): SampleValue | undefined {
    if (address.kind === 'topic') {
      if (address.topic !== topic) return undefined;
      const text = data[address.item] ?? source[address.item];
      return operation === 'deleted' ? false : text === undefined ? undefined : valueOf(text);
    }
    const meaning = meaningOf(topic);
    if (!meaning) return undefined;
    if (isStorage(address)) {
      if (meaning.event !== 'storage-failure') return undefined;
      const failed = valueOf(data[meaning.item ?? ''] ?? '');
      return operation !== 'deleted' && failed === true ? 'failed' : 'ok';
    }
    if (address.kind !== 'event' || meaning.event !== address.event) return undefined;
    if (address.token !== undefined && !isToken(address.token, Object.values(source))) return undefined;
    if (meaning.item === undefined) return true;
    if (operation === 'deleted') return false;
    const text = data[meaning.item];
    if (text === undefined) return null;
    const value = valueOf(text);
    if (address.event === 'people-count') return numberOf(text);
    return typeof value === 'boolean' ? value : null;
  }
}

const isStorage = (address: CameraAddress): boolean => address.kind === 'health' && address.health === 'storage';

const needsEvents = (address: CameraAddress): boolean =>
  address.kind === 'event' || address.kind === 'topic' || isStorage(address);

const isOfObjects = (address: CameraAddress): boolean =>
  address.kind === 'event' && ['person', 'vehicle', 'people-count'].includes(address.event);

function isOffered(address: CameraAddress, topics: ReadonlySet<string>): boolean {
  if (address.kind === 'topic') return topics.has(address.topic);
  const wanted = isStorage(address)
    ? topicsOf('storage-failure')
    : address.kind === 'event'
      ? topicsOf(address.event)
      : [];
  return wanted.some((topic) =>
    topic.endsWith('/*') ? [...topics].some((one) => one.startsWith(topic.slice(0, -1))) : topics.has(topic),
  );
}

/** `1` is an input named 1, or whose name ends in it: `DI_1`, `AlarmIn_1`. */
const isToken = (token: string, given: readonly string[]): boolean =>
  given.some((one) => one === token || (/^\d+$/.test(token) && Number(/(\d+)$/.exec(one)?.[1]) === Number(token)));

const numberOf = (text: string): number | null => {
  const number = Number(text || Number.NaN);
  return Number.isFinite(number) ? number : null;
};

interface Reading {
  readonly value: SampleValue;
  readonly quality: Quality;
  readonly now: number;
  /** UTC ms by the camera, where it tells one. */
  readonly told?: number | undefined;
}

/** A point's times never go back: a camera that sets its clock may tell an earlier one. */
function sample(watched: Watched, { value, quality, now, told }: Reading): Sample {
  const isDoubtful = told !== undefined && (told > now + AHEAD_MS || now - told > CLOCK_DOUBT_MS);
  const sourceTime = Math.max(told === undefined || isDoubtful ? now : told, Math.min(watched.lastTime, now));
  watched.lastTime = sourceTime;
  const flags = isDoubtful ? Flag.clockSuspect : 0;
  return { point: watched.point.id, value, quality, sourceTime, receiveTime: now, flags };
}
