import { defineComponent, reactive } from 'vue';
import { overview } from '../live/live.ts';
import { t } from '../words/words.ts';
import type { Word } from '../words/words.ts';

const kinds = ['opcua', 'modbus', 'modbus-units', 'onvif'] as const;
type Kind = (typeof kinds)[number];

interface Form {
  kind: Kind;
  url: string;
  asSource: string;
  filter: string;
  target: string;
  source: string;
  unit: number;
  from: string;
  count: number;
  reading: string;
  at: string;
}

/** What may be left empty is not sent. */
const given = (fields: Readonly<Record<string, string>>): object =>
  Object.fromEntries(Object.entries(fields).filter(([, text]) => text !== ''));

const orders: Readonly<Record<Kind, (form: Form) => object>> = {
  opcua: ({ url, asSource, filter }) => ({
    ...(asSource === '' ? { url } : { source: asSource }),
    ...given({ filter }),
  }),
  modbus: ({ target, source, unit, from, count, reading }) => ({
    target,
    unit,
    from,
    count,
    ...given({ source, reading }),
  }),
  'modbus-units': ({ target }) => ({ target }),
  onvif: ({ at }) => given({ at }),
};

/** What to look for, and where. */
export const SearchForm = defineComponent(
  (props: { readonly isBusy: boolean; readonly onBegin: (order: object) => void }) => {
    const form = reactive<Form>({
      kind: 'opcua',
      url: 'opc.tcp://',
      asSource: '',
      filter: '',
      target: 'tcp://',
      source: '',
      unit: 1,
      from: 'holding:0',
      count: 50,
      reading: '',
      at: '',
    });

    const text = (name: 'url' | 'filter' | 'target' | 'source' | 'from' | 'reading' | 'at', isNeeded = false) => (
      <label key={name}>
        {t(`search.${name}`)}
        <input
          value={form[name]}
          required={isNeeded}
          maxlength={200}
          spellcheck={false}
          onInput={(event) => (form[name] = (event.target as HTMLInputElement).value)}
        />
      </label>
    );
    const number = (name: 'unit' | 'count', low: number, high: number) => (
      <label key={name}>
        {t(`search.${name}`)}
        <input
          type="number"
          value={form[name]}
          min={low}
          max={high}
          required
          onInput={(event) => (form[name] = Number((event.target as HTMLInputElement).value))}
        />
      </label>
    );
    const choice = <Name extends 'kind' | 'asSource'>(
      name: Name,
      label: Word,
      options: readonly (readonly [Form[Name], string])[],
    ) => (
      <label key={name}>
        {t(label)}
        <select
          value={form[name]}
          onChange={(event) => (form[name] = (event.target as HTMLSelectElement).value as Form[Name])}
        >
          {options.map(([value, words]) => (
            <option value={value}>{words}</option>
          ))}
        </select>
      </label>
    );

    const server = () => {
      const servers = overview.value?.sources.filter(({ kind }) => kind === 'opcua') ?? [];
      return [
        form.asSource === '' && text('url', true),
        choice('asSource', 'search.as-source', [
          ['', t('search.no-source')],
          ...servers.map(({ id, name }): [string, string] => [id, `${id} ${name}`]),
        ]),
        text('filter'),
      ];
    };
    const registers = () => [
      text('target', true),
      number('unit', 0, 255),
      text('from', true),
      number('count', 1, 2000),
      text('reading'),
      text('source'),
    ];
    const fields = {
      opcua: server,
      modbus: registers,
      'modbus-units': () => text('target', true),
      onvif: () => text('at'),
    };

    return () => (
      <section>
        <form
          class="row"
          onSubmit={(event: Event) => {
            event.preventDefault();
            props.onBegin({ kind: form.kind, ...orders[form.kind](form) });
          }}
        >
          {choice(
            'kind',
            'search.kind',
            kinds.map((kind): [Kind, string] => [kind, t(`search.${kind}`)]),
          )}
          {fields[form.kind]()}
          <button type="submit" class="main" disabled={props.isBusy}>
            {t('search.begin')}
          </button>
        </form>
        <p class="note">{t('search.read-only')}</p>
      </section>
    );
  },
  { props: ['isBusy', 'onBegin'] },
);
