import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import type { SiteTexts } from '#config/site-texts.ts';

const schema = z.object({
  savedAt: z.number(),
  files: z.array(z.tuple([z.string(), z.string()])),
  /** Digest of a configuration that made things worse, and is not to be tried again by itself. */
  refused: z.string().optional(),
});

export interface LastGood {
  /** UTC ms. */
  readonly savedAt: number;
  readonly texts: SiteTexts;
  readonly refused?: string;
}

/** Reads the files of a configuration that was loaded. */
export const textsOf = (files: readonly string[]): SiteTexts =>
  new Map(files.map((file) => [file, readFileSync(file, 'utf8')]));

export const digestOf = (texts: SiteTexts): string =>
  createHash('sha256')
    .update(JSON.stringify([...texts].toSorted(([a], [b]) => a.localeCompare(b))))
    .digest('hex');

/** Kept beside the journal, so that the agent can start when somebody left a broken file behind. */
export function saveLastGood(directory: string, { savedAt, texts, refused }: LastGood): void {
  mkdirSync(directory, { recursive: true });
  const file = fileIn(directory);
  writeFileSync(`${file}.new`, JSON.stringify({ savedAt, files: [...texts], refused }), { mode: 0o600, flush: true });
  renameSync(`${file}.new`, file);
}

/** Undefined when nothing was kept, or what was kept is damaged. */
export function readLastGood(directory: string): LastGood | undefined {
  try {
    const { savedAt, files, refused } = schema.parse(JSON.parse(readFileSync(fileIn(directory), 'utf8')));
    return { savedAt, texts: new Map(files), ...(refused !== undefined && { refused }) };
  } catch {
    return undefined;
  }
}

/** Where the journal of a site file is, even if the file has faults elsewhere. */
export function journalDirectoryOf(site: string): string {
  return resolve(dirname(resolve(site)), writtenDirectory(site) ?? './data');
}

function writtenDirectory(site: string): string | undefined {
  try {
    const root: unknown = parse(readFileSync(site, 'utf8'), { strict: false, logLevel: 'silent' });
    const journal: unknown = typeof root === 'object' && root !== null ? Reflect.get(root, 'journal') : undefined;
    const directory: unknown =
      typeof journal === 'object' && journal !== null ? Reflect.get(journal, 'directory') : undefined;
    return typeof directory === 'string' ? directory : undefined;
  } catch {
    return undefined;
  }
}

const fileIn = (directory: string): string => join(directory, 'last-good-configuration.json');
