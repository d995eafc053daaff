import { computed, defineComponent, onScopeDispose, ref, shallowRef, watch } from 'vue';
import { useRoute, useRouter } from 'vue-router';
import { get } from '../live/api.ts';
import type { PointView } from '../live/shapes.ts';
import { overview } from '../live/live.ts';
import { isDark } from '../live/theme.ts';
import type { Span } from '../parts/chart-hands.ts';
import { saveFile } from '../parts/save-file.ts';
import { PointPicker } from '../parts/point-picker.tsx';
import { TrendChart } from '../parts/trend-chart.tsx';
import type { Line } from '../parts/trend-chart.tsx';
import { TrendLegend } from '../parts/trend-legend.tsx';
import { fetchCsv } from '../live/history.ts';
import type { Resolution } from '../live/history.ts';
import { dateTime, duration } from '../words/figures.ts';
import { t } from '../words/words.ts';
import { useTrendData } from './trend-data.ts';

const HOUR_MS = 3_600_000;
const presets = [HOUR_MS / 12, HOUR_MS / 2, HOUR_MS, 6 * HOUR_MS, 24 * HOUR_MS, 168 * HOUR_MS, 720 * HOUR_MS];
const resolutions = ['auto', 'raw', 'minute', 'hour'] as const;
const MOST_LINES = 8;

type Definition = PointView & { readonly alarms: readonly { readonly condition: { readonly setpoint?: number } }[] };

