import { ref, watchEffect } from 'vue';
import { accountsWords } from './accounts-words.ts';
import { alarmFiguresWords } from './alarm-figures-words.ts';
import { alarmsWords } from './alarms-words.ts';
import { camerasWords } from './cameras-words.ts';
import { commissioningWords } from './commissioning-words.ts';
import { configurationWords } from './configuration-words.ts';
import { frameWords } from './frame-words.ts';
import { overviewWords } from './overview-words.ts';
import { peopleWords } from './people-words.ts';
import { planWords } from './plan-words.ts';
import { plantWords } from './plant-words.ts';
import { reasonsWords } from './reasons-words.ts';
import { sourcesWords } from './sources-words.ts';
import { systemWords } from './system-words.ts';
import { trendsWords } from './trends-words.ts';
import { uplinksWords } from './uplinks-words.ts';
import { workWords } from './work-words.ts';

const words = {
  ...accountsWords,
  ...alarmFiguresWords,
  ...alarmsWords,
  ...camerasWords,
  ...commissioningWords,
  ...configurationWords,
  ...frameWords,
  ...overviewWords,
  ...peopleWords,
  ...planWords,
  ...plantWords,
  ...reasonsWords,
  ...sourcesWords,
  ...systemWords,
  ...trendsWords,
  ...uplinksWords,
  ...workWords,
};

export type Word = keyof typeof words;
export const hasWord = (text: string): text is Word => Object.hasOwn(words, text);
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
  words[word][language.value].replaceAll(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''));

/** A text of the configuration, which comes in both languages. */
export const inLanguage = (text: { readonly zh: string; readonly en: string } | undefined): string =>
  text === undefined ? '' : text[language.value];

/** A code of the agent in the language of the page; as it is where there is no word for it. */
export function codeText(group: 'reason' | 'lane' | 'stream' | 'people.role' | 'alarm.event', code: string): string {
  const word = `${group}.${code}`;
  return hasWord(word) ? t(word) : code;
}
