import { defineComponent, ref } from 'vue';
import { t } from '../words/words.ts';
import { saveFile } from './save-file.ts';

/** Makes a bundle for those who help from afar, and hands it to the browser's downloads. */
export const DiagnosticsBundle = defineComponent(() => {
  const isBusy = ref(false);
  const fault = ref('');

  const fetchBundle = async (): Promise<void> => {
    isBusy.value = true;
    fault.value = '';
    try {
      const response = await fetch('api/diagnostics');
      if (!response.ok) throw new Error(((await response.json()) as { readonly detail: string }).detail);
      const [, name = 'firewatch-diagnostics.zip'] =
        /filename="([^"]+)"/.exec(response.headers.get('content-disposition') ?? '') ?? [];
      saveFile(await response.blob(), name);
    } catch (error) {
      fault.value = error instanceof Error ? error.message : String(error);
    } finally {
      isBusy.value = false;
    }
  };

  return () => (
    <p class="diagnostics">
      <button disabled={isBusy.value} onClick={() => void fetchBundle()}>
        {t('system.diagnostics')}
      </button>{' '}
      {isBusy.value && <progress aria-label={t('system.diagnostics')} />}
      <small>{t('system.diagnostics-what')}</small>
      {fault.value && (
        <span class="fault" role="alert">
          {fault.value}
        </span>
      )}
    </p>
  );
});
