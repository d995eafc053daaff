import { computed, onScopeDispose } from 'vue';
import type { ComputedRef } from 'vue';
import { load } from '../parts/loaded.tsx';
import type { Loaded } from '../parts/loaded.tsx';
import { get } from './api.ts';

const SOON_MS = 2000;

/**
 * What the derivations of one kind show, asked for again and again while somebody looks.
 *
 * @param kind - what their ids begin with, `permits`
 * @param everyMs - less often where many look all day
 */
export function siteViews<T extends object>(
  kind: string,
  everyMs = SOON_MS,
): { readonly answer: Loaded<unknown>; readonly views: ComputedRef<readonly (T & { readonly id: string })[]> } {
  const answer = load(() => get<Readonly<Record<string, T>>>(`views?kind=${kind}`));
  const timer = setInterval(() => {
    if (!document.hidden) answer.reload();
  }, everyMs);
  onScopeDispose(() => clearInterval(timer));
  return {
    answer,
    views: computed(() => Object.entries(answer.value.value ?? {}).map(([id, view]) => ({ ...view, id }))),
  };
}
