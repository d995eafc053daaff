import { Observable } from 'rxjs';
import { Flag } from '#agent/model/flags.ts';
import { SIMULATOR_VENDOR } from '#agent/model/simulation.ts';
import { defineDriver, SourceError, type DriverContext, type Signal } from '../driver.ts';
import { TagFeed } from '../locating/tag-feed.ts';
import { addressSchema, isValueAddress, type JsonAddress } from './address.ts';
import { check } from './check.ts';
import { EvaluationError } from '#config/expression.ts';
import { EventBook } from './event-book.ts';
import { mapEvents } from './event-mapping.ts';
import { mapFacts, type Received } from './fact-mapping.ts';
import { readJson } from './read-json.ts';
import { optionsSchema, type JsonFeedOptions } from './schema.ts';
import { SeenMessages } from './seen-messages.ts';
import { asText } from './told-value.ts';
import { openTransport, type Taken } from './transport.ts';
import { ValuePoints } from './value-points.ts';

const RELEASE_WITHIN_MS = 1000;

/** Whoever sends JSON: its messages become tags' positions and states, values of points, and events. Nothing is sent back. */
export const jsonFeed = defineDriver<JsonFeedOptions, JsonAddress>({
  kind: 'json-feed',
  summary: 'JSON over MQTT, WebSocket, HTTP posts or TCP lines, read by expressions: tags, values of points, events',
  schema: optionsSchema,
  address: addressSchema,
  tellsFacts: true,
  check,
  releaseWithinMs: RELEASE_WITHIN_MS,
  open: (options, context) => {
    const events = new EventBook();
    return new Observable<Signal>((subscriber) => {
      const messages = new Messages({ options, context, events }, (signal) => subscriber.next(signal));
      const release = openTransport(options.transport, context, {
        opened: (isSimulated) => messages.open(isSimulated),
        message: (text) => messages.take(text),
        refuse: (reason) => messages.feed.refuse(reason),
        lost: (reason, retryAfterMs = 0) => subscriber.error(new SourceError(reason, { retryAfterMs })),
      });
      return () => {
        messages.close();
        release();
      };
    });
  },
});

interface Connection {
  readonly options: JsonFeedOptions;
  readonly context: DriverContext<JsonAddress>;
  /** Outlives the connection. */
  readonly events: EventBook;
}

/** What the messages of one connection say. */
class Messages {
  readonly feed: TagFeed;
  readonly #options: JsonFeedOptions;
  readonly #context: DriverContext<JsonAddress>;
  readonly #emit: (signal: Signal) => void;
  readonly #values: ValuePoints;
  readonly #events: EventBook;
  readonly #seen = new SeenMessages();
  #timer: NodeJS.Timeout | undefined;
  #flags = 0;

  constructor({ options, context, events }: Connection, emit: (signal: Signal) => void) {
    this.#events = events;
    this.#options = options;
    this.#context = context;
    this.#emit = emit;
    const { points, clock } = context;
    this.#values = new ValuePoints(
      points.flatMap(({ id, address }) => (isValueAddress(address) ? [{ id, address }] : [])),
    );
    const words = points.flatMap(({ id, address }) => (isValueAddress(address) ? [] : [{ id, address }]));
    const expects = options.facts.length > 0 ? 'tag' : 'message';
    this.feed = new TagFeed({ clock, points: words }, { ...options, expects, provesValues: false }, emit);
  }

  open(isSimulated: boolean): void {
    if (isSimulated) this.#flags = Flag.sim;
    this.feed.open(isSimulated);
    this.#timer = setInterval(() => this.#tellMissing(), this.#options.interval);
  }

  close(): void {
    clearInterval(this.#timer);
    this.feed.close();
  }

  take(text: string): Taken {
    if (!this.feed.admits()) return 'dropped';
    if (text.includes(SIMULATOR_VENDOR)) {
      this.#flags = Flag.sim;
      this.feed.simulated();
    }
    try {
      return this.#read(readJson(text));
    } catch (error) {
      // JSON that is none, that is nested without end, or that an expression cannot take.
      const isTheirs = error instanceof SyntaxError || error instanceof RangeError || error instanceof EvaluationError;
      if (!isTheirs) throw error;
      this.feed.refuse(error.message.slice(0, 200));
      return 'refused';
    }
  }

  #read(message: unknown): Taken {
    const { facts, messageId, zone } = this.#options;
    const id = messageId && asText(messageId.of(message));
    if (id !== undefined && this.#seen.isRepeated(id)) return 'taken';
    const received = { receiveTime: this.#context.clock.now(), zone };
    let taken: Taken = 'taken';
    for (const mapping of facts) {
      const { heard, fixes, states, refused } = mapFacts(mapping, message, received);
      this.feed.hear(heard);
      this.feed.tell(fixes, states);
      for (const reason of refused) this.feed.refuse(reason);
      if (refused.length > 0) taken = 'refused';
    }
    const samples = this.#values.read(message, received, this.#flags);
    if (samples.length > 0) this.#emit({ type: 'samples', samples });
    return this.#tellEvents(message, received) ? taken : 'refused';
  }

  /** False where an entry was to be an event and is none. */
  #tellEvents(message: unknown, received: Received): boolean {
    const mapped = this.#options.events.map((mapping) => mapEvents(mapping, message, received));
    for (const told of mapped.flatMap(({ events }) => events)) {
      const event = this.#events.take(told);
      if (event) this.#emit({ type: 'event', event: { ...event, flags: event.flags | this.#flags } });
    }
    const refused = mapped.flatMap((one) => one.refused);
    for (const reason of refused) this.feed.refuse(reason);
    return refused.length === 0;
  }

  #tellMissing(): void {
    const samples = this.#values.missing(this.#context.clock.now(), this.#options.expect, this.#flags);
    if (samples.length > 0) this.#emit({ type: 'samples', samples });
  }
}
