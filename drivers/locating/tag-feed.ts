import type { Clock } from '#agent/model/clock.ts';
import type { SiteEvent } from '#agent/model/event.ts';
import type { Fact } from '#agent/model/fact.ts';
import { Flag } from '#agent/model/flags.ts';
import type { TagFix, TagId, TagState } from '#agent/model/tag.ts';
import type { Signal } from '../driver.ts';
import { feedSamples, type FeedPoint } from './feed-samples.ts';
import { RateLimit } from './rate-limit.ts';
import type { TagFeedOptions } from './schema.ts';
import { TagBook, type TagClaims } from './tag-book.ts';

export interface FeedContext {
  readonly clock: Clock;
  readonly points: readonly FeedPoint[];
}

/** At night no tag may speak for hours; the supervisor wants to hear that the connection stands. */
const SIGN_OF_LIFE_MS = 5000;

/** A fix as a protocol tells it; the feed adds what it knows. */
export type ToldFix = Omit<TagFix, 'kind' | 'source'>;
export interface ToldState extends TagClaims {
  readonly tag: TagId;
  readonly sourceTime: number;
  readonly receiveTime: number;
  readonly flags: number;
}

/**
 * What every locating driver does between its wire and the supervisor: makes facts of what tags tell (states only where
 * they change), counts, keeps rates and memory bounded, marks what a simulator says, tells the state of the source and
 * the samples of its diagnostic points. Lives as long as one connection.
 */
export class TagFeed {
  readonly #context: FeedContext;
  readonly #options: TagFeedOptions;
  readonly #emit: (signal: Signal) => void;
  readonly #book: TagBook;
  readonly #limit: RateLimit;
  #timer: NodeJS.Timeout | undefined;
  #lifeTimer: NodeJS.Timeout | undefined;
  #flags = 0;
  #openedAt = 0;
  #messageAt = 0;
  #fixes = 0;
  #messages = 0;
  #refused = 0;
  #refusedTotal = 0;
  #droppedTotal = 0;
  #dropsFrom: number | undefined;
  #lastRefusal = '';

  constructor(context: FeedContext, options: TagFeedOptions, emit: (signal: Signal) => void) {
    this.#context = context;
    this.#options = options;
    this.#emit = emit;
    this.#book = new TagBook(options.maxTags);
    this.#limit = new RateLimit(options.maxRate, context.clock);
    emit({ type: 'status', state: 'connecting', reason: '' });
  }

  /** The other side talks to us: the source is online from now on. */
  open(isSimulated: boolean): void {
    if (isSimulated) this.simulated();
    this.#openedAt = this.#context.clock.monotonic();
    this.#tellState();
    this.#timer = setInterval(() => this.#endInterval(), this.#options.interval);
    this.#lifeTimer = setInterval(() => this.#tellState(), SIGN_OF_LIFE_MS);
  }

  close(): void {
    clearInterval(this.#timer);
    clearInterval(this.#lifeTimer);
  }

  /** A simulator has named itself: whatever comes from now on is simulated. */
  simulated(): void {
    this.#flags = Flag.sim;
  }

  /** Counts a message. False: the source talks too fast, and this one is to be dropped unread. */
  admits(): boolean {
    this.#messages += 1;
    this.#messageAt = this.#context.clock.monotonic();
    if (this.#limit.admits()) return true;
    this.#dropsFrom ??= this.#context.clock.now();
    return false;
  }

  /** A message, or a part of it, that is not what the protocol allows. */
  refuse(reason: string): void {
    this.#refused += 1;
    this.#refusedTotal += 1;
    this.#lastRefusal = reason;
  }

  /** A tag is there, though it tells nothing of its place. */
  hear(tags: readonly TagId[]): void {
    const at = this.#context.clock.monotonic();
    for (const tag of tags) this.#book.hear(tag, at);
  }

  /** In the order in which it was told. */
  tell(fixes: readonly ToldFix[], states: readonly ToldState[]): void {
    const facts: Fact[] = [];
    const at = this.#context.clock.monotonic();
    for (const fix of fixes) {
      const wasLost = this.#book.isLost(fix.tag);
      this.#book.hear(fix.tag, at);
      this.#fixes += 1;
      facts.push({ kind: 'tag-fix', ...fix, flags: fix.flags | this.#flags });
      if (wasLost) this.#learn(facts, { ...timesOf(fix), tag: fix.tag, isLost: false });
    }
    for (const state of states) this.#learn(facts, state);
    if (facts.length > 0) this.#emit({ type: 'facts', facts });
  }

  event(event: Omit<SiteEvent, 'flags'>): void {
    this.#emit({ type: 'event', event: { ...event, flags: this.#flags } });
  }

  device(facts: Readonly<Record<string, string>>): void {
    this.#emit({ type: 'device', facts });
  }

  #learn(facts: Fact[], { tag, sourceTime, receiveTime, flags, ...claims }: ToldState): void {
    const news = this.#book.learn(tag, claims);
    if (!news) return;
    const state: TagState = {
      kind: 'tag-state',
      tag,
      ...news,
      sourceTime,
      receiveTime,
      flags: flags | this.#flags,
    };
    facts.push(state);
  }

  #endInterval(): void {
    const { clock, points } = this.#context;
    const now = clock.now();
    this.#tellDrops(now);
    this.#tellState();
    const perSecond = 1000 / this.#options.interval;
    const figures = {
      'tags-heard': this.#heard(),
      'tags-lost': this.#book.lost,
      'fixes-per-second': this.#fixes * perSecond,
      'messages-per-second': this.#messages * perSecond,
      refused: this.#refused,
      'refused-total': this.#refusedTotal,
      'dropped-total': this.#droppedTotal,
    };
    this.#fixes = 0;
    this.#messages = 0;
    this.#refused = 0;
    if (points.length > 0) this.#emit({ type: 'samples', samples: feedSamples(points, figures, now, this.#flags) });
  }

  #heard(): number {
    return this.#book.heardSince(this.#context.clock.monotonic() - this.#options.quiet);
  }

  /** Repeated while nothing changes: a sign of life. */
  #tellState(): void {
    const trouble = this.#trouble();
    const { provesValues = true } = this.#options;
    this.#emit({ type: 'status', state: trouble === '' ? 'online' : 'degraded', reason: trouble, provesValues });
  }

  #trouble(): string {
    const { quiet, expects = 'tag' } = this.#options;
    const now = this.#context.clock.monotonic();
    const isQuiet = expects === 'tag' ? this.#heard() === 0 : now - this.#messageAt >= quiet;
    return [
      this.#refused > 0 ? `messages are refused: ${this.#lastRefusal}` : '',
      this.#dropsFrom === undefined
        ? ''
        : `more than ${this.#options.maxRate} messages a second; the others are dropped`,
      isQuiet && now - this.#openedAt >= quiet ? `connected, but no ${expects} was heard for ${quiet / 1000} s` : '',
    ]
      .filter(Boolean)
      .join('; ');
  }

  #tellDrops(now: number): void {
    const lost = this.#limit.takeDropped();
    const from = this.#dropsFrom;
    this.#dropsFrom = lost > 0 ? now : undefined;
    if (lost === 0 || from === undefined) return;
    this.#droppedTotal += lost;
    const text = `${lost} messages dropped unread: more than ${this.#options.maxRate} came in a second`;
    this.#emit({ type: 'gap', gap: { from, to: now, reason: 'overload', lost, text, flags: this.#flags } });
  }
}

const timesOf = ({ sourceTime, receiveTime, flags }: ToldFix) => ({ sourceTime, receiveTime, flags });
