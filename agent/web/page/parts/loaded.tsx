import { onScopeDispose, shallowRef } from 'vue';
import type { ShallowRef, VNode } from 'vue';
import { t } from '../words/words.ts';

/** What a view asked for: nothing yet, an answer, or the reason why there is none. An old answer stays while asking again. */
export interface Loaded<T> {
  readonly value: ShallowRef<T | undefined>;
  readonly fault: ShallowRef<string | undefined>;
  readonly reload: () => void;
}

/** Asks at once and whenever `reload` is called; an answer that was overtaken is dropped. */
export function load<T>(ask: () => Promise<T>): Loaded<T> {
  const value = shallowRef<T>();
  const fault = shallowRef<string>();
  let turn = 0;
  const settle = async (own: number): Promise<void> => {
    try {
      const answer = await ask();
      if (own !== turn) return;
      value.value = answer;
      fault.value = undefined;
    } catch (error) {
      if (own === turn) fault.value = error instanceof Error ? error.message : String(error);
    }
  };
  const reload = (): void => {
    turn += 1;
    void settle(turn);
  };
  onScopeDispose(() => {
    turn += 1;
  });
  reload();
  return { value, fault, reload };
}

/** The state in which nothing can be shown; undefined when there is an answer. */
export function notLoaded({ value, fault, reload }: Loaded<unknown>): VNode | undefined {
  if (fault.value !== undefined)
    return (
      <p class="fault" role="alert">
        {t('page.failed', { why: fault.value })} <button onClick={reload}>{t('page.retry')}</button>
      </p>
    );
  return value.value === undefined ? <p class="loading">{t('page.loading')}</p> : undefined;
}
