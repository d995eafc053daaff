import { defineComponent, onMounted, ref } from 'vue';
import { send } from '../live/api.ts';
import { duration } from '../words/figures.ts';
import { t } from '../words/words.ts';

const choices = [15, 30, 60, 240, 480].map((minutes) => minutes * 60_000);

/** Asks why and for how long. The agent refuses what may not be shelved. */
export const ShelveDialog = defineComponent(
  (props: { readonly alarm: string }, { emit }) => {
    const dialog = ref<HTMLDialogElement>();
    const why = ref('');
    const forMs = ref(choices[0] ?? 0);
    const fault = ref('');
    onMounted(() => dialog.value?.showModal());

    const submit = async (event: Event): Promise<void> => {
      event.preventDefault();
      try {
        await send('POST', `alarms/${encodeURIComponent(props.alarm)}/shelve`, { why: why.value, forMs: forMs.value });
        emit('done');
      } catch (error) {
        fault.value = error instanceof Error ? error.message : String(error);
      }
    };

    return () => (
      <dialog ref={dialog} onClose={() => emit('done')} aria-label={t('alarm.shelve')}>
        <form onSubmit={(event) => void submit(event)}>
          <h2>
            {t('alarm.shelve')} {props.alarm}
          </h2>
          <label>
            {t('alarm.why')}
            <input
              value={why.value}
              onInput={(event) => (why.value = (event.target as HTMLInputElement).value)}
              maxlength={500}
              required
            />
          </label>
          <label>
            {t('alarm.for')}
            <select
              value={forMs.value}
              onChange={(event) => (forMs.value = Number((event.target as HTMLSelectElement).value))}
            >
              {choices.map((ms) => (
                <option value={ms}>{duration(ms)}</option>
              ))}
            </select>
          </label>
          {fault.value && (
            <p class="fault" role="alert">
              {fault.value}
            </p>
          )}
          <button type="submit">{t('alarm.shelve')}</button>
          <button type="button" class="plain" onClick={() => dialog.value?.close()}>
            {t('alarm.cancel')}
          </button>
        </form>
      </dialog>
    );
  },
  { props: ['alarm'], emits: ['done'] },
);
