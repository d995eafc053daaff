import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileDropOptions } from '#agent/model/receiver.ts';

/** One file's content and what its manifest says of it. */
export interface Drop {
  readonly text: string;
  readonly messages: number;
  readonly samples: number;
  readonly isSimulated: boolean;
}

/**
 * Puts numbered files into a directory. A data file appears whole, its manifest after it; numbers have no hole within a
 * `series`, whatever crashes: the number is stored before the files appear, and what was under way then is completed.
 */
export interface DropDirectory {
  /** @throws the file system's error; nothing is lost: the next `openDropDirectory` completes what was begun */
  write(drop: Drop): Promise<void>;
  /** Why this may not be put there now, where only so great a share of the room is for it; undefined: it may. */
  whyFull(drop: Drop, share: number): Promise<string | undefined>;
}

/** The number and checksum of the last file; kept where the collector takes nothing away. */
interface LastDrop {
  readonly series: string;
  readonly seq: number;
  readonly sha256: string;
}

const VERSION = 1;
const DIGITS = 10;
const LAST = 'last.json';
const FILES_PER_DROP = 2;
/** At most. */
const MANIFEST_BYTES = 1_000;

/** @throws when the directory does not exist or can't be written to */
export async function openDropDirectory(options: FileDropOptions, site: string): Promise<DropDirectory> {
  const { directory, work, name } = options;
  if (!(await stat(directory)).isDirectory()) throw new Error('it is no directory');
  await mkdir(work, { recursive: true });
  let last = await readLast(join(work, LAST));
  await complete(last.seq);
  let held = await sizeOf(directory);

  async function publish(seq: number): Promise<void> {
    for (const file of [dataNameOf(name, seq), manifestNameOf(name, seq)])
      await rename(join(work, file), join(directory, file));
    await syncDirectory(directory);
  }

  /** What a crash left: files of the number that was stored belong there, others never got that far. */
  async function complete(seq: number): Promise<void> {
    for (const file of await readdir(work)) {
      if (file === LAST) continue;
      if (seq > 0 && (file === dataNameOf(name, seq) || file === manifestNameOf(name, seq))) continue;
      await rm(join(work, file), { force: true });
    }
    for (const file of [dataNameOf(name, seq), manifestNameOf(name, seq)])
      await rename(join(work, file), join(directory, file)).catch(ignoreAbsent);
    await syncDirectory(directory);
  }

  return {
    async write({ text, messages, samples, isSimulated }) {
      const seq = last.seq + 1;
      const bytes = Buffer.from(text);
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      const manifest = {
        version: VERSION,
        site,
        series: last.series,
        seq,
        file: dataNameOf(name, seq),
        bytes: bytes.length,
        sha256,
        previous: last.sha256,
        messages,
        samples,
        sim: isSimulated,
      };
      const manifestBytes = Buffer.from(`${JSON.stringify(manifest)}\n`);
      await writeSynced(join(work, dataNameOf(name, seq)), bytes);
      await writeSynced(join(work, manifestNameOf(name, seq)), manifestBytes);
      const next = { series: last.series, seq, sha256 };
      await writeSynced(join(work, `${LAST}.new`), Buffer.from(JSON.stringify(next)));
      await rename(join(work, `${LAST}.new`), join(work, LAST));
      await syncDirectory(work);
      last = next;
      await publish(seq);
      held = { bytes: held.bytes + bytes.length + manifestBytes.length, files: held.files + FILES_PER_DROP };
    },
    async whyFull({ text }, share) {
      const bytes = Buffer.byteLength(text) + MANIFEST_BYTES;
      const isFull = (): boolean =>
        held.bytes + bytes > options.directoryBytes * share ||
        held.files + FILES_PER_DROP > options.directoryFiles * share;
      // What was taken away since the last look is found out only when it matters.
      if (isFull()) held = await sizeOf(directory);
      return isFull()
        ? `${directory} holds ${held.files} files of ${held.bytes} bytes that nobody has taken away; check the gatekeeper`
        : undefined;
    },
  };
}

const numbered = (name: string, seq: number): string => `${name}-${String(seq).padStart(DIGITS, '0')}`;
const dataNameOf = (name: string, seq: number): string => `${numbered(name, seq)}.ndjson`;
const manifestNameOf = (name: string, seq: number): string => `${numbered(name, seq)}.manifest.json`;

/** Without a last number a new series begins: a receiver sees that it has nothing to expect before it. */
async function readLast(file: string): Promise<LastDrop> {
  const begin = { series: randomUUID(), seq: 0, sha256: '' };
  try {
    const stored: unknown = JSON.parse(await readFile(file, 'utf8'));
    return isLast(stored) ? stored : begin;
  } catch (error) {
    if (error instanceof SyntaxError || isAbsent(error)) return begin;
    throw error;
  }
}

const isLast = (value: unknown): value is LastDrop =>
  typeof value === 'object' &&
  value !== null &&
  'series' in value &&
  typeof value.series === 'string' &&
  'seq' in value &&
  typeof value.seq === 'number' &&
  'sha256' in value &&
  typeof value.sha256 === 'string';

const isAbsent = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT';

function ignoreAbsent(error: unknown): void {
  if (!isAbsent(error)) throw error;
}

async function sizeOf(directory: string): Promise<{ readonly bytes: number; readonly files: number }> {
  let bytes = 0;
  let files = 0;
  for (const file of await readdir(directory)) {
    // Taken away between the two calls: then it counts no longer.
    const found = await stat(join(directory, file)).catch(ignoreAbsent);
    if (!found?.isFile()) continue;
    bytes += found.size;
    files += 1;
  }
  return { bytes, files };
}

async function writeSynced(file: string, bytes: Buffer): Promise<void> {
  const handle = await open(file, 'w', 0o640);
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Not every file system lets a directory be synced; a share then answers for itself. */
async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  try {
    await handle.sync().catch(() => undefined);
  } finally {
    await handle.close();
  }
}
