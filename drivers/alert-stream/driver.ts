import type { Agent } from 'node:http';
import { Observable } from 'rxjs';
import { Flag } from '#agent/model/flags.ts';
import type { Sample } from '#agent/model/sample.ts';
import { SIMULATOR_VENDOR } from '#agent/model/simulation.ts';
import { defineDriver, SourceError, type DriverContext, type Signal } from '../driver.ts';
import { GetRefused } from '../http-digest/authorized-get.ts';
import { credentialsOf, LoginGate, LOGIN_PAUSE_MS } from '../http-digest/login-gate.ts';
import { agentFor } from '../http-digest/tls-agent.ts';
import { webPort } from '../http-digest/tls-schema.ts';
import { alertAddressSchema, checkAlertAddresses, type AlertAddress } from './address.ts';
import { AlertBook } from './alert-book.ts';
import { readAlert } from './alert.ts';
import { readDeviceFacts } from './device-facts.ts';
import { MultipartReader } from './multipart.ts';
import { openStream, type OpenStream } from './open-stream.ts';
import { optionsSchema, type AlertStreamOptions } from './schema.ts';

const RELEASE_WITHIN_MS = 1_000;
const FIRST_PAUSE_MS = 60_000;

/** Video intelligence: the alerts of a camera, recorder or box as an endless multipart answer. Listens; sets nothing. */
export const alertStream = defineDriver<AlertStreamOptions, AlertAddress>({
  kind: 'alert-stream',
  summary: 'Alerts of cameras, recorders and boxes with video intelligence: ISAPI alertStream over HTTP',
  schema: optionsSchema,
  address: alertAddressSchema,
  check: checkAlertAddresses,
  releaseWithinMs: RELEASE_WITHIN_MS,
  open: (options, context) =>
    new Observable<Signal>((subscriber) => {
      const stopping = new AbortController();
      const emit = (signal: Signal): void => {
        if (!stopping.signal.aborted) subscriber.next(signal);
      };
      const agent = agentFor(options.tls, { keepAlive: false });
      const run = async (): Promise<void> => {
        try {
          await listen(options, context, { emit, agent, signal: stopping.signal });
        } catch (error) {
          if (stopping.signal.aborted) return;
          subscriber.error(error instanceof SourceError ? error : lost(error, options));
        }
      };
      void run();
      return () => {
        stopping.abort();
        agent.destroy();
      };
    }),
});

const lost = (error: unknown, options: AlertStreamOptions): SourceError => {
  const { host } = options;
  const port = webPort(options);
  const text = error instanceof Error ? error.message : String(error);
  return new SourceError(text.includes(host) ? text : `${host}:${port}: ${text}`, { cause: error });
};

interface Life {
  readonly emit: (signal: Signal) => void;
  readonly agent: Agent;
  readonly signal: AbortSignal;
}

/** Ends only by rejecting. */
async function listen(options: AlertStreamOptions, context: DriverContext<AlertAddress>, life: Life): Promise<void> {
  const { host, path, answerWithin } = options;
  const port = webPort(options);
  const credentials = credentialsOf(options.user, options.password);
  const gate = new LoginGate(context.stateDir, 'alerts', context.clock);
  const waitMs = credentials ? gate.waitMs(credentials) : 0;
  if (waitMs > 0)
    throw new SourceError(`${host}:${port} has refused two logins and is not asked again now`, {
      retryAfterMs: waitMs,
    });
  const target = { host, port, path, credentials, timeoutMs: answerWithin, agent: life.agent, signal: life.signal };
  try {
    const { facts, types } = await readDeviceFacts(target);
    const stream = await openStream(target);
    gate.accepted();
    const book = new AlertBook(context.points, options.eventTypes, options.hold);
    book.offer(types);
    const isSimulator =
      facts['vendor'] === SIMULATOR_VENDOR || stream.answer.headers.server?.includes(SIMULATOR_VENDOR) === true;
    life.emit({ type: 'device', facts });
    await hear(stream, options, {
      book,
      context,
      signal: life.signal,
      emit: (signal) =>
        life.emit(
          isSimulator && signal.type === 'samples'
            ? { type: 'samples', samples: signal.samples.map(simulated) }
            : signal,
        ),
    });
  } catch (error) {
    if (!(error instanceof GetRefused)) throw error;
    if (credentials && error.isCounted) gate.refused(credentials);
    const pauseMs = credentials && gate.waitMs(credentials) > 0 ? LOGIN_PAUSE_MS : FIRST_PAUSE_MS;
    throw new SourceError(error.message, { retryAfterMs: pauseMs });
  }
}

const simulated = (sample: Sample): Sample => ({ ...sample, flags: sample.flags | Flag.sim });

interface Ear {
  readonly book: AlertBook;
  readonly context: DriverContext<AlertAddress>;
  readonly signal: AbortSignal;
  readonly emit: (signal: Signal) => void;
}

/** Rejects when the stream ends, is silent for too long, or makes no sense. */
function hear({ answer, boundary }: OpenStream, options: AlertStreamOptions, ear: Ear): Promise<never> {
  const { book, context, emit, signal } = ear;
  const { clock } = context;
  const reader = new MultipartReader(boundary, options.maxPart);
  const tell = (samples: readonly Sample[]): void => {
    if (samples.length > 0) emit({ type: 'samples', samples });
  };
  return new Promise((_, reject) => {
    let heardAt = clock.monotonic();
    const end = (error: Error): void => {
      clearInterval(ticking);
      answer.destroy();
      reject(error);
    };
    const tick = (): void => {
      const [now, monotonic] = [clock.now(), clock.monotonic()];
      if (monotonic - heardAt >= options.silence) return end(new Error(`nothing came for ${options.silence} ms`));
      tell(book.expire(now, monotonic));
      tell(book.health(now));
      emit({ type: 'status', state: 'online', reason: '' });
    };
    const ticking = setInterval(tick, Math.min(options.interval, options.silence / 2, options.hold));
    signal.addEventListener('abort', () => end(new Error('stopped')), { once: true });
    answer.on('close', () => end(new Error('the stream of alerts ended')));
    tell(book.begin(clock.now()));
    tick();
    answer.on('data', (bytes: Buffer) => {
      heardAt = clock.monotonic();
      try {
        for (const part of reader.take(bytes)) {
          const alert = readAlert(part);
          if (alert === null) book.refuse();
          if (!alert) continue;
          const { samples, strange } = book.take(alert, clock.now(), clock.monotonic());
          tell(samples);
          if (strange !== undefined) emit({ type: 'event', event: unknownType(strange, context) });
        }
      } catch (error) {
        end(error instanceof Error ? error : new Error(String(error)));
      }
    });
  });
}

const unknownType = (type: string, { clock, source }: DriverContext<AlertAddress>) => ({
  time: clock.now(),
  kind: 'alert-stream.unknown-type',
  source,
  text: `the device reports "${type}", which means nothing here; name its meaning under eventTypes`,
  detail: { type },
  flags: 0,
});
