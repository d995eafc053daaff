import { setTimeout as delay } from 'node:timers/promises';
import type { CameraHealthPart } from '#agent/model/camera.ts';
import { Flag } from '#agent/model/flags.ts';
import { bad, type Quality, type QualityReason } from '#agent/model/quality.ts';
import type { Sample } from '#agent/model/sample.ts';
import { SourceError, type DriverContext, type Signal } from '../driver.ts';
import type { Credentials } from '../http-digest/digest.ts';
import { ExchangeError } from '../http-digest/exchange.ts';
import { credentialsOf, LoginGate } from '../http-digest/login-gate.ts';
import { webPort } from '../http-digest/tls-schema.ts';
import type { CameraAddress } from './address.ts';
import { clockRequest, readCameraClock } from './camera-clock.ts';
import { readCameraFacts, type CameraFacts } from './camera-facts.ts';
import { CameraTroubles } from './camera-troubles.ts';
import { EventPoints } from './event-points.ts';
import { EventWatch } from './event-watch.ts';
import { Hearing } from './hearing.ts';
import { HealthPoints } from './health-points.ts';
import { keepFilming } from './keep-filming.ts';
import { keepLooking } from './keep-looking.ts';
import { LeftSubscription } from './left-subscription.ts';
import { CameraLibrary } from './library.ts';
import type { OnvifOptions } from './schema.ts';
import { CameraSession, LoginRefused, type SoapRequest } from './session.ts';
import { isRefusal, SoapFault, type SoapAnswer } from './soap.ts';
import { StreamWatch } from './stream-watch.ts';
import { untilStopped } from './until-stopped.ts';
import { watchMetadata } from './watch-metadata.ts';

const GOODBYE_MS = 1_000;
const EXPIRE_EVERY_MS = 250;
/** Cameras tell whole seconds. */
const CLOCK_MOVED_MS = 2_000;

type Context = DriverContext<CameraAddress>;

/** What needs a login: without one it is bad, and says why. */
const ofPictures: readonly CameraHealthPart[] = ['snapshot', 'image', 'scene', 'sees'];
const behindLogin: readonly CameraHealthPart[] = ['events', 'stream', 'metadata', ...ofPictures];

/** One camera, from its first answer until it is lost or let go. */
export class CameraWatch {
  readonly #options: OnvifOptions;
  readonly #context: Context;
  readonly #emit: (signal: Signal) => void;
  readonly #stopping = new AbortController();
  readonly #session: CameraSession;
  readonly #library: CameraLibrary;
  readonly #gate: LoginGate;
  readonly #streamGate: LoginGate;
  readonly #events: EventPoints;
  readonly #health: HealthPoints;
  readonly #troubles: CameraTroubles;
  #eventWatch: EventWatch | undefined;
  #clockQuestions = 0;
  #clockAnswered = 0;

  constructor(options: OnvifOptions, context: Context, emit: (signal: Signal) => void) {
    this.#options = options;
    this.#context = context;
    this.#emit = emit;
    this.#troubles = new CameraTroubles((signal) => this.#send(signal));
    this.#gate = new LoginGate(context.stateDir, 'onvif', context.clock);
    this.#streamGate = new LoginGate(context.stateDir, 'stream', context.clock);
    const target = {
      host: options.host,
      port: webPort(options),
      tls: options.tls,
      timeoutMs: options.answerWithin,
      maxBytes: options.maxAnswer,
      credentials: () => this.#credentials(),
      gate: this.#gate,
    };
    this.#session = new CameraSession(target, (signal) => this.#refreshClock(signal));
    this.#library = new CameraLibrary({ ...options, port: webPort(options) }, () => this.#credentials());
    this.#events = new EventPoints(context.points, options.hold);
    this.#health = new HealthPoints(context.points);
  }

