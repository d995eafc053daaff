import type { ListedPerson, PeopleView } from '#agent/model/people.ts';
import type { VNode } from 'vue';
import { overview } from '../live/live.ts';
import { session } from '../live/session.ts';
import { dateTime } from '../words/figures.ts';
import { codeText, t } from '../words/words.ts';

/** As the agent tells it to whoever asks. */
export type RollCall = Omit<PeopleView, 'listed'> & {
  /** Absent for those who may not know. */
  readonly listed?: readonly ListedPerson[];
};

const row = (
  { person, name, role, zones, isMustered, isStale }: ListedPerson,
  nameOf: (zone: string) => string,
): VNode => (
  <tr key={person} class={{ mustered: isMustered }}>
    <td class="tick" aria-hidden="true">
      {isMustered ? '☑' : '☐'}
    </td>
    <td>
      <b>{name ?? person}</b>
    </td>
    <td>{codeText('people.role', role)}</td>
    <td>{zones.map(nameOf).join(', ') || t('people.outside')}</td>
    <td>
      {t(isMustered ? 'people.is-mustered' : 'people.is-missing')}
      {isStale && <em class="quality uncertain"> {t('people.is-stale')}</em>}
    </td>
  </tr>
);

/** The list for an emergency, to be printed. Whoever is not heard stays on it. */
export const rollCall = (call: RollCall, nameOf: (zone: string) => string): VNode => (
  <section class="roll-call">
    <h2>
      {t('people.roll-call')} · {session.value?.site.name} · <time>{dateTime(overview.value?.time)}</time>
    </h2>
    <p class="figures">
      <span>
        <b>{call.people}</b> {t('people.on-site')}
      </span>
      <span>
        <b>{call.mustered}</b> {t('people.mustered')}
      </span>
      <span class={{ 'is-missing': call.missing > 0 }}>
        <b>{call.missing}</b> {t('people.missing')}
      </span>
      {call.listed && <button onClick={() => print()}>{t('page.print')}</button>}
    </p>
    {call.listed ? (
      <table>
        <thead>
          <tr>
            <th>{t('people.present')}</th>
            <th>{t('people.name')}</th>
            <th>{t('account.role')}</th>
            <th>{t('alarm.zone')}</th>
            <th>{t('alarm.state')}</th>
          </tr>
        </thead>
        <tbody>{call.listed.map((one) => row(one, nameOf))}</tbody>
      </table>
    ) : (
      <p class="note">{t('plan.only-operators')}</p>
    )}
  </section>
);
