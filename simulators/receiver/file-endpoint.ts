import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Delivered } from './message-check.ts';

interface Manifest {
  readonly version: number;
  readonly site: string;
  readonly series: string;
  readonly seq: number;
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly previous: string;
  readonly messages: number;
  readonly sim: boolean;
}

interface Line {
  readonly topic: string;
  readonly contentType: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly text?: string;
  readonly base64?: string;
}

export interface FileEndpoint {
  /** Takes every complete file away, in the order of their numbers, and hands its messages on. Returns how many. */
  readonly collect: () => number;
  /** What did not fit: a missing number, a checksum, a file without its manifest's form. */
  readonly faults: readonly string[];
}

/** The far side of a gatekeeper: believes a file only with its manifest, and follows numbers and checksums. */
export function createFileEndpoint(directory: string, take: (delivered: Delivered) => void): FileEndpoint {
  const faults: string[] = [];
  const last = new Map<string, Manifest>();

  const open = (name: string): void => {
    const manifest = JSON.parse(readFileSync(join(directory, name), 'utf8')) as Manifest;
    const bytes = readFileSync(join(directory, manifest.file));
    const before = last.get(manifest.series);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    if (sha256 !== manifest.sha256 || bytes.length !== manifest.bytes) faults.push(`${manifest.file}: checksum`);
    if (manifest.seq !== (before?.seq ?? 0) + 1) faults.push(`${manifest.file}: after ${before?.seq ?? 0}`);
    if (manifest.previous !== (before?.sha256 ?? '')) faults.push(`${manifest.file}: does not follow the one before`);
    last.set(manifest.series, manifest);
    const lines = bytes.toString('utf8').trimEnd().split('\n');
    if (lines.length !== manifest.messages) faults.push(`${manifest.file}: ${lines.length} messages`);
    for (const text of lines) {
      const { topic, contentType, properties, ...rest } = JSON.parse(text) as Line;
      if (properties['sim'] === 'true' && !manifest.sim) faults.push(`${manifest.file}: simulated, not marked so`);
      const payload = rest.text === undefined ? Buffer.from(rest.base64 ?? '', 'base64') : Buffer.from(rest.text);
      take({ site: manifest.site, topic, payload, contentType, userProperties: properties });
    }
    for (const file of [manifest.file, name]) rmSync(join(directory, file));
  };

  return {
    faults,
    collect() {
      const manifests = readdirSync(directory)
        .filter((name) => name.endsWith('.manifest.json'))
        .sort();
      for (const name of manifests) open(name);
      return manifests.length;
    },
  };
}
