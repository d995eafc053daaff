import { onScopeDispose, ref, shallowRef, watch } from 'vue';
import type { Ref, ShallowRef } from 'vue';
import { get } from '../live/api.ts';
import { loadHistory, resolutionFor } from '../live/history.ts';
import type { Resolution } from '../live/history.ts';
import { values, watchValues } from '../live/live.ts';
import type { Sample } from '../live/shapes.ts';
import type { Span } from '../parts/chart-hands.ts';
import { createSeries } from '../parts/series.ts';
import type { Series } from '../parts/series.ts';

interface Wanted {
  readonly ids: Readonly<Ref<readonly string[]>>;
  readonly span: ShallowRef<Span>;
  readonly resolution: Ref<Resolution | 'auto'>;
  readonly isFollowing: Ref<boolean>;
}

const WAIT_MS = 250;
const PERIODS_AGAIN_MS = 60_000;
const levels = { good: 0, uncertain: 1, bad: 2 } as const;

/** Keeps what the chart shows loaded: as fine as its time allows, more when it is moved out of what is there. */
export function useTrendData({ ids, span, resolution, isFollowing }: Wanted) {
  const series = new Map<string, Series>();
  const version = ref(0);
  const count = ref(0);
  const progress = ref<number>();
  const fault = ref('');
  const isShortened = ref(false);
  const gaps = shallowRef<readonly Span[]>([]);
  const shown = ref<Resolution>('raw');
  let loaded: (Span & { readonly key: string; readonly at: number }) | undefined;
  let running: AbortController | undefined;
  let waiting: ReturnType<typeof setTimeout> | undefined;

  const wantedResolution = (): Resolution =>
    resolution.value === 'auto' ? resolutionFor(span.value) : resolution.value;
  const key = (): string => `${wantedResolution()} ${ids.value.join()}`;

  const isLoaded = (): boolean => {
    const { from, to } = span.value;
    if (!loaded || loaded.key !== key() || from < loaded.from) return false;
    if (!isFollowing.value) return to <= loaded.to;
    // Single samples go on coming by themselves; minutes and hours are asked for again.
    return shown.value === 'raw' || Date.now() - loaded.at < PERIODS_AGAIN_MS;
  };

  const run = async (): Promise<void> => {
    running?.abort();
    const own = new AbortController();
    running = own;
    shown.value = wantedResolution();
    const { from, to } = span.value;
    const margin = isFollowing.value ? 0 : (to - from) / 4;
    const whole = { from: from - margin, to: to + margin };
    loaded = { ...whole, to: isFollowing.value ? Infinity : whole.to, key: key(), at: Date.now() };
    for (const id of ids.value) series.set(id, createSeries());
    for (const id of series.keys()) if (!ids.value.includes(id)) series.delete(id);
    [count.value, progress.value, fault.value, isShortened.value] = [0, 0, '', false];
    version.value += 1;
    try {
      if (ids.value.length > 0) {
        gaps.value = await gapsWithin(whole, own.signal);
        const isWhole = await loadHistory({
          points: ids.value,
          span: whole,
          resolution: shown.value,
          signal: own.signal,
          onColumns(point, columns) {
            if (own.signal.aborted) return;
            series.get(point)?.append(columns);
            count.value += columns.times.length;
            version.value += 1;
          },
          onProgress: (share) => (progress.value = share),
        });
        isShortened.value = !isWhole;
      }
    } catch (error) {
      if (!own.signal.aborted) fault.value = error instanceof Error ? error.message : String(error);
    }
    if (running === own) progress.value = undefined;
  };

  const follow = (changed: ReadonlyMap<string, Sample>): void => {
    if (!isFollowing.value || shown.value !== 'raw' || progress.value !== undefined) return;
    for (const id of ids.value) {
      const sample = changed.get(id);
      const own = series.get(id);
      if (!sample || !own || sample.sourceTime <= own.at(own.length() - 1).time) continue;
      const { value, quality, sourceTime } = sample;
      const number = typeof value === 'boolean' ? Number(value) : typeof value === 'number' ? value : Number.NaN;
      own.append({ times: [sourceTime], values: [number], qualities: [levels[quality.level]] });
      count.value += 1;
    }
    version.value += 1;
  };

  watch(
    [ids, span, resolution],
    () => {
      clearTimeout(waiting);
      if (!isLoaded()) waiting = setTimeout(() => void run(), loaded ? WAIT_MS : 0);
    },
    { immediate: true },
  );
  watch(ids, (now) => watchValues(now), { immediate: true });
  watch(values, follow);
  onScopeDispose(() => {
    clearTimeout(waiting);
    running?.abort();
    watchValues([]);
  });

  return {
    series,
    version,
    count,
    progress,
    fault,
    isShortened,
    gaps,
    resolution: shown,
    reload: () => void run(),
    abort() {
      running?.abort();
      progress.value = undefined;
    },
  };
}

interface GapRecord {
  readonly body: { readonly from?: number; readonly to?: number; readonly source?: string; readonly points?: unknown };
}

/** Times of which the agent itself says that it has nothing. */
async function gapsWithin({ from, to }: Span, signal: AbortSignal): Promise<readonly Span[]> {
  const { records } = await get<{ records: readonly GapRecord[] }>('gaps?limit=500', signal);
  return records.flatMap(({ body }) =>
    body.source === undefined &&
    body.points === undefined &&
    body.from !== undefined &&
    body.to !== undefined &&
    body.to > from &&
    body.from < to
      ? [{ from: body.from, to: body.to }]
      : [],
  );
}
