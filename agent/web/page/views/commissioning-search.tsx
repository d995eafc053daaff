import { computed, defineComponent, onScopeDispose, reactive, ref, watch } from 'vue';
import { useRouter } from 'vue-router';
import type { FoundThing, SearchView } from '../../site-port.ts';
import { get, send } from '../live/api.ts';
import { configAddition } from '../live/config-addition.ts';
import { may } from '../live/session.ts';
import { load, notLoaded } from '../parts/loaded.tsx';
import { additionText } from '../parts/with-addition.ts';
import { t } from '../words/words.ts';
import { SearchForm } from './search-form.tsx';

interface Told {
  readonly search: SearchView | null;
  readonly total: number;
  readonly found: readonly FoundThing[];
}

const EVERY_MS = 700;
const SHOWN = 500;
const SEARCH = 'commissioning/search';

/** Looks for devices and what they have; what is picked goes into the configuration. */
export const CommissioningSearch = defineComponent(() => {
  const router = useRouter();
  const text = ref('');
  const told = load(() => get<Told>(`${SEARCH}?limit=${SHOWN}&text=${encodeURIComponent(text.value)}`));
  const picked = reactive(new Map<string, FoundThing>());
  const fault = ref('');
  const isCopied = ref(false);
  const search = computed(() => told.value.value?.search ?? null);
  const isRunning = computed(() => search.value?.state === 'running');
  const timer = setInterval(() => isRunning.value && told.reload(), EVERY_MS);
  onScopeDispose(() => clearInterval(timer));
  watch(text, told.reload);

  const addition = computed(() => {
    const things = [...picked.values()];
    return {
      sources: things.flatMap(({ sources }) => sources ?? []),
      points: things.flatMap(({ points }) => points ?? []),
    };
  });
  const paste = computed(() => additionText(addition.value));
  watch(paste, () => (isCopied.value = false));

  const attempt = async (work: () => Promise<unknown>): Promise<void> => {
    fault.value = '';
    try {
      await work();
    } catch (error) {
      fault.value = error instanceof Error ? error.message : String(error);
    }
    told.reload();
  };
  const begin = (order: object): void => {
    picked.clear();
    text.value = '';
    void attempt(() => send('POST', SEARCH, order));
  };
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(paste.value);
    isCopied.value = true;
  };
  const add = async (): Promise<void> => {
    configAddition.value = addition.value;
    await router.push({ name: 'configuration' });
  };

  const state = ({ state: how, target, seen, of, found, notes, kind }: SearchView) => (
    <section>
      <p role="status">
        <b>{t(`search.${kind}`)}</b> {target} · {t(`search.state.${how}`)} ·{' '}
        {t('search.progress', { seen: of === undefined ? seen : `${seen} / ${of}`, found })}{' '}
        {how === 'running' && (
          <>
            <progress {...(of === undefined ? {} : { value: seen, max: of })} aria-label={t('search.state.running')} />{' '}
            <button onClick={() => void attempt(() => send('DELETE', SEARCH))}>{t('search.cancel')}</button>
          </>
        )}
      </p>
      {notes.length > 0 && (
        <ul class={how === 'failed' ? 'fault' : 'note'}>
          {notes.map((note) => (
            <li>{note}</li>
          ))}
        </ul>
      )}
    </section>
  );

  const row = (thing: FoundThing, index: number) => {
    const { label, detail, sources, points } = thing;
    const key = points ?? sources ?? label;
    const isPickable = points !== undefined || sources !== undefined;
    return (
      <tr key={`${index} ${label}`}>
        <td>
          {isPickable && (
            <input
              type="checkbox"
              aria-label={`${t('search.pick')} ${label}`}
              checked={picked.has(key)}
              onChange={() => (picked.has(key) ? picked.delete(key) : picked.set(key, thing))}
            />
          )}
        </td>
        <td class={{ raw: !isPickable }}>{label}</td>
        <td>{detail}</td>
      </tr>
    );
  };
  const pickAll = (): void => {
    for (const thing of told.value.value?.found ?? []) {
      const key = thing.points ?? thing.sources;
      if (key !== undefined) picked.set(key, thing);
    }
  };

  const list = ({ total, found }: Told) => (
    <>
      <div class="bar">
        <input
          type="search"
          aria-label={t('search.within')}
          placeholder={t('search.within')}
          value={text.value}
          onInput={(event) => (text.value = (event.target as HTMLInputElement).value)}
        />
        <button onClick={pickAll}>{t('search.pick-all')}</button>
        <button class="plain" disabled={picked.size === 0} onClick={() => picked.clear()}>
          {t('search.unpick')}
        </button>
        <span>{t('search.picked', { count: picked.size })}</span>
        {total > found.length && <small>{t('search.more', { total, count: found.length })}</small>}
      </div>
      <div class="found">
        <table>
          <tbody>{found.map(row)}</tbody>
        </table>
      </div>
    </>
  );

  const pasting = () => (
    <section class="paste">
      <h2>{t('search.paste')}</h2>
      <div class="bar">
        <button onClick={() => void copy()}>{t(isCopied.value ? 'search.copied' : 'search.copy')}</button>
        {may('engineer') && (
          <button class="main" onClick={() => void add()}>
            {t('search.add')}
          </button>
        )}
      </div>
      <pre tabindex={0}>{paste.value}</pre>
    </section>
  );

  const outcome = () => {
    const known = told.value.value;
    if (!known?.search) return <p class="empty">{t('search.none-yet')}</p>;
    const isEmpty = known.total === 0 && text.value === '' && !isRunning.value;
    return (
      <>
        {state(known.search)}
        {picked.size > 0 && pasting()}
        {isEmpty ? <p class="empty">{t('search.nothing')}</p> : list(known)}
      </>
    );
  };

  return () => (
    <>
      <SearchForm isBusy={isRunning.value} onBegin={begin} />
      {fault.value && (
        <p class="fault" role="alert">
          {fault.value}
        </p>
      )}
      {notLoaded(told) ?? outcome()}
    </>
  );
});
