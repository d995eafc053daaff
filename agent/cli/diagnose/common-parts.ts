import { readLogFiles } from '#agent/observe/log-file.ts';
import type { DiagnosticPart } from '#agent/observe/diagnostics/bundle.ts';
import { machineFacts } from '#agent/observe/diagnostics/machine-facts.ts';
import { version } from '../version.ts';

export interface CommonParts {
  /** Texts of the configuration, by the names that people know the files by. */
  readonly files: readonly { readonly name: string; readonly text: string }[];
  /** Of the journal, where the log is kept too. */
  readonly directory: string;
  /** UTC ms. */
  readonly now: number;
}

/** What a bundle holds, whether the agent itself makes it or somebody beside it. */
export const commonParts = ({ files, directory, now }: CommonParts): readonly DiagnosticPart[] => [
  jsonPart('versions.json', () => ({ firewatch: version, platform: process.platform, ...process.versions })),
  jsonPart('machine.json', () => machineFacts({ directories: [directory, '/', '/tmp'], now })),
  ...files.map(({ name, text }) => ({ name: `configuration/${nameInside(name)}`, read: () => text })),
  { name: 'log.jsonl', read: () => readLogFiles(directory), keeps: 'end' },
];

export const jsonPart = (name: string, read: () => unknown): DiagnosticPart => ({
  name,
  read: async () => `${JSON.stringify(await read(), undefined, 2)}\n`,
});

export const linesPart = (name: string, read: () => readonly unknown[]): DiagnosticPart => ({
  name,
  read: () =>
    read()
      .map((one) => `${JSON.stringify(one)}\n`)
      .join(''),
  keeps: 'end',
});

/** Whoever unpacks a bundle finds nothing beside its folder. */
const nameInside = (name: string): string => name.replaceAll(/(^|\/)\.\.(?=\/)/g, '$1up').replace(/^\/+/, '');
