/**
 * What keeps the journal from writing.
 * - `full`: no space left, or the file's limit reached
 * - `read-only`: the disk or file can't be written, mostly remounted by the kernel after faults
 * - `failing`: the disk answers with errors
 * - `damaged`: the database file is not sound any more
 */
export type DiskTrouble = 'full' | 'read-only' | 'failing' | 'damaged';

const troubles: readonly (readonly [RegExp, DiskTrouble])[] = [
  [/^SQLITE_FULL|^ENOSPC|^EDQUOT/, 'full'],
  [/^SQLITE_READONLY|^EROFS|^EACCES|^EPERM|^SQLITE_CANTOPEN/, 'read-only'],
  [/^SQLITE_CORRUPT|^SQLITE_NOTADB/, 'damaged'],
  [/^SQLITE_IOERR|^EIO|^SQLITE_BUSY|^SQLITE_LOCKED|^SQLITE_PROTOCOL/, 'failing'],
];

/** The trouble that an error tells of; undefined for a mistake of ours, which must not be taken for the disk's. */
export function diskTrouble(error: unknown): DiskTrouble | undefined {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return troubles.find(([pattern]) => pattern.test(code))?.[1];
}
