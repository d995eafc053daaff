import { defineComponent, onMounted, ref, watchEffect } from 'vue';
import { RouterLink, RouterView } from 'vue-router';
import { get, send } from './live/api.ts';
import { startBlinking } from './live/blink.ts';
import { isConnected, overview, startLive } from './live/live.ts';
import { session } from './live/session.ts';
import type { SessionView } from './live/session.ts';
import { isSoundOn, isSounding, silence, switchSound } from './live/sound.ts';
import { isDark, switchTheme } from './live/theme.ts';
import { menu } from './router.ts';
import { SignIn } from './views/sign-in.tsx';
import { clockTime } from './words/figures.ts';
import { language, t } from './words/words.ts';

const priorities = ['critical', 'high', 'medium', 'low'] as const;
const unacknowledged = (): number =>
  priorities.reduce((sum, priority) => sum + (overview.value?.alarms[priority].unacknowledged ?? 0), 0);
const worst = () => priorities.find((priority) => (overview.value?.alarms[priority].unacknowledged ?? 0) > 0);
const forEngineers: ReadonlySet<string> = new Set(['commissioning', 'configuration']);
const isShown = (name: (typeof menu)[number]): boolean =>
  !forEngineers.has(name) || ['engineer', 'admin'].includes(session.value?.role ?? '');

/** The address is the view's: the content is reached without it. */
function skip(event: Event): void {
  event.preventDefault();
  document.querySelector<HTMLElement>('#content')?.focus();
}

/** What stands around every view. */
export const Shell = defineComponent(() => {
  const fault = ref<string>();
  /** Asked for by somebody who may look without it. */
  const isSigningIn = ref(false);

  watchEffect(() => {
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
  startBlinking();

  const signOut = async (): Promise<void> => {
    await send('POST', 'logout');
    isSigningIn.value = false;
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
      {isSounding.value && (
        <button class="silence" onClick={silence}>
          {t('page.silence')}
        </button>
      )}
      <button class="plain" aria-pressed={isSoundOn.value} onClick={() => void switchSound()}>
        {t(isSoundOn.value ? 'page.sound-on' : 'page.sound-off')}
      </button>
      <button class="plain" onClick={() => (language.value = language.value === 'zh' ? 'en' : 'zh')}>
        {language.value === 'zh' ? 'English' : '中文'}
      </button>
      <button class="plain" onClick={switchTheme}>
        {t(isDark.value ? 'page.light' : 'page.dark')}
      </button>
      {session.value?.account === '' && (
        <button class="plain" onClick={() => (isSigningIn.value = true)}>
          {t('session.sign-in')}
        </button>
      )}
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
    if (session.value.role === null || (isSigningIn.value && session.value.account === ''))
      return <SignIn onDone={() => void ask()} />;
    return (
      <>
        <a class="skip" href="#content" onClick={skip}>
          {t('page.skip')}
        </a>
        {header()}
        <nav aria-label={t('page.menu')}>
          {menu.filter(isShown).map((name) => (
            <RouterLink to={{ name }} key={name}>
              {t(`menu.${name}`)}
              {name === 'alarms' && unacknowledged() > 0 && <b class={['badge', worst()]}>{unacknowledged()}</b>}
            </RouterLink>
          ))}
        </nav>
        <main id="content" tabindex={-1} class={{ 'is-away': !isConnected.value && overview.value !== undefined }}>
          <RouterView />
        </main>
      </>
    );
  };
});
