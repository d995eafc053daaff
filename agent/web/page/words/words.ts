import { ref, watchEffect } from 'vue';
import { chinese } from './chinese.ts';
import { english } from './english.ts';

export type Word = keyof typeof chinese;
export type Language = 'zh' | 'en';

const STORED = 'firewatch.language';
const isLanguage = (text: string | null): text is Language => text === 'zh' || text === 'en';
const stored = localStorage.getItem(STORED);

/** Chinese first, unless somebody chose. */
export const language = ref<Language>(isLanguage(stored) ? stored : 'zh');

watchEffect(() => {
  localStorage.setItem(STORED, language.value);
  document.documentElement.lang = language.value === 'zh' ? 'zh-CN' : 'en';
});

/** A word of the page, with `{name}` replaced. */
export const t = (word: Word, values: Readonly<Record<string, string | number>> = {}): string =>
  (language.value === 'zh' ? chinese : english)[word].replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    String(values[name] ?? ''),
  );

/** A text of the configuration, which comes in both languages. */
export const inLanguage = (text: { readonly zh: string; readonly en: string } | undefined): string =>
  text === undefined ? '' : text[language.value];
