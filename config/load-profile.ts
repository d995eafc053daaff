import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkEntry } from './check-entry.ts';
import type { Reading } from './check-entry.ts';
import type { DeviceProfile } from './device-profile.ts';
import type { Fault } from './fault.ts';
import { Findings } from './findings.ts';
import { References } from './follow-references.ts';
import { suggest } from './nearest.ts';
import { checkProfile } from './profile-rules.ts';
import { profileSchema } from './profile-schema.ts';
import { formOf } from './schema-shape.ts';
import { readSourceText } from './source-text.ts';
import { parseYaml } from './yaml-file.ts';

/** The profiles that come with Firewatch. */
const shippedFolder = fileURLToPath(new URL('./devices', import.meta.url));

/** Ids of the profiles that come with Firewatch, sorted. */
export const shippedProfiles = (): readonly string[] =>
  readdirSync(shippedFolder)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => basename(file, '.yaml'))
    .toSorted();

export type LoadedProfile =
  | { readonly profile: DeviceProfile }
  /** Why there is none; undefined when its own file's faults have been reported. */
  | { readonly fault: Fault | undefined };

/**
 * Reads device profiles, each once. Faults inside a profile are reported at their place in its own file.
 */
export class ProfileShelf {
  readonly #reading: Reading;
  readonly #read = new Map<string, LoadedProfile>();
  /** Paths of the profiles read that are the site's own. */
  readonly ownFiles: string[] = [];

  constructor(reading: Reading) {
    this.#reading = reading;
  }

  /**
   * @param name id of a shipped profile, or the path of a YAML file of the site's own
   * @param directory what a path is relative to
   */
  take(name: string, directory: string): LoadedProfile {
    const isPath = /\.ya?ml$/i.test(name);
    const file = isPath ? resolve(directory, name) : join(shippedFolder, `${name}.yaml`);
    const known = this.#read.get(file);
    if (known) return known;
    const loaded = this.#load(name, file, isPath);
    this.#read.set(file, loaded);
    return loaded;
  }

  #load(name: string, file: string, isPath: boolean): LoadedProfile {
    if (!isPath && (!/^[a-z0-9-]+$/.test(name) || !existsSync(file)))
      return {
        fault: {
          what: `there is no device profile "${name}"`,
          why: 'a profile says what the registers of a make and model mean',
          todo: `${suggest(name, shippedProfiles(), 'write the path of a profile of your own, my-panel.yaml')} ("firewatch profiles" lists them)`,
        },
      };
    const text = this.#reading.readText(file);
    if (!text.ok) return { fault: { ...text.fault, what: `${name}: ${text.fault.what}` } };
    if (isPath) this.ownFiles.push(file);
    const shown = isPath ? name : `config/devices/${name}.yaml`;
    const { findings } = this.#reading;
    const root = parseYaml(text.text, { shown, directory: dirname(file) }, findings);
    if (!root) return { fault: undefined };
    const profile = checkEntry(profileForm, root, this.#reading);
    if (!profile) return { fault: undefined };
    const before = findings.errorCount;
    checkProfile(profile, basename(file).replace(/\.ya?ml$/i, ''), root, findings);
    return findings.errorCount === before ? { profile } : { fault: undefined };
  }
}

const profileForm = formOf(profileSchema);

/** One shipped profile, for commands and tests. Throws with every fault of it. */
export function shippedProfile(id: string): DeviceProfile {
  const findings = new Findings();
  const shelf = new ProfileShelf({ findings, references: new References({}, findings), readText: readSourceText });
  const loaded = shelf.take(id, shippedFolder);
  if ('profile' in loaded) return loaded.profile;
  const faults = loaded.fault ? [loaded.fault] : findings.errors([]);
  throw new Error(faults.map(({ what, why, todo }) => `${id}: ${what}; ${why}; ${todo}`).join('\n'));
}
