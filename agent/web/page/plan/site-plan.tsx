import { defineComponent, ref } from 'vue';
import type { PlanView, PlanZone } from '../../plan/plan-view.ts';
import { boxOf, drawnY, unitOf, viewBoxOf } from './plan-space.ts';
import type { PlanPoint } from './plan-space.ts';

/** One thing on the plan. */
export interface ShownMark extends PlanPoint {
  readonly id: string;
  readonly shape: 'detector' | 'tank' | 'person';
  /** A priority, or `bad` where what it says is worth nothing. Absent: normal. */
  readonly tone?: string | undefined;
  /** How full, 0 … 1. */
  readonly share?: number;
  readonly lines?: readonly string[];
  /** All that is known, for who points at it. */
  readonly title: string;
  readonly isGuess?: boolean;
}

/** What a zone says besides its name. */
interface ShownZone {
  readonly tone?: string | undefined;
  readonly text?: string | undefined;
}

export interface SitePlanProps {
  readonly plan: PlanView;
  /** What the plan is of, for who does not see it. */
  readonly label: string;
  readonly marks?: readonly ShownMark[];
  readonly zones?: ReadonlyMap<string, ShownZone>;
  /** Of a mark. */
  readonly chosen?: string | undefined;
  readonly onPick?: ((at: PlanPoint) => void) | undefined;
  readonly onChoose?: ((mark: string) => void) | undefined;
}

const pathOf = (plan: PlanView, { rings }: PlanZone): string =>
  rings.map((ring) => `M${ring.map(([x, y]) => `${x},${drawnY(plan, y)}`).join('L')}Z`).join('');

/** Where on the plan somebody pointed. */
function pointedAt(plan: PlanView, svg: SVGSVGElement, { clientX, clientY }: MouseEvent): PlanPoint | undefined {
  const matrix = svg.getScreenCTM();
  if (!matrix) return undefined;
  const { x, y } = new DOMPoint(clientX, clientY).matrixTransform(matrix.inverse());
  return { x: Math.round(x * 100) / 100, y: Math.round(drawnY(plan, y) * 100) / 100 };
}

/**
 * A plan of the site: its drawing where one was uploaded, the zones, and what stands or walks there. The slot is drawn
 * above all, in the metres of the plan with y downwards (see `drawnY`), for whoever edits something on it.
 */
export const SitePlan = defineComponent(
  (props: SitePlanProps, { slots }) => {
    const svg = ref<SVGSVGElement>();

    const pick = (event: MouseEvent): void => {
      const at = svg.value && pointedAt(props.plan, svg.value, event);
      if (at) props.onPick?.(at);
    };

    const drawing = ({ id, drawing: of, frame: { left, right, bottom, top }, isUp }: PlanView) =>
      of && (
        <image
          href={`api/plans/${encodeURIComponent(id)}/drawing?${of.sha256.slice(0, 12)}`}
          x={left}
          y={isUp ? -top : bottom}
          width={right - left}
          height={top - bottom}
          preserveAspectRatio="none"
        />
      );

    const zone = (own: PlanZone) => {
      const { tone, text } = props.zones?.get(own.id) ?? {};
      return (
        <g key={own.id} class={['zone', own.kind, tone]}>
          <path d={pathOf(props.plan, own)} fill-rule="evenodd">
            <title>{[own.name, text].filter(Boolean).join(' ')}</title>
          </path>
        </g>
      );
    };

    /** Above the marks, so that people do not hide where they are. */
    const zoneName = (own: PlanZone) => {
      const { tone, text } = props.zones?.get(own.id) ?? {};
      const { left, bottom, top } = boxOf(own);
      const unit = unitOf(props.plan);
      return (
        <g key={own.id} class={['zone-name', tone]}>
          <text x={left + 0.6 * unit} y={drawnY(props.plan, props.plan.isUp ? top : bottom) + 1.9 * unit}>
            {own.name}
            {text !== undefined && (
              <tspan class="count" dx={0.6 * unit}>
                {text}
              </tspan>
            )}
          </text>
        </g>
      );
    };

    const shapeOf = ({ shape, share = 0 }: ShownMark, unit: number) => {
      if (shape === 'person') return <circle r={0.55 * unit} />;
      if (shape === 'detector')
        return <path d={`M0,${-0.9 * unit}L${0.9 * unit},0L0,${0.9 * unit}L${-0.9 * unit},0Z`} />;
      const [width, height] = [2 * unit, 2.4 * unit];
      return (
        <>
          <rect x={-width / 2} y={-height / 2} width={width} height={height} rx={0.3 * unit} />
          <rect class="fill" x={-width / 2} y={height * (0.5 - share)} width={width} height={height * share} />
        </>
      );
    };

    const mark = (own: ShownMark) => {
      const { plan, chosen, onChoose } = props;
      const unit = unitOf(plan);
      const below = own.shape === 'tank' ? 2.5 : 2.1;
      return (
        <g
          key={own.id}
          class={['mark', own.shape, own.tone, { 'is-guess': own.isGuess, 'is-chosen': chosen === own.id }]}
          transform={`translate(${own.x},${drawnY(plan, own.y)})`}
          onClick={(event: MouseEvent) => {
            if (!onChoose) return;
            event.stopPropagation();
            onChoose(own.id);
          }}
        >
          <title>{own.title}</title>
          {shapeOf(own, unit)}
          {own.lines?.map((line, index) => (
            <text
              key={index}
              class={index === 0 ? 'name' : 'value'}
              y={(below + (own.lines?.[0] === '' ? 0 : index * 1.3)) * unit}
            >
              {line}
            </text>
          ))}
        </g>
      );
    };

    return () => (
      <div class="plan" role="region" aria-label={props.label} tabindex={0}>
        <svg
          ref={svg}
          viewBox={viewBoxOf(props.plan)}
          font-size={1.25 * unitOf(props.plan)}
          stroke-width={0.15 * unitOf(props.plan)}
          class={{ 'is-picked': props.onPick, 'has-drawing': props.plan.drawing }}
          onClick={pick}
        >
          {drawing(props.plan)}
          {props.plan.zones.map(zone)}
          {props.marks?.map(mark)}
          {props.plan.zones.map(zoneName)}
          {slots['default']?.()}
        </svg>
      </div>
    );
  },
  { props: ['plan', 'label', 'marks', 'zones', 'chosen', 'onPick', 'onChoose'] },
);
