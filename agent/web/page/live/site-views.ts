import { computed, onScopeDispose } from 'vue';
import type { ComputedRef } from 'vue';
import { load } from '../parts/loaded.tsx';
import type { Loaded } from '../parts/loaded.tsx';
import { get } from './api.ts';

const EVERY_MS = 2000;

/**
 * What the derivations of one kind show, asked for again and again while somebody looks.
 *
 * @param kind - what their ids begin with, `permits`
 */
export function siteViews<T extends object>(
  kind: string,
): { readonly answer: Loaded<unknown>; readonly views: ComputedRef<readonly (T & { readonly id: string })[]> } {
  const answer = load(() => get<Readonly<Record<string, T>>>(`views?kind=${kind}`));
  const timer = setInterval(() => {
    if (!document.hidden) answer.reload();
  }, EVERY_MS);
  onScopeDispose(() => clearInterval(timer));
  return {
    answer,
    views: computed(() => Object.entries(answer.value.value ?? {}).map(([id, view]) => ({ ...view, id }))),
  };
}
