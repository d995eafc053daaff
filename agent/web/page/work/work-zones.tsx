import type { WorkZoneView } from '#agent/model/permit-view.ts';
import type { VNode } from 'vue';
import { trendLink } from '../parts/reading.tsx';
import { inLanguage, t } from '../words/words.ts';

const detector = ({ point, gas, is, why }: WorkZoneView['detectors'][number]): VNode => (
  <span key={point} class={['gas-reading', { fault: is === 'beyond' }]}>
    {trendLink([point], point)} {gas} <b>{t(`work.gas-${is}`)}</b> <small>{inLanguage(why)}</small>
  </span>
);

/** Zones in which special work is watched, as they are now. */
export const workZones = (zones: readonly WorkZoneView[]): VNode | undefined =>
  zones.length === 0 ? undefined : (
    <div class="scroll">
      <h3>{t('work.zones')}</h3>
      <table>
        <thead>
          <tr>
            <th>{t('alarm.zone')}</th>
            <th class="number">{t('work.going-on')}</th>
            <th class="number">{t('work.violation-count')}</th>
            <th class="number">{t('work.people-here')}</th>
            <th>{t('work.guardian')}</th>
            <th>{t('work.detectors')}</th>
          </tr>
        </thead>
        <tbody>
          {zones.map(({ id, name, active, violations, people, guardian, detectors }) => (
            <tr key={id}>
              <td>
                <b>{name}</b>
                {name !== id && <small>{id}</small>}
              </td>
              <td class="number">{active}</td>
              <td class={['number', { fault: violations > 0 }]}>{violations}</td>
              <td class="number">{people ?? '—'}</td>
              <td class={{ fault: guardian === 'no' }}>{guardian === null ? '—' : t(`work.answer-${guardian}`)}</td>
              <td>{detectors.length === 0 ? '—' : detectors.map(detector)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
