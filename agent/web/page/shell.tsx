import { defineComponent, onMounted, ref, watchEffect } from 'vue';
import { RouterLink, RouterView } from 'vue-router';
import { get, send } from './live/api.ts';
import { isConnected, overview, startLive } from './live/live.ts';
import { session } from './live/session.ts';
import type { SessionView } from './live/session.ts';
import { menu } from './router.ts';
import { SignIn } from './views/sign-in.tsx';
import { clockTime } from './words/figures.ts';
import { language, t } from './words/words.ts';

const STORED_THEME = 'firewatch.theme';

/** What stands around every view. */
export const Shell = defineComponent(() => {
  const isDark = ref(
    (localStorage.getItem(STORED_THEME) ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light')) ===
      'dark',
  );
  const fault = ref<string>();

  watchEffect(() => {
    document.documentElement.dataset['theme'] = isDark.value ? 'dark' : 'light';
    localStorage.setItem(STORED_THEME, isDark.value ? 'dark' : 'light');
    document.title = session.value ? `${session.value.site.name} · Firewatch` : 'Firewatch';
  });

  const ask = async (): Promise<void> => {
    try {
      session.value = await get<SessionView>('session');
      fault.value = undefined;
    } catch (error) {
      fault.value = error instanceof Error ? error.message : String(error);
      setTimeout(() => void ask(), 3000);
    }
  };
  onMounted(() => void ask());
  startLive();

  const signOut = async (): Promise<void> => {
    await send('POST', 'logout');
    await ask();
  };

  const header = () => (
    <header>
      <strong class="site">{session.value?.site.name ?? 'Firewatch'}</strong>
      {overview.value?.isSimulated && <span class="simulated">{t('page.simulated')}</span>}
      {session.value?.isReadOnly && <span class="note">{t('page.read-only')}</span>}
      <span class="space" />
      <span class={['connection', isConnected.value ? 'is-live' : 'is-away']} role="status">
        {isConnected.value
          ? `${t('page.connected')} ${clockTime(overview.value?.time)}`
          : t('page.disconnected', { time: clockTime(overview.value?.time) || '—' })}
      </span>
      <button class="plain" onClick={() => (language.value = language.value === 'zh' ? 'en' : 'zh')}>
        {language.value === 'zh' ? 'English' : '中文'}
      </button>
      <button class="plain" onClick={() => (isDark.value = !isDark.value)}>
        {t(isDark.value ? 'page.light' : 'page.dark')}
      </button>
      {session.value?.account && (
        <button class="plain" onClick={() => void signOut()}>
          {session.value.account} · {t('session.sign-out')}
        </button>
      )}
    </header>
  );

  return () => {
    if (session.value === undefined)
      return <p class="loading">{fault.value ? t('page.failed', { why: fault.value }) : t('page.loading')}</p>;
    if (session.value.role === null) return <SignIn onDone={() => void ask()} />;
    return (
      <>
        {header()}
        <nav>
          {menu.map((name) => (
            <RouterLink to={{ name }} key={name}>
              {t(`menu.${name}`)}
            </RouterLink>
          ))}
        </nav>
        <main>
          <RouterView />
        </main>
      </>
    );
  };
});
