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
 * a newer file and an older one. Lines that the disk refused are counted, and the next that it takes says how many; a line
 * that no file could hold is named in its place.
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
    const bytes = Buffer.byteLength(text);
    if (bytes > largest) {
      put(said(`a line of ${bytes} bytes is left out here`));
      return;
    }
    file ??= open();
    if (size > 0 && size + bytes > largest) {
      close();
      renameSync(newer, older);
      file = open();
    }
    size += writeSync(file, text);
  };

  return {
    write(line) {
      try {
        if (refused > 0) put(said(`the disk refused ${refused} lines here`));
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

const said = (msg: string): string => `${JSON.stringify({ level: 'warn', msg })}\n`;

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
