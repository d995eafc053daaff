import type { PermitView } from '#agent/model/permit-view.ts';
import { defineComponent } from 'vue';
import { axisTime, dateTime } from '../words/figures.ts';
import { inLanguage, t } from '../words/words.ts';
import { axisOn, barOn, momentOn, workBars } from './timeline.ts';
import type { Bar, Span } from './timeline.ts';
import { gradeText } from './grade-text.ts';

interface TimelineProps {
  readonly permits: readonly PermitView[];
  readonly span: Span;
  readonly chosen: string | undefined;
  readonly onChoose: (permit: string) => void;
}

const percent = (share: number): string => `${(share * 100).toFixed(3)}%`;
const placed = ({ start, length }: Bar) => ({ left: percent(start), width: percent(length) });
const legend = ['valid', 'active', 'suspended', 'beyond', 'test', 'test-bad'] as const;

type Test = PermitView['gasTests'][number];
const isBeyond = ({ readings }: Test): boolean => readings.some(({ is }) => is !== 'within');
const testText = ({ time, readings }: Test): string =>
  `${dateTime(time)} ${readings.map(({ gas, value, unit, is }) => `${gas} ${value} ${unit} ${t(`work.gas-${is}`)}`).join(', ')}`;

/** One line a permit: how long it is valid, when work went on, its gas tests, and what is wrong. */
export const WorkTimeline = defineComponent(
  (props: TimelineProps) => {
    const now = () => Date.now();

    const axis = () => {
      const { step, times } = axisOn(props.span, -new Date().getTimezoneOffset() * 60_000);
      return (
        <div class="axis" aria-hidden="true">
          <span />
          <div class="line">
            {times.map((time) => (
              <time key={time} style={{ left: percent(momentOn(props.span, time) ?? 0) }}>
                {axisTime(time, step)}
              </time>
            ))}
          </div>
        </div>
      );
    };

    const line = (permit: PermitView) => {
      const valid = barOn(props.span, permit.validFrom, permit.validTo);
      const at = momentOn(props.span, now());
      return (
        <span class="line" aria-hidden="true">
          {at !== undefined && <i class="now" style={{ left: percent(at) }} />}
          {valid && <i class="valid" style={placed(valid)} />}
          {workBars(permit, props.span, now()).map((bar) => (
            <i key={`${bar.kind} ${bar.start}`} class={bar.kind} style={placed(bar)} />
          ))}
          {permit.gasTests.map((test) => {
            const when = momentOn(props.span, test.time);
            return (
              when !== undefined && (
                <i
                  key={test.time}
                  class={['test', { 'is-beyond': isBeyond(test) }]}
                  style={{ left: percent(when) }}
                  title={testText(test)}
                />
              )
            );
          })}
        </span>
      );
    };

    const row = (permit: PermitView) => {
      const worst = permit.violations[0];
      return (
        <li key={permit.id}>
          <button
            class={['permit', worst?.priority, { 'is-chosen': props.chosen === permit.id }]}
            aria-expanded={props.chosen === permit.id}
            onClick={() => props.onChoose(permit.id)}
          >
            <span class="who">
              <b>
                {t(`work.kind.${permit.work}`)} {gradeText(permit.grade)}
              </b>{' '}
              <small>
                {permit.id} · {t(`work.state.${permit.state}`)} · {permit.zone ?? permit.place ?? '—'}
              </small>
              <span class={['wrong', worst?.priority]}>
                {worst
                  ? `${inLanguage(worst)}${permit.violations.length > 1 ? ` +${permit.violations.length - 1}` : ''}`
                  : t('work.no-violation')}
              </span>
            </span>
            {line(permit)}
          </button>
        </li>
      );
    };

    return () => (
      <div class="timeline">
        {axis()}
        <ul>{props.permits.map(row)}</ul>
        <p class="legend-line">
          {legend.map((name) => (
            <span key={name}>
              <i class={name === 'test-bad' ? 'test is-beyond' : name} /> {t(`work.legend-${name}`)}
            </span>
          ))}
        </p>
      </div>
    );
  },
  { props: ['permits', 'span', 'chosen', 'onChoose'] },
);
