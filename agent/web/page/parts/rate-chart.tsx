import { BarChart } from 'echarts/charts';
import { DataZoomComponent, GridComponent, MarkLineComponent, TooltipComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import type { EChartsType } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import { defineComponent, onBeforeUnmount, onMounted, ref, watch } from 'vue';
import { isDark } from '../live/theme.ts';
import { dateTime } from '../words/figures.ts';
import { t } from '../words/words.ts';
import { chartLook } from './chart-look.ts';

use([BarChart, CanvasRenderer, DataZoomComponent, GridComponent, MarkLineComponent, TooltipComponent]);

interface Props {
  /** Of each ten minutes, beginning at `from`. */
  readonly counts: readonly number[];
  readonly from: number;
  /** Above it is too much. */
  readonly limit: number;
}

const TEN_MINUTES_MS = 600_000;

/** How many in each ten minutes; the wheel zooms, a drag moves. */
export const RateChart = defineComponent(
  (props: Props) => {
    const host = ref<HTMLDivElement>();
    let chart: EChartsType | undefined;

    const draw = (): void => {
      const look = chartLook();
      const text = { color: look.text };
      chart?.setOption({
        animation: false,
        grid: { left: 40, right: 10, top: 12, bottom: 24 },
        // As drawn text: the page's rules of content allow no styles in markup.
        tooltip: { trigger: 'axis', renderMode: 'richText' },
        dataZoom: [{ type: 'inside' }],
        xAxis: {
          type: 'category',
          data: props.counts.map((_, index) => dateTime(props.from + index * TEN_MINUTES_MS).slice(0, -3)),
          axisLabel: text,
          axisLine: { lineStyle: { color: look.grid } },
        },
        yAxis: {
          type: 'value',
          minInterval: 1,
          max: Math.max(props.limit + 2, ...props.counts),
          axisLabel: text,
          splitLine: { lineStyle: { color: look.grid } },
        },
        series: [
          {
            type: 'bar',
            name: t('figure.annunciated'),
            large: props.counts.length > 2000,
            data: props.counts.map((value) => ({
              value,
              itemStyle: { color: value > props.limit ? look.bad : look.text },
            })),
            markLine: {
              silent: true,
              symbol: 'none',
              label: { show: false },
              lineStyle: { color: look.text },
              data: [{ yAxis: props.limit }],
            },
          },
        ],
      });
    };

    const resized = new ResizeObserver(() => chart?.resize());
    onMounted(() => {
      if (!host.value) return;
      chart = init(host.value);
      resized.observe(host.value);
      draw();
    });
    onBeforeUnmount(() => {
      resized.disconnect();
      chart?.dispose();
    });
    watch([() => props.counts, isDark], draw, { flush: 'post' });

    return () => <div ref={host} class="rate-chart" role="img" aria-label={t('figure.over-time')} />;
  },
  { props: ['counts', 'from', 'limit'] },
);
