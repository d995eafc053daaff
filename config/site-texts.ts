import { dirname } from 'node:path';
import { collectFiles } from './collect-files.ts';
import { Findings } from './findings.ts';
import { References, textsBehind } from './follow-references.ts';
import type { Environment } from './follow-references.ts';
import { readSourceText } from './source-text.ts';

/** The texts of a site, by absolute path; the site file first. */
export type SiteTexts = ReadonlyMap<string, string>;

/** Every file of a site that can be read, whatever its faults. */
export function readSiteTexts(path: string, env: Environment): SiteTexts {
  const findings = new Findings();
  const texts = new Map<string, string>();
  collectFiles(path, {
    findings,
    references: new References(env, findings),
    readText(absolute) {
      const read = readSourceText(absolute);
      if (read.ok) texts.set(absolute, read.text);
      return read;
    },
  });
  return texts;
}

/** What must not be printed: everything that a reference in these texts leads to. */
export const secretsOfTexts = (texts: SiteTexts, env: Environment): readonly string[] => [
  ...new Set([...texts].flatMap(([file, text]) => textsBehind(text, { directory: dirname(file), env }))),
];
