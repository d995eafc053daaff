import UPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { defineComponent, onBeforeUnmount, onMounted, ref, watch } from 'vue';
import { session } from '../live/session.ts';
import { axisTime } from '../words/figures.ts';
import { t } from '../words/words.ts';
import { chartHands } from './chart-hands.ts';
import type { Span } from './chart-hands.ts';
import { chartLook, hatchOf } from './chart-look.ts';
import type { Drawn, Series } from './series.ts';

export interface Line {
  readonly id: string;
  readonly label: string;
  readonly unit: string;
  /** Lines with the same one share their axis. */
  readonly scale: string;
  readonly series: Series;
  /** Off and on, without anything between. */
  readonly isState: boolean;
  /** Where its alarms begin. */
  readonly setpoints: readonly number[];
}

interface Props {
  readonly lines: readonly Line[];
  readonly span: Span;
  /** Counts changes of what the lines hold. */
  readonly version: number;
  /** Times for which the site itself has no data. */
  readonly gaps: readonly Span[];
  readonly isDark: boolean;
}

/** Series of uPlot that one line is made of: high, low, good, uncertain. */
const PARTS = 4;
const MOST_AXES = 4;
const STRIP = 6;
/** With less room than this there is one axis. Pixels */
const NARROW = 600;

/**
 * Lines over time. Each redraw takes a low, a high and a last value for each column of pixels, so that it costs the same
 * for a thousand samples and a million. Bad values break the line, uncertain ones are dashed, and a strip below says
 * for each line how good its values are.
 */
export const TrendChart = defineComponent(
  (props: Props, { emit }) => {
    const host = ref<HTMLDivElement>();
    let chart: UPlot | undefined;
    let drawn: readonly Drawn[] = [];
    let release = (): void => {};

    const columns = (): number => Math.max(50, Math.floor((chart?.bbox.width ?? 800) / devicePixelRatio));

    const fill = (): void => {
      if (!chart) return;
      const { from, to } = props.span;
      const width = columns();
      const step = (to - from) / width;
      drawn = props.lines.map(({ series }) => series.draw(from, to, width));
      const data = [
        Array.from({ length: width }, (_, column) => from + (column + 0.5) * step),
        ...drawn.flatMap(({ high, low, solid, dashed }) => [high, low, solid, dashed]),
      ];
      chart.batch(() => {
        chart?.setData(data as UPlot.AlignedData, false);
        chart?.setScale('x', { min: from, max: to });
      });
    };

    const rebuild = (): void => {
      if (!host.value) return;
      release();
      chart?.destroy();
      const { width, height } = host.value.getBoundingClientRect();
      const made = new UPlot(optionsOf(props, { width, height, strips, bands }), [[]], host.value);
      chart = made;
      release = chartHands(made, {
        span: () => props.span,
        move: (span) => emit('move', span),
      });
      made.over.addEventListener('pointermove', ({ offsetX }) => emit('point', made.posToVal(offsetX, 'x')));
      made.over.addEventListener('pointerleave', () => emit('point', undefined));
      fill();
    };

    const strips = (self: UPlot): void => {
      const { ctx, bbox } = self;
      const look = chartLook();
      const ratio = devicePixelRatio;
      for (const [row, { quality }] of drawn.entries()) {
        const top = bbox.top + bbox.height - (row + 1) * STRIP * ratio;
        const column = bbox.width / quality.length;
        for (const [index, level] of quality.entries()) {
          if (level !== 1 && level !== 2) continue;
          ctx.fillStyle = level === 2 ? hatchOf(ctx, look.bad) : hatchOf(ctx, look.uncertain);
          ctx.fillRect(bbox.left + index * column, top, Math.ceil(column), STRIP * ratio - 1);
        }
      }
    };

    const bands = (self: UPlot): void => {
      const { ctx, bbox } = self;
      const look = chartLook();
      ctx.save();
      ctx.beginPath();
      ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
      ctx.clip();
      ctx.fillStyle = hatchOf(ctx, look.grid);
      for (const { from, to } of props.gaps) {
        const left = self.valToPos(from, 'x', true);
        ctx.fillRect(left, bbox.top, Math.max(1, self.valToPos(to, 'x', true) - left), bbox.height);
      }
      ctx.strokeStyle = look.setpoint;
      ctx.lineWidth = devicePixelRatio;
      ctx.setLineDash([6 * devicePixelRatio, 4 * devicePixelRatio]);
      for (const { scale, setpoints } of props.lines.length <= 2 ? props.lines : [])
        for (const setpoint of setpoints) {
          const y = self.valToPos(setpoint, scale, true);
          ctx.beginPath();
          ctx.moveTo(bbox.left, y);
          ctx.lineTo(bbox.left + bbox.width, y);
          ctx.stroke();
        }
      ctx.restore();
    };

    const keys = (event: KeyboardEvent): void => {
      const { from, to } = props.span;
      const tenth = (to - from) / 10;
      const moves: Readonly<Record<string, Span>> = {
        ArrowLeft: { from: from - tenth, to: to - tenth },
        ArrowRight: { from: from + tenth, to: to + tenth },
        '+': { from: from + tenth, to: to - tenth },
        '-': { from: from - tenth, to: to + tenth },
      };
      const move = moves[event.key];
      if (!move) return;
      event.preventDefault();
      emit('move', move);
    };

    const resized = new ResizeObserver(([entry]) => {
      if (!entry || !chart) return;
      chart.setSize({ width: entry.contentRect.width, height: entry.contentRect.height });
      fill();
    });
    onMounted(() => {
      rebuild();
      if (host.value) resized.observe(host.value);
    });
    onBeforeUnmount(() => {
      resized.disconnect();
      release();
      chart?.destroy();
    });
    watch(() => [props.lines.map(({ id, scale }) => `${id} ${scale}`).join(), props.isDark], rebuild, {
      flush: 'post',
    });
    watch(() => [props.span, props.version, props.gaps], fill, { flush: 'post' });

    return () => (
      <div
        ref={host}
        class="chart"
        tabindex={0}
        role="application"
        aria-label={t('trend.chart', { count: props.lines.length })}
        onKeydown={keys}
      />
    );
  },
  { props: ['lines', 'span', 'version', 'gaps', 'isDark'], emits: ['move', 'point'] },
);

