import { closeSync, fstatSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';

export interface LogFile {
  /** Adds a line, which ends with its line feed. Never throws: a full disk must not end what the line is about. */
  readonly write: (line: string) => void;
}

/** Two files of this size at most. Bytes */
const LARGEST = 1_000_000;

/**
 * Keeps the last lines of the log on disk, for those who ask after the process is gone, or where nobody else keeps them:
 * a newer file and an older one. Lines that the disk refused are counted, and the next that it takes says how many.
 */
export function openLogFile(directory: string, largest = LARGEST): LogFile {
  const [newer, older] = logFilesIn(directory);
  let file: number | undefined;
  let size = 0;
  let refused = 0;

  const open = (): number => {
    mkdirSync(directory, { recursive: true });
    const opened = openSync(newer, 'a', 0o600);
    size = fstatSync(opened).size;
    return opened;
  };
  const close = (): void => {
    const opened = file;
    file = undefined;
    if (opened !== undefined) closeSync(opened);
  };
  const put = (text: string): void => {
    file ??= open();
    if (size > 0 && size + text.length > largest) {
      close();
      renameSync(newer, older);
      file = open();
    }
    size += writeSync(file, text);
  };

  return {
    write(line) {
      try {
        if (refused > 0) put(`${JSON.stringify({ level: 'warn', msg: `the disk refused ${refused} lines here` })}\n`);
        refused = 0;
        put(line);
      } catch {
        refused += 1;
        try {
          close();
        } catch {
          // It is opened anew for the next line.
        }
      }
    },
  };
}

/** What was kept, the oldest line first; empty where nothing was. */
export const readLogFiles = (directory: string): string =>
  logFilesIn(directory)
    .toReversed()
    .map((file) => {
      try {
        return readFileSync(file, 'utf8');
      } catch {
        return '';
      }
    })
    .join('');

const logFilesIn = (directory: string): readonly [newer: string, older: string] => [
  join(directory, 'log.jsonl'),
  join(directory, 'log-before.jsonl'),
];
