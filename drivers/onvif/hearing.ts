import { bad } from '#agent/model/quality.ts';
import type { Sample } from '#agent/model/sample.ts';
import type { DriverContext, Signal } from '../driver.ts';
import type { CameraAddress } from './address.ts';
import type { EventMessage } from './event-message.ts';
import type { EventPoints } from './event-points.ts';
import type { EventListener } from './event-watch.ts';

interface HearingPlace {
  readonly host: string;
  readonly context: Pick<DriverContext<CameraAddress>, 'source' | 'clock'>;
  readonly points: EventPoints;
  /** Topics that the camera offers, plain. */
  readonly topics: ReadonlySet<string> | undefined;
  /** Simulated or not. */
  readonly flags: () => number;
  readonly samples: (samples: readonly Sample[]) => void;
  readonly emit: (signal: Signal) => void;
  /** Whether a subscription stands, and why not. */
  readonly tell: (isSubscribed: boolean, reason?: string) => void;
  /** Events come faster than a camera can keep for us, or do so no more. */
  readonly storm: (reason?: string) => void;
}

const STATES_AT_MOST = 500;
/** More events than this in so long: a detector that flickers, or worse. */
const STORM = { events: 250, withinMs: 5_000 };

/**
 * A camera's events, which may be told twice: to a subscription and in the metadata of a stream. The subscription alone
 * speaks while it stands, so that nothing is told twice and a slower copy never takes a newer state back; without one the
 * stream speaks, if it plays.
 */
export class Hearing {
  readonly #place: HearingPlace;
  #speaker: 'subscription' | 'stream' | undefined;
  #isPlaying = false;
  /** What holds by the stream, for the moment in which it has to speak. */
  readonly #states = new Map<string, EventMessage>();
  #deafSince: number | undefined;
  #hasRefused = false;
  #counting = { since: 0, events: 0, isStorm: false };

  constructor(place: HearingPlace) {
    this.#place = place;
  }

  readonly subscription: EventListener = {
    subscribed: () => this.#begin('subscription'),
    heard: (messages, refused) => this.#take(messages, refused),
    lost: (reason) => {
      if (!this.#isPlaying) return this.#deaf(reason);
      this.#place.tell(false, `${reason}; they are heard in the metadata of the stream`);
      if (this.#speaker === 'stream') return;
      this.#speaker = 'stream';
      this.#take([...this.#states.values()], 0);
    },
  };

  readonly stream = {
    playing: (): void => {
      this.#isPlaying = true;
      this.#states.clear();
      if (this.#speaker === undefined) this.#begin('stream');
    },
    heard: (messages: readonly EventMessage[], refused: number): void => {
      for (const message of messages) this.#remember(message);
      if (this.#speaker === 'stream') this.#take(messages, refused);
    },
    lost: (reason: string): void => {
      this.#isPlaying = false;
      this.#states.clear();
      if (this.#speaker === 'stream') this.#deaf(reason);
    },
  };

  /** To be called now and then: a storm ends by silence. */
  tick(): void {
    const { host, context, storm } = this.#place;
    const { since, events, isStorm } = this.#counting;
    const now = context.clock.monotonic();
    const isOver = now - since >= STORM.withinMs;
    if (events > STORM.events && !isStorm) {
      this.#counting.isStorm = true;
      const seconds = STORM.withinMs / 1000;
      storm(`${host} sends more than ${STORM.events} events in ${seconds} s; some may be lost in the camera`);
    }
    if (!isOver) return;
    if (isStorm && events <= STORM.events) storm();
    this.#counting = { since: now, events: 0, isStorm: this.#counting.isStorm && events > STORM.events };
  }

  #begin(speaker: 'subscription' | 'stream'): void {
    const { points, topics, samples, context, tell } = this.#place;
    if (this.#deafSince !== undefined) this.#tellGap(this.#deafSince);
    this.#deafSince = undefined;
    this.#speaker = speaker;
    samples(points.begin(topics, context.clock.now()));
    if (speaker === 'subscription') tell(true);
  }

  #take(messages: readonly EventMessage[], refused: number): void {
    const { points, samples, context } = this.#place;
    this.#counting.events += messages.length;
    if (refused > 0 && !this.#hasRefused) this.#tellRefused(refused);
    this.#hasRefused ||= refused > 0;
    const [now, monotonic] = [context.clock.now(), context.clock.monotonic()];
    samples(messages.flatMap((message) => points.take(message, now, monotonic)));
  }

  #deaf(reason: string): void {
    const { points, samples, context, tell } = this.#place;
    this.#speaker = undefined;
    this.#deafSince ??= context.clock.now();
    samples(points.lost(bad('comm-lost'), context.clock.now()));
    tell(false, reason);
  }

  /** An event without an end holds nothing. */
  #remember(message: EventMessage): void {
    if (message.operation === 'none') return;
    const key = `${message.topic}\0${JSON.stringify(message.source)}`;
    if (message.operation === 'deleted') this.#states.delete(key);
    else if (this.#states.has(key) || this.#states.size < STATES_AT_MOST)
      this.#states.set(key, { ...message, operation: 'initialized' });
  }

  /** What happened in the camera while nobody listened is known to nobody. */
  #tellGap(from: number): void {
    const { host, context, points, flags, emit } = this.#place;
    const text = `nobody listened to ${host}: events of this time are not known`;
    const { clock, source } = context;
    const gap = {
      from,
      to: clock.now(),
      reason: 'comm-lost',
      source,
      points: points.ids,
      text,
      flags: flags(),
    } as const;
    emit({ type: 'gap', gap });
  }

  #tellRefused(refused: number): void {
    const { host, context, flags, emit } = this.#place;
    const text = `${host} sends notifications that can't be read; they are left out`;
    const { clock, source } = context;
    const detail = { refused };
    const event = { time: clock.now(), kind: 'onvif.notification-refused', source, text, detail, flags: flags() };
    emit({ type: 'event', event });
  }
}