/** Any points over any time. Which ones stands in the address, so that a trend can be sent to a colleague. */
export const Trends = defineComponent(() => {
  const route = useRoute();
  const router = useRouter();
  const text = (name: string): string => String(route.query[name] ?? '');
  const ids = computed(() => text('points').split(',').filter(Boolean).slice(0, MOST_LINES));
  const definitions = shallowRef<ReadonlyMap<string, Definition>>(new Map());
  const missing = ref<readonly string[]>([]);
  const length = ref(Number(text('span')) || HOUR_MS);
  const isFollowing = ref(text('to') === '');
  const end = Number(text('to')) || (overview.value?.time ?? Date.now());
  const span = shallowRef<Span>({ from: end - length.value, to: end });
  const resolution = ref<Resolution | 'auto'>('auto');
  const hasOwnScales = ref(false);
  const cursor = ref<number>();
  const exporting = ref<number>();
  const exportFault = ref('');
  let exportAbort: AbortController | undefined;

  const data = useTrendData({ ids, span, resolution, isFollowing });

  watch(
    ids,
    async (wanted) => {
      for (const id of wanted.filter((one) => !definitions.value.has(one))) {
        const definition = await get<Definition>(`points/${encodeURIComponent(id)}`).catch(() => {});
        if (definition) definitions.value = new Map([...definitions.value, [id, definition]]);
        else missing.value = [...missing.value, id];
      }
    },
    { immediate: true },
  );
  watch(overview, (now) => {
    if (isFollowing.value && now) span.value = { from: now.time - length.value, to: now.time };
  });

  const lines = computed<readonly Line[]>(() =>
    ids.value.flatMap((id) => {
      const definition = definitions.value.get(id);
      const series = data.series.get(id);
      if (!definition || !series) return [];
      const { name, unit, alarms, kind } = definition;
      const setpoints = alarms.flatMap(({ condition }) => condition.setpoint ?? []);
      const scale = hasOwnScales.value || unit === '' ? id : unit;
      return [{ id, label: name, unit, scale, series, isState: kind === 'state', setpoints }];
    }),
  );

  const choose = (points: readonly string[]): void =>
    void router.replace({ query: { ...route.query, points: points.join(',') || undefined } });
  const move = (next: Span): void => {
    isFollowing.value = false;
    length.value = next.to - next.from;
    span.value = next;
  };
  const follow = (ms: number): void => {
    length.value = ms;
    isFollowing.value = true;
    const to = overview.value?.time ?? Date.now();
    span.value = { from: to - ms, to };
    void router.replace({ query: { ...route.query, span: String(ms), to: undefined } });
  };

  const exportCsv = async (): Promise<void> => {
    exportAbort = new AbortController();
    exporting.value = 0;
    exportFault.value = '';
    try {
      const file = await fetchCsv({
        points: ids.value,
        span: span.value,
        signal: exportAbort.signal,
        onProgress: (share) => (exporting.value = share),
      });
      saveFile(file, `firewatch-${new Date(span.value.from).toISOString().slice(0, 16).replace(':', '')}.csv`);
    } catch (error) {
      if (!exportAbort.signal.aborted) exportFault.value = error instanceof Error ? error.message : String(error);
    }
    exporting.value = undefined;
  };
  onScopeDispose(() => exportAbort?.abort());

  const bar = () => (
    <div class="bar">
      <PointPicker taken={ids.value} onPick={(id: string) => choose([...ids.value, id].slice(0, MOST_LINES))} />
      <div role="group" aria-label={t('trend.span')} class="group">
        {presets.map((ms) => (
          <button
            key={ms}
            aria-pressed={isFollowing.value && length.value === ms}
            class={{ 'is-chosen': isFollowing.value && length.value === ms }}
            onClick={() => follow(ms)}
          >
            {duration(ms)}
          </button>
        ))}
      </div>
      <label class="inline">
        {t('trend.resolution')}
        <select
          value={resolution.value}
          onChange={(event) => (resolution.value = (event.target as HTMLSelectElement).value as Resolution)}
        >
          {resolutions.map((name) => (
            <option value={name}>{t(`trend.resolution.${name}`)}</option>
          ))}
        </select>
      </label>
      <label class="inline">
        <input
          type="checkbox"
          checked={hasOwnScales.value}
          onChange={() => (hasOwnScales.value = !hasOwnScales.value)}
        />
        {t('trend.own-scales')}
      </label>
      <button disabled={ids.value.length === 0 || exporting.value !== undefined} onClick={() => void exportCsv()}>
        {t('trend.export')}
      </button>
      <button class="plain" onClick={() => print()}>
        {t('page.print')}
      </button>
    </div>
  );

  const working = (share: number | undefined, label: string, stop: () => void) =>
    share !== undefined && (
      <p class="working" role="status">
        <progress value={share} max={1} aria-label={label} /> {label} {Math.floor(share * 100)} %
        <button class="plain" onClick={stop}>
          {t('page.stop')}
        </button>
      </p>
    );

  return () => (
    <div class="trends">
      {bar()}
      {missing.value.length > 0 && <p class="fault">{t('trend.missing', { points: missing.value.join(', ') })}</p>}
      {(data.fault.value || exportFault.value) && (
        <p class="fault" role="alert">
          {t('page.failed', { why: data.fault.value || exportFault.value })}{' '}
          <button onClick={data.reload}>{t('page.retry')}</button>
        </p>
      )}
      {ids.value.length === 0 ? (
        <p class="empty">{t('trend.empty')}</p>
      ) : (
        <>
          <div class="above-chart">
            <span>
              {dateTime(span.value.from)} – {dateTime(span.value.to)} · {duration(length.value)} ·{' '}
              {t(`trend.resolution.${data.resolution.value}`)} · {t('trend.samples', { count: data.count.value })}
              {isFollowing.value && ` · ${t('trend.live')}`}
              {data.isShortened.value && <em class="fault"> {t('trend.shortened')}</em>}
            </span>
            {working(data.progress.value, t('page.loading'), () => data.abort())}
            {working(exporting.value, t('trend.export'), () => exportAbort?.abort())}
          </div>
          <TrendChart
            lines={lines.value}
            span={span.value}
            version={data.version.value}
            gaps={data.gaps.value}
            isDark={isDark.value}
            onMove={move}
            onPoint={(time: number | undefined) => (cursor.value = time)}
          />
          <TrendLegend
            lines={lines.value}
            span={span.value}
            version={data.version.value}
            cursor={cursor.value}
            onRemove={(id: string) => choose(ids.value.filter((one) => one !== id))}
          />
          <p class="note">{t('trend.help')}</p>
        </>
      )}
    </div>
  );
});
