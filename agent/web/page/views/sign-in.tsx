import { defineComponent, ref } from 'vue';
import { send } from '../live/api.ts';
import { session } from '../live/session.ts';
import { language, t } from '../words/words.ts';

/** Signing in, or at the first visit making the first account with the code that the box printed. */
export const SignIn = defineComponent(
  (_props: object, { emit }) => {
    const name = ref('');
    const password = ref('');
    const code = ref('');
    const fault = ref('');
    const isBusy = ref(false);

    const submit = async (event: Event): Promise<void> => {
      event.preventDefault();
      isBusy.value = true;
      const own = { name: name.value, password: password.value };
      try {
        if (session.value?.needsSetup) await send('POST', 'setup', { ...own, code: code.value });
        else await send('POST', 'login', own);
        emit('done');
      } catch (error) {
        fault.value = error instanceof Error ? error.message : String(error);
      } finally {
        isBusy.value = false;
      }
    };

    return () => {
      const isSetup = session.value?.needsSetup ?? false;
      return (
        <main class="sign-in">
          <form onSubmit={(event) => void submit(event)}>
            <h1>{session.value?.site.name ?? 'Firewatch'}</h1>
            <h2>{t(isSetup ? 'session.setup' : 'session.sign-in')}</h2>
            {isSetup && (
              <label>
                {t('session.setup-code')}
                <input value={code.value} onInput={typed(code)} autocomplete="off" required />
              </label>
            )}
            <label>
              {t('session.name')}
              <input value={name.value} onInput={typed(name)} autocomplete="username" required />
            </label>
            <label>
              {t('session.password')}
              <input
                type="password"
                value={password.value}
                onInput={typed(password)}
                autocomplete={isSetup ? 'new-password' : 'current-password'}
                minlength={isSetup ? 10 : 1}
                required
              />
              {isSetup && <small>{t('session.password-rule')}</small>}
            </label>
            {fault.value && (
              <p class="fault" role="alert">
                {fault.value}
              </p>
            )}
            <button type="submit" disabled={isBusy.value}>
              {t(isSetup ? 'session.create' : 'session.sign-in')}
            </button>
            {session.value?.provider && (
              <a href="api/oidc/start">{t('session.by-provider', { label: session.value.provider })}</a>
            )}
            <button
              type="button"
              class="plain"
              onClick={() => (language.value = language.value === 'zh' ? 'en' : 'zh')}
            >
              {language.value === 'zh' ? 'English' : '中文'}
            </button>
          </form>
        </main>
      );
    };
  },
  { emits: ['done'] },
);

const typed = (target: { value: string }) => (event: Event) => {
  target.value = (event.target as HTMLInputElement).value;
};
