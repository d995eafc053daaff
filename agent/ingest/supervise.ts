import { inspect } from 'node:util';
import {
  catchError,
  concat,
  defer,
  ignoreElements,
  interval,
  map,
  merge,
  mergeMap,
  of,
  repeat,
  throwError,
  timer,
} from 'rxjs';
import type { Observable, SchedulerLike } from 'rxjs';
import { asyncScheduler } from 'rxjs';
import type { AlarmDefinition } from '#agent/model/alarm.ts';
import type { Clock } from '#agent/model/clock.ts';
import type { PointId, SourceId } from '#agent/model/ids.ts';
import type { Point } from '#agent/model/point.ts';
import { SourceError } from '#drivers/driver.ts';
import type { Driver, DriverContext } from '#drivers/driver.ts';
import { backOffMs, DEFAULT_BACK_OFF } from './back-off.ts';
import type { BackOffOptions } from './back-off.ts';
import { contained } from './contained.ts';
import type { Ingested } from './ingested.ts';
import { Intake } from './intake.ts';

const LONGEST_ASKED_MS = 3_600_000;

export interface SupervisedSource {
  readonly source: {
    readonly id: SourceId;
    readonly kind: string;
    readonly name: string;
    readonly simulated: boolean;
  };
  readonly driver: Driver;
  /** Parsed by the driver's schema. */
  readonly options: unknown;
  readonly points: readonly Point[];
  /** Parsed by the driver's address schema; one for each point. */
  readonly addresses: ReadonlyMap<PointId, unknown>;
  /** The site's alarms, of any source: they decide how a reading beyond its range is taken (see range-policy.ts). */
  readonly alarms: readonly AlarmDefinition[];
  readonly clock: Clock;
  /** A directory of this source's own. Exists. */
  readonly stateDir: string;
  readonly share: DriverContext<unknown>['share'];
  readonly stored?: DriverContext<unknown>['stored'];
  /** In [0, 1). Default Math.random. */
  readonly random?: () => number;
  /** Runs the timers. Default asyncScheduler; it must agree with `clock`. */
  readonly scheduler?: SchedulerLike;
  readonly limits?: Partial<SupervisorLimits>;
}

export interface SupervisorLimits {
  readonly backOff: BackOffOptions;
  /** A driver that has given neither a sample nor `online` by then has failed. Default 30 s, or as long as the driver asks. */
  readonly firstDataWithinMs: number;
  /**
   * A connection without sample, `online` or `degraded` for this long has failed, whatever the driver believes. Default:
   * three times the longest `staleAfter` of the source, at least 30 s.
   */
  readonly silentForMs: number;
}

/**
 * Runs one source for ever. Subscribing opens the driver, unsubscribing releases it; it never errors and never
 * completes, whatever the driver does: an error, a synchronous throw, an end, silence or nonsense becomes a status with
 * its reason, a gap and bad samples, and the next attempt is made after a jittered, growing, capped delay.
 *
 * A connection that held for as long as the longest delay starts the delays anew.
 */
export function superviseSource(supervised: SupervisedSource): Observable<Ingested> {
  const { source, driver, clock, scheduler = asyncScheduler, random = Math.random } = supervised;
  const { backOff, ...deadlines } = limitsOf(supervised);
  const tickMs = tickOf(supervised.points);

  return defer(() => {
    const { points, alarms } = supervised;
    const { releaseWithinMs } = driver;
    const intake = new Intake({ source, points, alarms, clock, tickMs, releaseWithinMs, ...deadlines });
    const signals$ = signalsOf(supervised);
    let failures = 0;

    const connection$ = defer(() =>
      merge(
        of(intake.begin()),
        contained(signals$, (error) => intake.releaseFailed(reasonOf(error, source.kind))).pipe(
          map((signal) => intake.accept(signal)),
        ),
        interval(tickMs, scheduler).pipe(map(() => intake.tick())),
      ),
    );

    const wait$ = (error: unknown): Observable<readonly Ingested[]> => {
      failures = intake.upForMs >= backOff.capMs ? 1 : failures + 1;
      const delayMs = Math.max(askedWait(error), backOffMs(failures, random(), backOff));
      const lost = intake.lose(reasonOf(error, source.kind), clock.now() + delayMs);
      return concat(of(lost), timer(delayMs, scheduler).pipe(ignoreElements()));
    };

    return connection$.pipe(
      catchError(wait$),
      repeat(),
      mergeMap((told) => told),
    );
  });
}

/**
 * The driver's signals, of which an end is an error too. Opened once and subscribed to for each attempt, so that a driver
 * can keep between two connections what it has learnt.
 */
function signalsOf(supervised: SupervisedSource): Observable<unknown> {
  const { source, driver, points, addresses, clock, stateDir, share, stored } = supervised;
  let opened: Observable<unknown> | undefined;
  const open = (): Observable<unknown> =>
    driver.open(supervised.options, {
      source: source.id,
      points: points.map(({ id, kind }) => ({ id, kind, address: addresses.get(id) })),
      clock,
      stateDir,
      share,
      ...(stored && { stored }),
    });
  return concat(
    defer(() => (opened ??= open())),
    throwError(() => new SourceError('the driver ended the connection without saying why')),
  );
}

/** A SourceError speaks to the integrator; anything else is a fault of the driver and says so. */
function reasonOf(error: unknown, kind: string): string {
  if (error instanceof SourceError) return error.message;
  return `driver ${kind} failed: ${error instanceof Error ? `${error.name}: ${error.message}` : inspect(error, { depth: 1 })}`;
}

/** What the driver asks for, as far as it makes sense: no driver can end its own source for ever. */
function askedWait(error: unknown): number {
  const asked = error instanceof SourceError ? error.retryAfterMs : 0;
  return asked > 0 ? Math.min(asked, LONGEST_ASKED_MS) : 0;
}

function limitsOf({ driver, options, points, limits }: SupervisedSource): SupervisorLimits {
  const patienceMs = limits?.firstDataWithinMs ?? 30_000;
  const longest = points.reduce((most, point) => Math.max(most, point.staleAfterMs), 0);
  return {
    backOff: limits?.backOff ?? DEFAULT_BACK_OFF,
    firstDataWithinMs: Math.max(patienceMs, driver.firstDataWithinMs?.(options) ?? 0),
    silentForMs: limits?.silentForMs ?? Math.max(patienceMs, 3 * longest),
  };
}

/** Ages are told within a tenth of the shortest limit, and no timer runs faster than twenty times a second. */
function tickOf(points: readonly Point[]): number {
  const shortest = points.reduce((least, point) => Math.min(least, point.staleAfterMs), 10_000);
  return Math.min(1_000, Math.max(50, Math.floor(shortest / 10)));
}
