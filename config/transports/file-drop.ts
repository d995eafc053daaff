import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import type { FileDropOptions } from '#agent/model/receiver.ts';
import { duration, LONGEST_TIMER_MS } from '../duration.ts';
import type { Entry } from '../place.ts';
import { size } from '../size.ts';

export const fileDropSchema = z.strictObject({
  kind: z.literal('file-drop'),
  directory: z
    .string()
    .min(1)
    .meta({
      description: 'directory from which the gatekeeper takes files, relative to this file; it must exist',
      examples: ['/srv/gatekeeper/out'],
    }),
  work: z
    .string()
    .min(1)
    .meta({
      description: 'directory on the same file system that the gatekeeper does not look into; default <directory>.work',
      examples: ['/srv/gatekeeper/.firewatch'],
    })
    .optional(),
  every: duration({ min: 10, max: LONGEST_TIMER_MS })
    .meta({ description: 'samples are gathered for so long into one file; alarms wait for nothing' })
    .prefault('1s'),
  directorySize: size({ min: 100_000 })
    .meta({
      description: 'what may wait in the directory; beyond it messages stay in the journal until files are taken',
    })
    .prefault('1GB'),
  directoryFiles: z
    .number()
    .int()
    .min(10)
    .meta({ description: 'files that may wait in the directory' })
    .prefault(20_000),
});

/** @param name beginning of the files' names */
export function readFileDrop(text: z.output<typeof fileDropSchema>, name: string, entry: Entry): FileDropOptions {
  const { kind, every, directorySize, directoryFiles } = text;
  const directory = resolve(entry.directory, text.directory);
  const work = text.work === undefined ? `${directory}.work` : resolve(entry.directory, text.work);
  return {
    kind,
    url: pathToFileURL(directory).href,
    directory,
    work: resolve(work, name),
    name,
    everyMs: every,
    directoryBytes: directorySize,
    directoryFiles,
  };
}
