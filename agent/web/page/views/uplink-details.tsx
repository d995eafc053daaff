import { defineComponent } from 'vue';
import { get } from '../live/api.ts';
import { may } from '../live/session.ts';
import { load, notLoaded } from '../parts/loaded.tsx';
import { dateTime } from '../words/figures.ts';
import { codeText, t } from '../words/words.ts';
import { ResendForm } from './resend-form.tsx';

/** A record that the receiver would not take. */
export interface Quarantined {
  readonly stream: string;
  readonly seq: number;
  readonly time: number;
  readonly reason: string;
}

interface Delivered {
  readonly streams: readonly {
    readonly stream: string;
    readonly records: readonly { readonly seq: number; readonly time: number; readonly what: string }[];
  }[];
}

interface UplinkDetailsProps {
  readonly receiver: string;
  readonly quarantine: readonly Quarantined[];
  /** What it is sent. */
  readonly streams: readonly string[];
}

const SHOWN = 50;
/** What a receiver took last, and what it would not take. */
export const UplinkDetails = defineComponent(
  (props: UplinkDetailsProps) => {
    const answer = load(() => get<Delivered>(`uplinks/${encodeURIComponent(props.receiver)}/delivered`));

    const quarantine = () => (
      <>
        <h3>{t('uplink.quarantine')}</h3>
        {props.quarantine.length === 0 ? (
          <p class="note">{t('uplink.no-quarantine')}</p>
        ) : (
          <table>
            <tbody>
              {props.quarantine.slice(-SHOWN).map(({ stream, seq, time, reason }) => (
                <tr key={`${stream} ${seq}`}>
                  <td>
                    {codeText('stream', stream)} {seq}
                  </td>
                  <td>
                    <time>{dateTime(time)}</time>
                  </td>
                  <td class="wide fault">{reason}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </>
    );

    const delivered = ({ streams }: Delivered) =>
      streams.map(({ stream, records }) => (
        <tbody key={stream}>
          {records.map(({ seq, time, what }) => (
            <tr key={seq}>
              <td>
                {codeText('stream', stream)} {seq}
              </td>
              <td>
                <time>{dateTime(time)}</time>
              </td>
              <td class="wide">{what}</td>
            </tr>
          ))}
        </tbody>
      ));

    return () => (
      <div class="uplink-details">
        {quarantine()}
        <h3>
          {t('uplink.delivered')}{' '}
          <button class="plain" onClick={answer.reload}>
            {t('page.again')}
          </button>
        </h3>
        {notLoaded(answer) ?? <table>{answer.value.value && delivered(answer.value.value)}</table>}
        {may('engineer') && <ResendForm receiver={props.receiver} streams={props.streams} />}
      </div>
    );
  },
  { props: ['receiver', 'quarantine', 'streams'] },
);
