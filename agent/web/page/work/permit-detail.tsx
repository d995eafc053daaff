import type { PermitView } from '#agent/model/permit-view.ts';
import { defineComponent } from 'vue';
import { RouterLink } from 'vue-router';
import { priorityMark } from '../parts/priority-mark.tsx';
import { dateTime } from '../words/figures.ts';
import { inLanguage, t } from '../words/words.ts';
import { gradeText } from './grade-text.ts';
import { PermitVideo } from './permit-video.tsx';

interface PermitDetailProps {
  readonly permit: PermitView;
  readonly onClose: () => void;
}

const doubtful = { yes: '', no: 'fault', unknown: 'quality uncertain' } as const;

/** All that is known of one permit: what is wrong and by which clause, gas tests, people, cameras. */
export const PermitDetail = defineComponent(
  (props: PermitDetailProps) => {
    const facts = ({ validFrom, validTo, place, content, contractor }: PermitView) => (
      <dl class="facts">
        <div>
          <dt>{t('work.valid')}</dt>
          <dd>
            {dateTime(validFrom)} – {dateTime(validTo)}
          </dd>
        </div>
        {(
          [
            ['work.place', place],
            ['work.content', content],
            ['work.contractor', contractor],
          ] as const
        ).map(
          ([word, text]) =>
            text !== null && (
              <div key={word}>
                <dt>{t(word)}</dt>
                <dd>{text}</dd>
              </div>
            ),
        )}
      </dl>
    );

    const violations = ({ violations: all }: PermitView) => (
      <div>
        <h3>{t('work.violation-count')}</h3>
        {all.length === 0 ? (
          <p class="note">{t('work.no-violation')}</p>
        ) : (
          <ul class="lines">
            {all.map((one) => (
              <li key={`${one.kind} ${one.subject ?? ''}`}>
                {priorityMark(one.priority)}
                <span class="grow">
                  <b>{inLanguage(one)}</b> {inLanguage(one.why)}
                  {one.clause !== null && <small class="because">{one.clause}</small>}
                </span>
                <span>
                  {t('work.since')} <time>{dateTime(one.since)}</time>
                </span>
              </li>
            ))}
          </ul>
        )}
      </div>
    );

    const gasTests = ({ gasTests: all }: PermitView) => (
      <div>
        <h3>{t('work.gas-tests')}</h3>
        {all.length === 0 ? (
          <p class="note">{t('work.no-gas-test')}</p>
        ) : (
          <ul class="lines">
            {all.toReversed().map(({ time, place, readings }) => (
              <li key={time}>
                <time>{dateTime(time)}</time>
                <span class="grow">
                  {place !== null && <small>{place} </small>}
                  {readings.map(({ gas, value, unit, is, why }) => (
                    <span key={gas} class={['gas-reading', { fault: is === 'beyond' }]}>
                      {gas} {value} {unit} <b>{t(`work.gas-${is}`)}</b> <small>{inLanguage(why)}</small>
                    </span>
                  ))}
                </span>
              </li>
            ))}
          </ul>
        )}
      </div>
    );

    const people = ({ people: all }: PermitView) => (
      <div>
        <h3>
          {t('work.people')} <small>{all.length}</small>
        </h3>
        <ul class="lines">
          {all.map(({ role, qualified, isHere }, index) => (
            <li key={index}>
              <span class="grow">{t(`work.role.${role}`)}</span>
              {qualified !== null && <span class={doubtful[qualified]}>{t(`work.qualified-${qualified}`)}</span>}
              {isHere !== null && <span class={doubtful[isHere]}>{t(`work.here-${isHere}`)}</span>}
            </li>
          ))}
        </ul>
      </div>
    );

    const cameras = ({ cameras: all }: PermitView) => (
      <div>
        <h3>{t('work.cameras')}</h3>
        {all.length === 0 ? (
          <p class="note">{t('work.no-camera')}</p>
        ) : (
          <ul class="lines">
            {all.map(({ id, sees }) => (
              <li key={id}>
                <RouterLink class="grow" to={{ name: 'cameras', query: { camera: id } }}>
                  {id}
                </RouterLink>
                <span class={doubtful[sees]}>{t(`work.sees-${sees}`)}</span>
              </li>
            ))}
          </ul>
        )}
      </div>
    );

    return () => (
      <section class="permit-detail">
        <div class="bar">
          <h2>
            {t(`work.kind.${props.permit.work}`)} {gradeText(props.permit.grade)} · {props.permit.id} ·{' '}
            {t(`work.state.${props.permit.state}`)}
          </h2>
          <button class="plain" onClick={props.onClose}>
            {t('page.close')}
          </button>
        </div>
        {facts(props.permit)}
        {violations(props.permit)}
        {gasTests(props.permit)}
        {people(props.permit)}
        {cameras(props.permit)}
        {props.permit.videos.length > 0 && <PermitVideo videos={props.permit.videos} />}
      </section>
    );
  },
  { props: ['permit', 'onClose'] },
);
