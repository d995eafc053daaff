import type { Gap } from '#agent/model/event.ts';
import { Flag } from '#agent/model/flags.ts';
import { bad } from '#agent/model/quality.ts';
import type { Sample } from '#agent/model/sample.ts';
import type { DriverContext, DriverPoint, Signal } from '../driver.ts';
import type { SeenMessages } from '../json-feed/seen-messages.ts';
import type { FirewatchFeedOptions } from './schema.ts';
import { flagsOf, toldSamples, valueOf } from './told-samples.ts';
import { readMessage, type GapBody, type SampleBody } from './wire.ts';

const MOST_CATALOGS = 8;

interface Followed {
  readonly point: DriverPoint<string>;
  /** Source time of the newest live sample, UTC ms. */
  newest: number;
  isHeard: boolean;
}

interface OtherSiteParts {
  /** Of all connections. */
  readonly seen: SeenMessages;
  readonly emit: (signal: Signal) => void;
}

/** What the messages of one connection say of the other agent's points. */
export class OtherSite {
  readonly #options: FirewatchFeedOptions;
  readonly #context: DriverContext<string>;
  readonly #emit: (signal: Signal) => void;
  readonly #followed = new Map<string, Followed[]>();
  readonly #catalogs = new Map<string, readonly string[]>();
  readonly #seen: SeenMessages;
  readonly #refused = new Set<string>();
  #flags = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: FirewatchFeedOptions, context: DriverContext<string>, { seen, emit }: OtherSiteParts) {
    this.#options = options;
    this.#context = context;
    this.#emit = emit;
    this.#seen = seen;
    for (const point of context.points) {
      const followed = { point, newest: -Infinity, isHeard: false };
      this.#followed.set(point.address, [...(this.#followed.get(point.address) ?? []), followed]);
    }
  }

  open(): void {
    // The connection stands; whether the other agent lives is for its presence and its values to tell.
    this.#emit({ type: 'status', state: 'online', reason: '', provesValues: false });
    this.#timer = setTimeout(() => this.#tellUnheard(), this.#options.expect);
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  /** @param isPast it was told long before the present, whatever it says */
  take(topic: string, payload: Buffer, isPast = false): void {
    const stream = topic.slice(`${this.#options.topicPrefix}/${this.#options.site}/`.length);
    try {
      const told = readMessage(stream, payload);
      if (told.type === 'presence') this.#onPresence(told.state, told.isSimulated);
      else if (told.type === 'catalog') this.#remember(told.name, told.points);
      else if (told.type === 'gap') this.#onGap(told.body);
      else if (told.type === 'samples' && !this.#seen.isRepeated(told.id))
        this.#onSamples(told.body, told.isBackfill || isPast);
    } catch (error) {
      // Whatever a message holds, it can only be without meaning: nothing here touches anything but memory.
      this.#refuse(`${stream}: ${error instanceof Error ? error.message : String(error)}`.slice(0, 300));
    }
  }

  #onPresence(state: 'online' | 'stopped' | 'lost', isSimulated: boolean): void {
    if (isSimulated) this.#flags = Flag.sim;
    const { site } = this.#options;
    if (state === 'online') {
      this.#emit({ type: 'status', state: 'online', reason: '', provesValues: false });
      return;
    }
    const reason = `the agent of site ${site} ${state === 'stopped' ? 'was stopped' : 'is not connected to the broker'}`;
    this.#emit({ type: 'samples', samples: this.#every(() => true, 'comm-lost') });
    this.#emit({ type: 'status', state: 'degraded', reason });
  }

  #remember(name: string, points: readonly string[]): void {
    this.#catalogs.delete(name);
    this.#catalogs.set(name, points);
    for (const oldest of this.#catalogs.keys()) if (this.#catalogs.size > MOST_CATALOGS) this.#catalogs.delete(oldest);
  }

  #onSamples(body: SampleBody, isBackfill: boolean): void {
    const known = body.catalog === undefined ? [] : this.#catalogs.get(body.catalog);
    if (!known)
      throw new Error(
        `samples refer to catalog ${String(body.catalog)}, which the broker does not keep; let it retain messages, or set wire: plain there`,
      );
    const receiveTime = this.#context.clock.now();
    const samples: Sample[] = [];
    for (const told of toldSamples(body, known)) {
      for (const followed of this.#followed.get(told.point) ?? []) {
        const { point } = followed;
        followed.isHeard = true;
        // What is older than what was there already fills a hole of the past, whatever lane it took.
        const isPast = isBackfill || told.sourceTime < followed.newest;
        if (!isPast) followed.newest = told.sourceTime;
        this.#flags |= told.flags & Flag.sim;
        samples.push({
          point: point.id,
          value: valueOf(told.value, point.kind),
          quality: told.quality,
          sourceTime: told.sourceTime,
          receiveTime,
          flags: told.flags | (isPast ? Flag.backfilled : 0),
        });
      }
    }
    if (samples.length > 0) this.#emit({ type: 'samples', samples });
  }

  #onGap({ from, to, reason, points, lost, text, flags }: GapBody): void {
    const own = points?.flatMap((id) => (this.#followed.get(id) ?? []).map(({ point }) => point.id));
    if (own?.length === 0) return;
    const gap: Gap = {
      from,
      reason: gapReasons.find((each) => each === reason) ?? 'comm-lost',
      source: this.#context.source,
      text: `${this.#options.site}: ${text}`,
      flags: flagsOf(flags),
      ...(to === undefined ? {} : { to }),
      ...(own ? { points: own } : {}),
      ...(lost === undefined ? {} : { lost }),
    };
    this.#emit({ type: 'gap', gap });
  }

  #tellUnheard(): void {
    const samples = this.#every(({ isHeard }) => !isHeard, 'no-such-address');
    if (samples.length > 0) this.#emit({ type: 'samples', samples });
  }

  #every(isMeant: (followed: Followed) => boolean, reason: 'comm-lost' | 'no-such-address'): Sample[] {
    const time = this.#context.clock.now();
    const meant = [...this.#followed.values()].flat().filter(isMeant);
    return meant.map(({ point }) => ({
      point: point.id,
      value: null,
      quality: bad(reason),
      sourceTime: time,
      receiveTime: time,
      flags: this.#flags,
    }));
  }

  /** The same again is not news. */
  #refuse(why: string): void {
    if (this.#refused.has(why) || this.#refused.size > 100) return;
    this.#refused.add(why);
    const time = this.#context.clock.now();
    const text = `a message of site ${this.#options.site} was not read: ${why}`;
    this.#emit({ type: 'event', event: { time, kind: 'firewatch-feed.refused', text, flags: this.#flags } });
  }
}

const gapReasons: readonly Gap['reason'][] = [
  'comm-lost',
  'server-overflow',
  'sequence-gap',
  'agent-stopped',
  'crash',
  'expired',
  'disk-full',
  'damaged',
  'overload',
  'quarantined',
];
