import { readFileSync, statSync } from 'node:fs';
import type { Fault } from './fault.ts';

/** Large enough for a list of 200,000 points; a larger file is a mistake, and reading it could exhaust memory. */
const MOST_BYTES = 64_000_000;

export type SourceText =
  | { readonly ok: true; readonly text: string }
  | {
      readonly ok: false;
      /** The file could not be opened at all, so that a fault is best told where it is named. */
      readonly isAbsent: boolean;
      readonly offset: { readonly line: number; readonly column: number };
      readonly fault: Fault;
    };

/** Reads a configuration file as UTF-8 text, without its byte order mark. Never throws. */
export function readSourceText(path: string): SourceText {
  const bytes = readBytes(path);
  if (!(bytes instanceof Uint8Array)) return { ...refused(bytes), isAbsent: true };
  if (startsWith(bytes, [0xff, 0xfe]) || startsWith(bytes, [0xfe, 0xff]))
    return refused({ what: 'the file is UTF-16', why: 'expected UTF-8 text', todo: 'save it as "UTF-8"' });
  const zero = bytes.indexOf(0);
  if (zero >= 0)
    return refused(
      { what: 'the file is binary: it holds a zero byte', why: 'expected UTF-8 text', todo: 'name a YAML or CSV file' },
      placeOf(bytes, zero),
    );
  try {
    return { ok: true, text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    return refused(wrongEncoding(bytes), placeOf(bytes, firstInvalid(bytes)));
  }
}

function readBytes(path: string): Uint8Array | Fault {
  try {
    const stat = statSync(path);
    if (!stat.isFile())
      return {
        what: stat.isDirectory() ? 'this is a directory' : 'this is no regular file',
        why: 'expected a YAML or CSV file',
        todo: 'name a file',
      };
    if (stat.size > MOST_BYTES)
      return {
        what: `the file has ${Math.ceil(stat.size / 1e6)} MB`,
        why: `a configuration file has at most ${MOST_BYTES / 1e6} MB`,
        todo: 'split it, or name the right file',
      };
    return readFileSync(path);
  } catch (error) {
    return unreadable((error as NodeJS.ErrnoException).code ?? String(error));
  }
}

/** Why a file can't be read, in words, from the system's error code. */
function unreadable(code: string): Fault {
  if (code === 'ENOENT')
    return { what: 'the file does not exist', why: 'it is needed to read the site', todo: 'check the path' };
  if (code === 'EACCES' || code === 'EPERM')
    return { what: 'the file may not be read', why: `the system refused it (${code})`, todo: 'check owner and mode' };
  return { what: 'the file can not be read', why: `the system said ${code}`, todo: 'check the path' };
}

const refused = (fault: Fault, offset = { line: 1, column: 1 }) =>
  ({ ok: false, isAbsent: false, offset, fault }) as const;

const startsWith = (bytes: Uint8Array, head: readonly number[]) => head.every((byte, index) => bytes[index] === byte);

/** Excel in a Chinese Windows saves "CSV" as GBK; it is worth saying so. */
function wrongEncoding(bytes: Uint8Array): Fault {
  const isChinese = /\p{Script=Han}/u.test(new TextDecoder('gb18030').decode(bytes));
  return {
    what: isChinese ? 'the file is not UTF-8, it looks like GBK' : 'the file is not UTF-8',
    why: 'expected UTF-8 text, so that names reach the receivers unharmed',
    todo: 'save it as "UTF-8" (in Excel: "CSV UTF-8 (comma delimited)")',
  };
}

/** Offset of the first byte that is no UTF-8, by halving: a prefix is valid if it decodes as an unfinished stream. */
function firstInvalid(bytes: Uint8Array): number {
  let [valid, invalid] = [0, bytes.length];
  while (valid < invalid) {
    const middle = Math.floor((valid + invalid) / 2);
    if (isUtf8Start(bytes.subarray(0, middle + 1))) valid = middle + 1;
    else invalid = middle;
  }
  // A lead byte is valid as a start and found out only by what follows: the fault is where its character begins.
  let start = Math.min(valid, bytes.length - 1);
  while (start > 0 && !isUtf8(bytes.subarray(0, start))) start -= 1;
  return start;
}

function isUtf8Start(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** Line and column of a byte; what stands before it is valid UTF-8. */
function placeOf(bytes: Uint8Array, offset: number): { line: number; column: number } {
  const before = new TextDecoder('utf-8').decode(bytes.subarray(0, offset));
  const lines = before.split(/\r\n|\n|\r/);
  return { line: lines.length, column: (lines.at(-1) ?? '').length + 1 };
}
