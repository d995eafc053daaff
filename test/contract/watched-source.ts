import type { Subscription } from 'rxjs';
import type { PointId } from '#agent/model/ids.ts';
import type { Fact } from '#agent/model/fact.ts';
import type { Sample } from '#agent/model/sample.ts';
import { sourceId } from '#agent/model/ids.ts';
import { systemClock } from '#agent/model/clock.ts';
import { shareRegistry } from '#agent/ingest/share.ts';
import type { Driver, DriverPoint, Signal } from '#drivers/driver.ts';

export interface Opened {
  readonly driver: Driver;
  /** Parsed by the driver's schema. */
  readonly options: unknown;
  readonly points: readonly DriverPoint<unknown>[];
  readonly stateDir: string;
  readonly share?: ReturnType<typeof shareRegistry>;
  readonly source?: string;
  readonly stored?: () => Promise<unknown>;
}

export const openDriver = ({ driver, options, points, stateDir, share, source, stored }: Opened) =>
  driver.open(options, {
    source: sourceId(source ?? 'under-test'),
    points,
    clock: systemClock,
    stateDir,
    share: share ?? shareRegistry(),
    ...(stored && { stored }),
  });

/** One subscription to a driver, with everything that it said. */
export class WatchedSource {
  readonly signals: Signal[] = [];
  readonly latest = new Map<PointId, Sample>();
  readonly samples: Sample[] = [];
  readonly facts: Fact[] = [];
  end: { readonly error: unknown } | 'complete' | undefined;
  readonly #subscription: Subscription;
  #wake: () => void = () => undefined;

  constructor(opened: Opened) {
    this.#subscription = openDriver(opened).subscribe({
      next: (signal) => this.#take(signal),
      error: (error: unknown) => {
        this.end = { error };
        this.#wake();
      },
      complete: () => {
        this.end = 'complete';
        this.#wake();
      },
    });
  }

  stop(): void {
    this.#subscription.unsubscribe();
  }

  /** Resolves when the condition holds; rejects with what is known when it does not in time, or can't any more. */
  async until(what: string, condition: () => boolean, withinMs: number): Promise<void> {
    const deadline = performance.now() + withinMs;
    while (!condition()) {
      const left = deadline - performance.now();
      if (left <= 0) throw new Error(`${what}: not within ${withinMs} ms; ${this.describe()}`);
      await this.#next(Math.min(left, 100));
    }
  }

  describe(): string {
    const end = typeof this.end === 'object' ? String(this.end.error) : (this.end ?? 'still open');
    const qualities = [...this.latest.values()].map(({ point, quality }) => `${point} ${quality.reason ?? 'good'}`);
    return `${end}; ${this.signals.length} signals; ${qualities.join(', ')}`;
  }

  #take(signal: Signal): void {
    this.signals.push(signal);
    if (signal.type === 'facts') this.facts.push(...signal.facts);
    if (signal.type === 'samples') {
      for (const sample of signal.samples) {
        this.samples.push(sample);
        this.latest.set(sample.point, sample);
      }
    }
    this.#wake();
  }

  /** The next signal, or a while: conditions may also depend on the wire. */
  #next(withinMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, withinMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
