import type { Truth } from '#simulators/start-simulators.ts';

/** What the simulators showed at one moment. */
export interface Tick {
  /** UTC ms, the plant's own. */
  readonly time: number;
  readonly shown: ReadonlyMap<string, number | boolean>;
}

export interface TruthWatch {
  readonly ticks: Tick[];
  /** Asks here from now on; undefined while the simulators are gone. */
  readonly ask: (control: string | undefined) => void;
  readonly stop: () => Promise<void>;
}

/** Killed simulators take with them what they have shown since they were asked last. */
const ASK_EVERY_MS = 100;

/** Keeps every step of the plant. */
export function watchTruth(): TruthWatch {
  const ticks: Tick[] = [];
  let control: string | undefined;
  const over = new AbortController();

  const look = async (): Promise<void> => {
    if (control === undefined) return;
    try {
      const last = ticks.at(-1)?.time ?? 0;
      const answer = await fetch(`${control}/truth?after=${last}`, { signal: AbortSignal.timeout(2000) });
      for (const { time, tags } of (await answer.json()) as Truth[])
        ticks.push({ time, shown: new Map(tags.map(({ point, shown }) => [point, shown])) });
    } catch {
      // Killed: the next one says where to ask.
    }
  };
  const done = (async () => {
    while (!over.signal.aborted) {
      await look();
      await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
    }
  })();
  return {
    ticks,
    ask: (url) => void (control = url),
    stop: () => {
      over.abort();
      return done;
    },
  };
}
