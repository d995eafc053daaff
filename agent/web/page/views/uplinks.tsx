import { defineComponent, ref, watch } from 'vue';
import { get } from '../live/api.ts';
import { overview } from '../live/live.ts';
import { load, notLoaded } from '../parts/loaded.tsx';
import { duration } from '../words/figures.ts';
import { codeText, t } from '../words/words.ts';
import { Records } from './records.tsx';
import { UplinkDetails } from './uplink-details.tsx';
import type { Quarantined } from './uplink-details.tsx';

interface Uplink {
  readonly receiver: string;
  readonly state: 'connecting' | 'connected' | 'waiting';
  readonly reason: string;
  readonly lanes: readonly {
    readonly lane: string;
    readonly stream: string;
    readonly head: number;
    readonly acknowledged: number;
    readonly lagRecords: number;
    readonly lagMs: number;
    readonly sent: number;
    readonly held?: string;
  }[];
  readonly backfill: { readonly remainingRecords: number; readonly etaMs?: number };
  readonly quarantine: readonly Quarantined[];
  readonly evidence?: {
    readonly behind: number;
    readonly pieces: number;
    readonly missing: number;
    readonly held?: string;
  };
}

interface Answer {
  readonly receivers: readonly { readonly id: string; readonly name: string; readonly url: string }[];
  readonly uplinks: readonly Uplink[];
}

/** Receivers: how far each is, lane by lane. */
export const Uplinks = defineComponent(() => {
  const list = load(() => get<Answer>('uplinks'));
  watch(overview, list.reload);
  const opened = ref<ReadonlySet<string>>(new Set());
  const toggle = (receiver: string, isOpen: boolean): void => {
    opened.value = new Set([...opened.value, receiver].filter((one) => one !== receiver || isOpen));
  };

  const section = ({ receiver, state, reason, lanes, backfill, quarantine, evidence }: Uplink) => {
    const { name = receiver, url = '' } = list.value.value?.receivers.find(({ id }) => id === receiver) ?? {};
    return (
      <section key={receiver}>
        <h2>
          <span class={['state', state]}>{t(`uplink.state.${state}`)}</span> {name} <small>{url}</small>
        </h2>
        {reason && <p class="fault">{reason}</p>}
        {backfill.remainingRecords > 0 && (
          <p>
            {/* How much there was is not told: the bar shows that it goes on. */}
            <progress aria-label={t('uplink.remaining', { count: backfill.remainingRecords })} />{' '}
            {t('uplink.remaining', { count: backfill.remainingRecords })}
            {backfill.etaMs !== undefined && ` · ${duration(backfill.etaMs)}`}
          </p>
        )}
        {quarantine.length > 0 && <p class="fault">{t('uplink.quarantined', { count: quarantine.length })}</p>}
        <table>
          <thead>
            <tr>
              <th>{t('uplink.lane')}</th>
              <th>{t('uplink.stream')}</th>
              <th class="number">{t('uplink.acknowledged')}</th>
              <th class="number">{t('uplink.head')}</th>
              <th class="number">{t('uplink.sent')}</th>
              <th />
            </tr>
          </thead>
          <tbody>
            {lanes.map((lane) => (
              <tr key={`${lane.lane} ${lane.stream}`}>
                <td>{codeText('lane', lane.lane)}</td>
                <td>{codeText('stream', lane.stream)}</td>
                <td class="number">{lane.acknowledged}</td>
                <td class="number">{lane.head}</td>
                <td class="number">{lane.sent}</td>
                <td>
                  {lane.held ??
                    (lane.lagRecords === 0
                      ? t('uplink.caught-up')
                      : t('uplink.behind', { time: duration(lane.lagMs), count: lane.lagRecords }))}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        {evidence && (
          <p>
            {t('uplink.evidence', evidence)}
            {evidence.held !== undefined && ` · ${evidence.held}`}
          </p>
        )}
        <details onToggle={({ target }) => toggle(receiver, (target as HTMLDetailsElement).open)}>
          <summary>{t('uplink.details')}</summary>
          {opened.value.has(receiver) && (
            <UplinkDetails
              receiver={receiver}
              quarantine={quarantine}
              streams={[...new Set(lanes.map(({ stream }) => stream))]}
            />
          )}
        </details>
      </section>
    );
  };

  const gaps = () => (
    <section>
      <h2>{t('uplink.gaps')}</h2>
      <Records kind="gaps" />
    </section>
  );

  return () =>
    notLoaded(list) ?? (
      <>
        {list.value.value?.uplinks.length === 0 && <p class="empty">{t('uplink.empty')}</p>}
        {list.value.value?.uplinks.map(section)}
        {gaps()}
      </>
    );
});