interface Frame {
  readonly width: number;
  readonly height: number;
  readonly strips: (self: UPlot) => void;
  readonly bands: (self: UPlot) => void;
}

function optionsOf({ lines }: Props, { width, height, strips, bands }: Frame): UPlot.Options {
  const look = chartLook();
  const scales = [...new Set(lines.map(({ scale }) => scale))];
  const isStateScale = (scale: string): boolean => lines.some((line) => line.scale === scale && line.isState);
  const stepped = UPlot.paths.stepped?.({ align: 1 });
  const axis = { stroke: look.text, grid: { stroke: look.grid, width: 1 }, ticks: { stroke: look.grid, width: 1 } };
  const zone = session.value?.site.timezone ?? 'Asia/Shanghai';
  return {
    width,
    height,
    ms: 1,
    legend: { show: false },
    cursor: { drag: { x: false, y: false }, points: { show: false } },
    tzDate: (time) => UPlot.tzDate(new Date(time), zone),
    scales: {
      x: { time: true, auto: false },
      ...Object.fromEntries(
        scales.map((scale) => [scale, { auto: true, range: isStateScale(scale) ? [-0.2, 1.2] : rangeWithStrips }]),
      ),
    },
    axes: [
      { ...axis, space: 90, values: timeMarks },
      ...scales.slice(0, width < NARROW ? 1 : MOST_AXES).map((scale, index) => ({
        ...axis,
        scale,
        side: index === 0 ? 3 : 1,
        grid: { ...axis.grid, show: index === 0 },
        stroke: scales.length === 1 ? look.text : colourOf(lines, scale),
        ...(isStateScale(scale) && { splits: () => [0, 1] }),
        label: lines.find((line) => line.scale === scale)?.unit ?? '',
        labelSize: 18,
        size: 58,
      })),
    ],
    series: [
      {},
      ...lines.flatMap(({ scale, isState }, index) => {
        const stroke = look.lines[index % look.lines.length] ?? look.text;
        const paths = isState && stepped ? { paths: stepped } : {};
        const common = { scale, points: { show: false }, spanGaps: false, ...paths };
        return [
          { ...common },
          { ...common },
          { ...common, stroke, width: 1.5, points: { show: true, size: 3, filter: alone } },
          { ...common, stroke, width: 1.5, dash: [3, 4], points: { show: true, size: 3, filter: alone } },
        ];
      }),
    ],
    bands: lines.map((_, index) => ({
      series: [index * PARTS + 1, index * PARTS + 2] as [number, number],
      fill: `${look.lines[index % look.lines.length] ?? look.text}40`,
    })),
    hooks: { drawClear: [bands], draw: [strips] },
  };
}

const timeMarks: UPlot.Axis.DynamicValues = (_self, marks) => {
  const [first = 0, second = first] = marks;
  return marks.map((time) => axisTime(time, second - first));
};

/** A value between two breaks would not be seen as a line. */
const alone: UPlot.Series.Points.Filter = (self, series) => {
  const values = self.data[series] ?? [];
  const found: number[] = [];
  let isBroken = true;
  let candidate: number | undefined;
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index];
    if (value === undefined) continue;
    if (value === null) {
      if (candidate !== undefined) found.push(candidate);
      candidate = undefined;
    } else candidate = isBroken ? index : undefined;
    isBroken = value === null;
  }
  return candidate === undefined ? found : [...found, candidate];
};

/** Room below for the strips of quality, and for a line that never changes. */
function rangeWithStrips(_self: UPlot, low: number | null, high: number | null): [number, number] {
  if (low === null || high === null) return [0, 1];
  const span = high - low || Math.abs(high) * 0.1 || 1;
  return [low - span * 0.12, high + span * 0.06];
}

function colourOf(lines: readonly Line[], scale: string): string {
  const look = chartLook();
  const index = lines.findIndex((line) => line.scale === scale);
  return look.lines[index % look.lines.length] ?? look.text;
}
