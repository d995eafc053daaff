import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

interface Stored {
  /** Name within the directory. */
  readonly file: string;
  readonly sha256: string;
  readonly bytes: number;
}

export interface PictureStore {
  /** Written whole or not at all; throws what the disk says. */
  readonly put: (name: string, jpeg: Uint8Array) => Stored;
  /** Names of what had to go so that the rest fits, the oldest first. */
  readonly makeRoom: () => readonly string[];
}

/** Names begin with the time, so that they sort by age. */
export function openPictureStore(directory: string, maxBytes: number): PictureStore {
  mkdirSync(directory, { recursive: true });
  const sizes = new Map(
    readdirSync(directory)
      .filter((file) => file.endsWith('.jpg'))
      .toSorted()
      .map((file) => [file, statSync(join(directory, file)).size]),
  );
  let total = [...sizes.values()].reduce((sum, size) => sum + size, 0);

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
    makeRoom() {
      const gone: string[] = [];
      for (const [file, size] of sizes) {
        if (total <= maxBytes) break;
        rmSync(join(directory, file), { force: true });
        sizes.delete(file);
        total -= size;
        gone.push(file);
      }
      return gone;
    },
  };
}
