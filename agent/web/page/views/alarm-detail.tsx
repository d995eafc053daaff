import { computed, defineComponent, ref } from 'vue';
import type { AlarmView } from '../live/shapes.ts';
import { may } from '../live/session.ts';
import { priorityMark } from '../parts/priority-mark.tsx';
import { trendLink } from '../parts/reading.tsx';
import { dateTime, valueText } from '../words/figures.ts';
import { codeText, inLanguage, t } from '../words/words.ts';
import type { alarmActions } from './alarm-actions.tsx';
import { isWaiting } from './alarm-actions.tsx';
import { AlarmPictures } from './alarm-pictures.tsx';

interface Props {
  readonly alarm: AlarmView;
  readonly actions: ReturnType<typeof alarmActions>;
}

/** One alarm: what it means, what to do, what was. */
export const AlarmDetail = defineComponent(
  (props: Props, { emit }) => {
    const comment = ref('');
    const texts = computed(() => {
      const { cause, consequence, response } = props.alarm.definition;
      return [
        ['alarm.response', response],
        ['alarm.consequence', consequence],
        ['alarm.cause', cause],
      ] as const;
    });
    const acknowledge = async (event: Event): Promise<void> => {
      event.preventDefault();
      await props.actions.act(props.alarm, 'acknowledge', comment.value.trim());
      comment.value = '';
    };

    return () => {
      const { alarm, actions } = props;
      const { definition, state, overlay, value, raisedAt, shelf, suppressedBy, isQualityLost, quality } = alarm;
      const { setpoint } = definition.condition;
      return (
        <aside class="detail" aria-label={definition.id}>
          <p class="detail-head">
            {priorityMark(definition.priority)}
            <button class="plain" aria-label={t('page.close')} onClick={() => emit('close')}>
              ✕
            </button>
          </p>
          <h2>{inLanguage(definition.message) || definition.id}</h2>
          <dl class="facts">
            <div>
              <dt>{t('alarm.state')}</dt>
              <dd>
                {t(`alarm.state.${state}`)} {overlay !== 'none' && t(`alarm.overlay.${overlay}`)}
              </dd>
            </div>
            <div>
              <dt>{t('alarm.value')}</dt>
              <dd>
                {valueText(value)} {setpoint !== undefined && <small>{t('alarm.setpoint', { setpoint })}</small>}
              </dd>
            </div>
            <div>
              <dt>{t('alarm.since')}</dt>
              <dd>{dateTime(raisedAt) || '—'}</dd>
            </div>
            <div>
              <dt>{t('alarm.what')}</dt>
              <dd>
                <code>{definition.id}</code> {definition.zone}
              </dd>
            </div>
          </dl>
          {isQualityLost && (
            <p class="fault">
              {t('alarm.quality-lost')} {codeText('reason', quality?.reason ?? '')}
            </p>
          )}
          {shelf && (
            <p class="note">{t('alarm.shelved-by', { by: shelf.by, why: shelf.why, until: dateTime(shelf.until) })}</p>
          )}
          {suppressedBy.map(({ cause, why }) => (
            <p class="note" key={cause}>
              {t('alarm.overlay.suppressed')}：{cause} {why}
            </p>
          ))}
          {texts.value.map(
            ([word, text]) =>
              text && (
                <div class="text" key={word}>
                  <h3>{t(word)}</h3>
                  <p>{inLanguage(text)}</p>
                </div>
              ),
          )}
          {may('operator') && <AlarmPictures alarm={definition.id} key={definition.id} />}
          {definition.point !== undefined && <p>{trendLink([definition.point], t('alarm.trend'), raisedAt)}</p>}
          {isWaiting(alarm) && may('operator') && (
            <form onSubmit={(event) => void acknowledge(event)}>
              <label>
                {t('alarm.comment')}
                <input
                  value={comment.value}
                  maxlength={500}
                  onInput={(event) => (comment.value = (event.target as HTMLInputElement).value)}
                />
              </label>
              <button type="submit">{t('alarm.acknowledge')}</button>
            </form>
          )}
          <p class="actions">{actions.buttons(alarm, false)}</p>
        </aside>
      );
    };
  },
  { props: ['alarm', 'actions'], emits: ['close'] },
);