  /** Ends only by rejecting with a SourceError: the camera is lost. Or resolves after `stop`. */
  async run(): Promise<void> {
    const { signal } = this.#stopping;
    try {
      await this.#checkClock(signal);
      await Promise.all([this.#keepChecking(signal), this.#keepWatching(signal)]);
    } catch (error) {
      if (signal.aborted) return;
      const { host } = this.#options;
      const port = webPort(this.#options);
      const text = error instanceof Error ? error.message : String(error);
      this.#samples([
        ...this.#health.samples('reachable', false, this.#now),
        ...this.#health.samples('sees', false, this.#now),
      ]);
      throw new SourceError(error instanceof ExchangeError ? text : `${host}:${port}: ${text}`, { cause: error });
    }
  }

  /** Silent from now on; lets go of everything, the subscription in the camera first. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#eventWatch?.close(GOODBYE_MS);
    this.#session.close();
  }

  get #now(): number {
    return this.#context.clock.now();
  }

  get #flags(): number {
    return this.#session.isSimulator ? Flag.sim : 0;
  }

  #credentials(): Credentials | undefined {
    return credentialsOf(this.#options.user, this.#options.password);
  }

  async #keepChecking(signal: AbortSignal): Promise<never> {
    for (;;) {
      await delay(this.#options.interval, undefined, { signal });
      await this.#checkClock(signal);
    }
  }

  /** The question that needs no login: proof that the camera is there. */
  async #checkClock(signal: AbortSignal): Promise<void> {
    const offsetMs = await this.#readClock(signal);
    const now = this.#now;
    const offset = offsetMs === undefined ? null : Math.round(offsetMs / 100) / 10;
    this.#troubles.set('answers', offset === null ? 'the camera answers what makes no sense' : undefined);
    this.#samples([
      ...this.#health.samples('reachable', true, now),
      ...this.#health.samples('clock-offset', offset, now, offset === null ? bad('decode') : undefined),
    ]);
    this.#troubles.tell();
  }

  /** How far the camera's clock is ahead of ours, ms; undefined when it can't be read. Dates our tokens. */
  async #readClock(signal: AbortSignal): Promise<number | undefined> {
    const envelope = (withToken: boolean): string => this.#library.envelope(clockRequest, withToken);
    const request = { path: this.#options.path, envelope };
    const sentAt = this.#now;
    this.#clockQuestions += 1;
    const question = this.#clockQuestions;
    let answer: SoapAnswer;
    try {
      answer = await this.#session.ask(request, signal);
    } catch (error) {
      if (error instanceof ExchangeError && (error.failure === 'too-long' || error.failure === 'no-http'))
        return undefined;
      throw error;
    }
    // Against the standard, some cameras tell the time only to who is logged in; then it can't help to log in.
    if (isRefusal(answer)) return 0;
    const told = readCameraClock(answer.body);
    if (told === undefined) return undefined;
    // Seconds only, so half of one is what it means on average.
    const camera = told + 500;
    // An answer that was overtaken by that to a later question may be from before a jump.
    if (question > this.#clockAnswered) this.#library.setClock(told + (this.#now - sentAt) / 2);
    this.#clockAnswered = Math.max(question, this.#clockAnswered);
    const offset = camera - (sentAt + this.#now) / 2;
    return Math.abs(offset) <= 1_000 ? 0 : offset;
  }

  async #refreshClock(signal: AbortSignal): Promise<boolean> {
    const before = this.#library.clockShift;
    await this.#readClock(signal);
    return Math.abs(this.#library.clockShift - before) > CLOCK_MOVED_MS;
  }

  async #keepWatching(signal: AbortSignal): Promise<never> {
    for (;;) {
      try {
        const call = (request: SoapRequest): Promise<SoapAnswer> => this.#session.request(request, signal);
        const facts = await readCameraFacts(this.#library, call, this.#options.metadata);
        this.#loggedIn(facts);
        await this.#watch(facts, signal);
      } catch (error) {
        signal.throwIfAborted();
        if (error instanceof LoginRefused) await this.#waitForLogin(error.message, signal);
        else if (isNonsense(error)) await this.#waitAfterNonsense(error.message, signal);
        else throw error;
      }
    }
  }

  #loggedIn(facts: CameraFacts): void {
    this.#troubles.set('login', undefined);
    this.#troubles.set('facts', undefined);
    const { gb28181Id } = this.#options;
    const own = gb28181Id === undefined ? {} : { gb28181Id };
    this.#send({ type: 'device', facts: { ...facts.device, ...own, login: this.#session.mode } });
    this.#samples(this.#health.samples('login', 'ok', this.#now));
  }

  /** Everything behind the login, side by side; the first failure ends all of it. */
  async #watch(facts: CameraFacts, signal: AbortSignal): Promise<never> {
    const failing = new AbortController();
    const both = AbortSignal.any([signal, failing.signal]);
    const hearing = this.#hearing(facts);
    try {
      return await Promise.race([
        // First, as it takes points of its own from the events.
        this.#watchMetadata(facts, hearing, both),
        this.#watchEvents(hearing, both),
        this.#watchImage(facts, both),
        this.#watchStream(facts, both),
        this.#film(facts, both),
      ]);
    } finally {
      failing.abort();
      if (!signal.aborted) {
        await this.#eventWatch?.close(GOODBYE_MS);
        this.#eventWatch = undefined;
      }
    }
  }

  async #waitForLogin(reason: string, signal: AbortSignal): Promise<void> {
    this.#behindLoginIsBad('server:NotAuthorized');
    this.#troubles.set('login', reason);
    this.#samples(this.#health.samples('login', 'refused', this.#now));
    this.#troubles.tell();
    const mayTry = (): boolean => {
      const credentials = this.#credentials();
      return credentials !== undefined && this.#gate.waitMs(credentials) === 0;
    };
    do {
      await delay(this.#options.interval, undefined, { signal });
      if (!mayTry()) this.#samples(this.#health.samples('login', 'refused', this.#now));
    } while (!mayTry());
  }

  async #waitAfterNonsense(reason: string, signal: AbortSignal): Promise<void> {
    this.#behindLoginIsBad('decode');
    this.#troubles.set('facts', reason);
    this.#troubles.tell();
    await delay(this.#options.eventRetry, undefined, { signal });
  }

  #behindLoginIsBad(reason: QualityReason): void {
    const now = this.#now;
    const quality = bad(reason);
    this.#samples([
      ...this.#events.lost(quality, now),
      ...behindLogin.flatMap((name) => this.#health.samples(name, null, now, quality)),
    ]);
  }

  async #watchEvents(hearing: Hearing, signal: AbortSignal): Promise<never> {
    if (this.#events.ids.length === 0 && !this.#health.has('events')) return untilStopped(signal);
    const { subscription, pull, eventRetry, answerWithin } = this.#options;
    const timing = { lifeMs: subscription, pullMs: pull, retryMs: eventRetry, answerWithinMs: answerWithin };
    const watch = new EventWatch(
      this.#session,
      this.#library,
      timing,
      new LeftSubscription(this.#context.stateDir, this.#context.source),
    );
    this.#eventWatch = watch;
    const expiring = setInterval(() => {
      this.#samples(this.#events.expire(this.#now, this.#context.clock.monotonic()));
      hearing.tick();
    }, EXPIRE_EVERY_MS);
    try {
      return await watch.listen(hearing.subscription, signal);
    } finally {
      clearInterval(expiring);
    }
  }

  #hearing({ topics }: CameraFacts): Hearing {
    const { host } = this.#options;
    return new Hearing({
      host,
      topics,
      context: this.#context,
      points: this.#events,
      flags: () => this.#flags,
      samples: (samples) => this.#samples(samples),
      emit: (signal) => this.#send(signal),
      tell: (isSubscribed, reason) => {
        this.#troubles.set('events', reason && `no subscription to events: ${reason}`);
        this.#samples(this.#health.samples('events', isSubscribed, this.#now));
        this.#troubles.tell();
      },
      storm: (reason) => {
        this.#troubles.set('storm', reason);
        this.#troubles.tell();
      },
    });
  }

  async #watchMetadata({ metadataUri, topics }: CameraFacts, hearing: Hearing, signal: AbortSignal): Promise<never> {
    if (this.#options.metadata === false) {
      this.#notSupported('metadata');
      return untilStopped(signal);
    }
    return watchMetadata({
      options: this.#options,
      clock: this.#context.clock,
      uri: metadataUri,
      points: this.#events.cede(topics),
      hearing,
      credentials: () => this.#credentials(),
      gate: this.#streamGate,
      samples: (samples) => this.#samples(samples),
      tell: (state, reason) => {
        this.#troubles.set('metadata', reason && `no metadata: ${reason}`);
        this.#samples(this.#health.samples('metadata', state, this.#now));
        this.#troubles.tell();
      },
      signal,
    });
  }

  async #watchImage({ snapshotUri }: CameraFacts, signal: AbortSignal): Promise<never> {
    if (!this.#health.has(...ofPictures)) return untilStopped(signal);
    if (snapshotUri === undefined) {
      this.#notSupported(...ofPictures);
      return untilStopped(signal);
    }
    return keepLooking({
      options: this.#options,
      context: this.#context,
      agent: this.#session.agent,
      uri: snapshotUri,
      credentials: () => this.#credentials(),
      signal,
      onPicture: (jpeg) => {
        this.#send({ type: 'picture', picture: { jpeg, takenAt: this.#now, flags: this.#flags } });
      },
      onLook: (look) => this.#samples(this.#health.ofLook(look, this.#now)),
    });
  }

  async #watchStream({ streamUri }: CameraFacts, signal: AbortSignal): Promise<never> {
    if (!this.#health.has('stream')) return untilStopped(signal);
    if (streamUri === undefined) {
      this.#notSupported('stream');
      return untilStopped(signal);
    }
    const { host, answerWithin, firstFrame, streamInterval } = this.#options;
    const target = { uri: streamUri, host, timeoutMs: answerWithin, wantsFrame: firstFrame, signal };
    const watch = new StreamWatch(target, this.#streamGate);
    for (;;) {
      const state = await watch.look(this.#credentials());
      signal.throwIfAborted();
      this.#samples(this.#health.samples('stream', state, this.#now));
      await delay(streamInterval, undefined, { signal });
    }
  }

  async #film({ streamUri }: CameraFacts, signal: AbortSignal): Promise<never> {
    if (!this.#options.clips || streamUri === undefined) return untilStopped(signal);
    await keepFilming({
      options: this.#options,
      context: this.#context,
      uri: streamUri,
      credentials: () => this.#credentials(),
      signal,
      flags: () => this.#flags,
      gate: this.#streamGate,
      emit: (told) => this.#send(told),
    });
    return untilStopped(signal);
  }

  #notSupported(...names: readonly CameraHealthPart[]): void {
    const quality: Quality = bad('not-supported');
    this.#samples(names.flatMap((name) => this.#health.samples(name, null, this.#now, quality)));
  }

  #samples(samples: readonly Sample[]): void {
    if (samples.length === 0) return;
    const flags = this.#flags;
    this.#send({
      type: 'samples',
      samples: flags === 0 ? samples : samples.map((one) => ({ ...one, flags: one.flags | flags })),
    });
  }

  #send(signal: Signal): void {
    if (!this.#stopping.signal.aborted) this.#emit(signal);
  }
}

/** An answer that was understood by nobody; the connection is fine. */
const isNonsense = (error: unknown): error is Error =>
  error instanceof SoapFault ||
  error instanceof TypeError ||
  (error instanceof ExchangeError && (error.failure === 'too-long' || error.failure === 'no-http'));
