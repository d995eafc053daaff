import { readFileSync, writeFileSync } from 'node:fs';
import { readHistory } from '../history.ts';
import { causes } from './causes.ts';
import { BEGIN, figuresSection, withSection } from './section.ts';

/** `node test/bench/figures/main.ts`: writes the recorded figures into both READMEs. */
for (const [name, language] of [
  ['README.md', 'en'],
  ['README.zh-CN.md', 'zh'],
] as const) {
  const file = new URL(`../../../${name}`, import.meta.url);
  const text = withSection(readFileSync(file, 'utf8'), figuresSection(readHistory(), causes, language));
  if (text === undefined) throw new Error(`${name} has no line ${BEGIN} with its end`);
  writeFileSync(file, text);
}
