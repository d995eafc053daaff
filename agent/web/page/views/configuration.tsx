import type { ConfigPort } from '../../site-port.ts';
import { computed, defineComponent, onScopeDispose, reactive, ref, shallowRef, watch } from 'vue';
import { get, send } from '../live/api.ts';
import { configAddition } from '../live/config-addition.ts';
import { may, session } from '../live/session.ts';
import { notLoaded, load } from '../parts/loaded.tsx';
import { saveFile } from '../parts/save-file.ts';
import { TextEditor } from '../parts/text-editor.tsx';
import { clockTime } from '../words/figures.ts';
import { t } from '../words/words.ts';
import { withAddition } from '../parts/with-addition.ts';
import { ConfigDiff } from './config-diff.tsx';

type File = ReturnType<ConfigPort['files']>[number];
type Status = ReturnType<ConfigPort['status']>;
type Checked = ReturnType<ConfigPort['check']>;
type Finding = Checked['errors'][number];

const ASK_EVERY_MS = 2000;

/** The files that the site runs by: changed, checked, compared, put on trial, taken back. */
export const Configuration = defineComponent(() => {
  const current = load(() => get<{ files: File[]; status: Status }>('config'));
  const edited = reactive(new Map<string, string>());
  const chosen = ref<string>();
  const tab = ref<'text' | 'changes'>('text');
  const checked = shallowRef<Checked>();
  const fault = ref('');
  const isBusy = ref(false);
  const jump = ref<{ readonly line: number; readonly column: number }>();
  const timer = setInterval(() => {
    if (current.value.value?.status.state === 'on-trial') current.reload();
  }, ASK_EVERY_MS);
  onScopeDispose(() => clearInterval(timer));

  const files = computed(() => current.value.value?.files ?? []);
  const file = computed(() => files.value.find(({ name }) => name === chosen.value) ?? files.value[0]);
  const changed = computed(() =>
    files.value.filter(({ name, text }) => edited.has(name) && edited.get(name) !== text).map(({ name }) => name),
  );
  const texts = () => Object.fromEntries(changed.value.map((name) => [name, edited.get(name) ?? '']));
  const findings = (name: string) =>
    [...(checked.value?.errors ?? []), ...(checked.value?.warnings ?? [])].filter((one) => isOf(one, name));

  const attempt = async (work: () => Promise<void>): Promise<void> => {
    isBusy.value = true;
    fault.value = '';
    try {
      await work();
    } catch (error) {
      fault.value = error instanceof Error ? error.message : String(error);
    }
    isBusy.value = false;
  };
  const check = () =>
    attempt(async () => {
      checked.value = await send<Checked>('POST', 'config/check', { files: texts() });
      const [first] = checked.value.errors;
      if (first) goTo(first);
    });
  const apply = () =>
    attempt(async () => {
      await send('POST', 'config/apply', { files: texts() });
      edited.clear();
      checked.value = undefined;
      tab.value = 'text';
      current.reload();
    });
  /** What was found elsewhere goes into the site file, and is checked at once. */
  const addedTo = ref('');
  watch(files, ([site]) => {
    const addition = configAddition.value;
    if (!site || !addition) return;
    configAddition.value = undefined;
    edited.set(site.name, withAddition(edited.get(site.name) ?? site.text, addition));
    chosen.value = site.name;
    addedTo.value = site.name;
    void check();
  });
  const rollBack = () =>
    attempt(async () => {
      await send('POST', 'config/rollback');
      current.reload();
    });

  function goTo(finding: Finding): void {
    const own = files.value.find(({ name }) => isOf(finding, name));
    if (own) chosen.value = own.name;
    tab.value = 'text';
    jump.value = { line: finding.line, column: finding.column };
  }

  const status = ({ state, since, text }: Status) => (
    <p class={['status', state]} role="status">
      <b>{t(`config.state.${state}`)}</b> {text} <time>{clockTime(since)}</time>
      {state === 'on-trial' && (
        <>
          <progress aria-label={t('config.state.on-trial')} /> <small>{t('config.trial')}</small>
          {may('engineer') && (
            <button disabled={isBusy.value} onClick={() => void rollBack()}>
              {t('config.rollback')}
            </button>
          )}
        </>
      )}
    </p>
  );

  const list = () => (
    <ul class="files">
      {files.value.map(({ name }) => (
        <li key={name}>
          <button
            class={['plain', { 'is-chosen': file.value?.name === name }]}
            aria-pressed={file.value?.name === name}
            onClick={() => (chosen.value = name)}
          >
            {name}
            {changed.value.includes(name) && <em> {t('config.changed')}</em>}
            {checked.value?.errors.some((one) => isOf(one, name)) && <em class="fault"> ●</em>}
          </button>
        </li>
      ))}
    </ul>
  );

  const outcome = ({ ok, errors, warnings }: Checked) => (
    <section class="outcome" aria-live="polite">
      <h2>{ok ? t('config.sound', { warnings: warnings.length }) : t('config.faults', { count: errors.length })}</h2>
      <ol>
        {[...errors, ...warnings].slice(0, 200).map((finding) => (
          <li class={errors.includes(finding) ? 'fault' : 'note'}>
            <button class="plain" onClick={() => goTo(finding)}>
              {files.value.find(({ name }) => isOf(finding, name))?.name ?? finding.file}:{finding.line}:
              {finding.column}
            </button>{' '}
            {finding.what}
            {finding.why && ` — ${finding.why}`}
            {finding.todo && <small> → {finding.todo}</small>}
          </li>
        ))}
      </ol>
    </section>
  );

  const bar = () => (
    <div class="bar">
      <div role="tablist">
        {(['text', 'changes'] as const).map((name) => (
          <button key={name} role="tab" aria-selected={tab.value === name} onClick={() => (tab.value = name)}>
            {t(`config.${name}`)}
            {name === 'changes' && ` (${changed.value.length})`}
          </button>
        ))}
      </div>
      <button disabled={isBusy.value} onClick={() => void check()}>
        {t('config.check')}
      </button>
      {may('engineer') && (
        <button class="main" disabled={isBusy.value || changed.value.length === 0} onClick={() => void apply()}>
          {t('config.apply')}
        </button>
      )}
      <button class="plain" disabled={changed.value.length === 0} onClick={() => edited.clear()}>
        {t('config.discard')}
      </button>
      <button
        class="plain"
        onClick={() =>
          file.value && saveFile(new Blob([edited.get(file.value.name) ?? file.value.text]), file.value.name)
        }
      >
        {t('config.save')}
      </button>
      {isBusy.value && <progress aria-label={t('page.loading')} />}
    </div>
  );

  return () =>
    notLoaded(current) ?? (
      <>
        {current.value.value && status(current.value.value.status)}
        {bar()}
        {addedTo.value && <p class="note">{t('config.addition', { name: addedTo.value })}</p>}
        {fault.value && (
          <p class="fault" role="alert">
            {fault.value}
          </p>
        )}
        {checked.value && outcome(checked.value)}
        {tab.value === 'changes' ? (
          <ConfigDiff
            files={files.value
              .filter(({ name }) => changed.value.includes(name))
              .map(({ name, text }) => ({ name, before: text, after: edited.get(name) ?? '' }))}
          />
        ) : (
          file.value && (
            <div class="configuration">
              {list()}
              <TextEditor
                key={file.value.name}
                label={file.value.name}
                text={edited.get(file.value.name) ?? file.value.text}
                marks={new Map(findings(file.value.name).map(({ line, what }) => [line, what]))}
                jump={jump.value}
                isReadOnly={session.value?.isReadOnly ?? false}
                onChange={(text: string) => file.value && edited.set(file.value.name, text)}
              />
            </div>
          )
        )}
      </>
    );
});

/** Findings name files as they were found on the box, the list names them from the site file on. */
const isOf = ({ file }: Finding, name: string): boolean => file === name || file.endsWith(`/${name}`);
