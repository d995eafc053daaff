import { createHash } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';

export interface Stored {
  /** Name within the directory. */
  readonly file: string;
  readonly sha256: string;
  readonly bytes: number;
}

/** A film that grows; nobody sees it before it is finished. All throw what the disk says. */
export interface FilmFile {
  /** Appends the bytes of another file. */
  readonly append: (file: string) => void;
  readonly finish: () => Stored;
  readonly drop: () => void;
}

export interface PictureStore {
  /** Written whole or not at all; throws what the disk says. */
  readonly put: (name: string, jpeg: Uint8Array) => Stored;
  /** @param name without ending */
  readonly film: (name: string) => FilmFile;
  /** Names of what had to go so that the rest fits, the oldest first. */
  readonly makeRoom: () => readonly string[];
  /** Removes what is from before `time`, UTC ms; its names, the oldest first. */
  readonly expire: (time: number) => readonly string[];
}

/** Names begin with the time, so that they sort by age. */
export function openPictureStore(directory: string, maxBytes: number): PictureStore {
  mkdirSync(directory, { recursive: true });
  // What an earlier run did not finish.
  for (const file of readdirSync(directory)) if (file.endsWith('.new')) rmSync(join(directory, file), { force: true });
  const sizes = new Map(
    readdirSync(directory)
      .filter((file) => /\.(jpg|ts)$/.test(file))
      .toSorted()
      .map((file) => [file, statSync(join(directory, file)).size]),
  );
  let total = [...sizes.values()].reduce((sum, size) => sum + size, 0);

  const remove = (file: string): void => {
    rmSync(join(directory, file), { force: true });
    total -= sizes.get(file) ?? 0;
    sizes.delete(file);
  };

  return {
    put(name, jpeg) {
      const file = `${name}.jpg`;
      const path = join(directory, file);
      writeFileSync(`${path}.new`, jpeg, { flush: true });
      renameSync(`${path}.new`, path);
      total += jpeg.length - (sizes.get(file) ?? 0);
      sizes.set(file, jpeg.length);
      return { file, sha256: createHash('sha256').update(jpeg).digest('hex'), bytes: jpeg.length };
    },
    film(name) {
      const file = `${name}.ts`;
      const path = join(directory, file);
      const handle = openSync(`${path}.new`, 'w');
      const hash = createHash('sha256');
      let bytes = 0;
      return {
        append(piece) {
          const part = readFileSync(piece);
          writeSync(handle, part);
          hash.update(part);
          bytes += part.length;
        },
        finish() {
          fsyncSync(handle);
          closeSync(handle);
          renameSync(`${path}.new`, path);
          total += bytes - (sizes.get(file) ?? 0);
          sizes.set(file, bytes);
          return { file, sha256: hash.digest('hex'), bytes };
        },
        drop() {
          closeSync(handle);
          rmSync(`${path}.new`, { force: true });
        },
      };
    },
    makeRoom() {
      const gone: string[] = [];
      for (const file of sizes.keys()) {
        if (total <= maxBytes) break;
        remove(file);
        gone.push(file);
      }
      return gone;
    },
    expire(time) {
      const first = timeInName(time);
      const old = [...sizes.keys()].filter((file) => file < first);
      for (const file of old) remove(file);
      return old;
    },
  };
}

/** Names begin with it. @param time UTC ms */
export const timeInName = (time: number): string => new Date(time).toISOString().replaceAll(/[:.]/g, '-');
