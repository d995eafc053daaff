import { defineComponent, ref, shallowRef } from 'vue';
import { get } from '../live/api.ts';
import { load, notLoaded } from '../parts/loaded.tsx';
import { dateTime } from '../words/figures.ts';
import { codeText, t } from '../words/words.ts';

type Kind = 'events' | 'gaps' | 'audit';

/** Of all three kinds, each with what it has. */
interface Body {
  readonly time?: number;
  readonly from?: number;
  readonly to?: number;
  readonly kind?: string;
  readonly reason?: string;
  readonly action?: string;
  readonly who?: string;
  readonly source?: string;
  readonly what?: string;
  readonly text?: string;
  readonly detail?: Readonly<Record<string, unknown>>;
}

interface Page {
  readonly records: readonly { readonly seq: number; readonly time: number; readonly body: Body }[];
  readonly next: number | null;
}

/** What is on record, the newest first. */
export const Records = defineComponent(
  (props: { readonly kind: Kind }) => {
    const pages = shallowRef<readonly Page[]>([]);
    const isBusy = ref(false);
    const first = load(async () => {
      const page = await get<Page>(`${props.kind}?limit=100`);
      pages.value = [page];
      return page;
    });
    const more = async (before: number): Promise<void> => {
      isBusy.value = true;
      const page = await get<Page>(`${props.kind}?limit=100&before=${before}`).finally(() => (isBusy.value = false));
      pages.value = [...pages.value, page];
    };

    const row = ({ seq, time, body }: Page['records'][number]) => (
      <tr key={seq}>
        <td class="number">{seq}</td>
        <td>
          <time>{dateTime(body.time ?? body.from ?? time)}</time>
          {body.to !== undefined && body.from !== undefined && <small>– {dateTime(body.to)}</small>}
        </td>
        <td>{body.kind ?? (body.reason === undefined ? body.action : codeText('reason', body.reason))}</td>
        <td>{props.kind === 'audit' ? body.who || '—' : body.source}</td>
        <td class="wide">
          {body.text ?? body.what}
          {body.detail && (
            <small>
              {Object.entries(body.detail)
                .map(([name, value]) => `${name}: ${String(value)}`)
                .join(' · ')}
            </small>
          )}
        </td>
      </tr>
    );

    return () => {
      const next = pages.value.at(-1)?.next ?? null;
      return (
        notLoaded(first) ??
        (pages.value[0]?.records.length === 0 ? (
          <p class="empty">{t('system.no-records')}</p>
        ) : (
          <>
            <div class="scroll" tabindex={0} role="region" aria-label={t(`system.${props.kind}`)}>
              <table>
                <thead>
                  <tr>
                    <th class="number">№</th>
                    <th>{t('system.time')}</th>
                    <th>{t('system.kind')}</th>
                    <th>{t(props.kind === 'audit' ? 'system.who' : 'system.source')}</th>
                    <th>{t('system.text')}</th>
                  </tr>
                </thead>
                <tbody>{pages.value.flatMap(({ records }) => records).map(row)}</tbody>
              </table>
            </div>
            {next !== null && (
              <button disabled={isBusy.value} onClick={() => void more(next)}>
                {t('alarm.older')}
              </button>
            )}
          </>
        ))
      );
    };
  },
  { props: ['kind'] },
);
