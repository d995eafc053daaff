import { realpathSync } from 'node:fs';
import { dirname, extname, isAbsolute, join, resolve } from 'node:path';
import { checkEntry } from './check-entry.ts';
import type { Reading } from './check-entry.ts';
import type { DerivedEntries } from './derived/read-derived.ts';
import { derivedSections } from './derived/sections.ts';
import { show } from './explain-issue.ts';
import type { Fault } from './fault.ts';
import { isMapping } from './mapping.ts';
import { suggest } from './nearest.ts';
import { entryBelow } from './place.ts';
import type { Entry, Place } from './place.ts';
import { parsePointsCsv } from './points-csv.ts';
import { formOf } from './schema-shape.ts';
import { includeSection } from './site-schema.ts';
import { parseYaml } from './yaml-file.ts';

/** Every piece of a site, from the site file and all that it includes, each with its own place. */
export interface Collected {
  /** The site file itself; undefined when it could not be read or parsed. */
  readonly site: Entry | undefined;
  readonly sources: readonly Entry[];
  readonly devices: readonly Entry[];
  readonly points: readonly Entry[];
  readonly receivers: readonly Entry[];
  readonly suppression: readonly Entry[];
  /** By the key of their list. */
  readonly derived: DerivedEntries;
  /** Files in the order in which they were read, as shown to people and as absolute paths. */
  readonly shown: readonly string[];
  readonly paths: readonly string[];
}

const plainLists = ['sources', 'devices', 'points', 'receivers', 'suppression'] as const;
const lists: readonly string[] = [...plainLists, ...derivedSections.map(({ key }) => key)];
const fragmentKeys = ['include', ...lists];
const siteKeys = [
  'site',
  'journal',
  'shelving',
  'page',
  'opcuaServer',
  'evidence',
  'people',
  'standby',
  ...fragmentKeys,
];

/** More included files than this, or deeper ones, are a mistake. */
const MOST_FILES = 500;

const includeForm = formOf(includeSection);

/** Reads a site file and everything that it includes. Never throws. */
export function collectFiles(path: string, reading: Reading): Collected {
  const collector = new Collector(reading);
  const site = collector.readFile({ shown: path, absolute: resolve(path) }, undefined, []);
  return { site, ...collector.found(), shown: collector.shown, paths: collector.paths };
}

interface FilePath {
  readonly shown: string;
  readonly absolute: string;
}

class Collector {
  readonly #found: Record<string, Entry[]> = Object.fromEntries(lists.map((list): [string, Entry[]] => [list, []]));
  readonly shown: string[] = [];
  readonly paths: string[] = [];
  readonly #reading: Reading;
  /** Real path of every file read, and where it was included. */
  readonly #seen = new Map<string, Place | undefined>();

  constructor(reading: Reading) {
    this.#reading = reading;
  }

  found(): Pick<Collected, (typeof plainLists)[number] | 'derived'> {
    const of = (list: string): readonly Entry[] => this.#found[list] ?? [];
    return {
      sources: of('sources'),
      devices: of('devices'),
      points: of('points'),
      receivers: of('receivers'),
      suppression: of('suppression'),
      derived: Object.fromEntries(derivedSections.map(({ key }) => [key, of(key)])),
    };
  }

  /** @param includedAt where the file is named; undefined for the site file */
  readFile(file: FilePath, includedAt: Entry | undefined, parents: readonly string[]): Entry | undefined {
    const { findings } = this.#reading;
    const real = realPath(file.absolute);
    const refusal = this.#refuse(file, real, parents);
    if (refusal) {
      if (includedAt) findings.errorAt(includedAt, [], refusal);
      return undefined;
    }
    this.#seen.set(real, includedAt?.at([]));
    const read = this.#reading.readText(file.absolute);
    if (!read.ok && read.isAbsent && includedAt) {
      findings.errorAt(includedAt, [], { ...read.fault, what: `${file.shown}: ${read.fault.what}` });
      return undefined;
    }
    this.shown.push(file.shown);
    this.paths.push(file.absolute);
    if (!read.ok) {
      findings.error({ file: file.shown, ...read.offset }, '', read.fault);
      return undefined;
    }
    const names = { shown: file.shown, directory: dirname(file.absolute) };
    if (extname(file.absolute).toLowerCase() === '.csv' && includedAt) {
      this.#found['points']?.push(...parsePointsCsv(read.text, names, findings));
      return undefined;
    }
    const root = parseYaml(read.text, names, findings);
    if (root) this.#takeApart(root, file, includedAt === undefined, [...parents, real]);
    return root;
  }

  #refuse(file: FilePath, real: string, parents: readonly string[]): Fault | undefined {
    if (parents.includes(real))
      return {
        what: `${file.shown} includes itself`,
        why: `it is being read already${parents.length > 1 ? `, through ${parents.length - 1} other file(s)` : ''}`,
        todo: 'remove this include',
      };
    if (this.#seen.has(real)) {
      const first = this.#seen.get(real);
      return {
        what: `${file.shown} is included twice`,
        why: first
          ? `it is included at ${first.file}:${first.line}:${first.column} already`
          : 'it is the site file itself',
        todo: 'remove one of them',
      };
    }
    if (this.#seen.size >= MOST_FILES)
      return {
        what: 'too many files',
        why: `a site has at most ${MOST_FILES}`,
        todo: 'put points together in fewer files',
      };
    if (!/\.(ya?ml|csv|json)$/i.test(file.absolute) && parents.length > 0)
      return {
        what: `${file.shown} is neither YAML nor CSV`,
        why: 'the ending of the name says how a file is read',
        todo: 'name it .yaml or .csv',
      };
    return undefined;
  }

  #takeApart(root: Entry, file: FilePath, isSite: boolean, parents: readonly string[]): void {
    if (!isMapping(root.value)) {
      this.#reading.findings.errorAt(root, [], {
        what: root.value === null ? 'the file is empty' : `expected keys with values, found ${show(root.value)}`,
        why: isSite ? 'a site file starts with "site:"' : `an included file holds lists: ${lists.join(', ')}`,
        todo: isSite ? 'start with "site:"' : `write one of ${fragmentKeys.join(', ')}`,
      });
      return;
    }
    this.#checkKeys(root, root.value, isSite);
    for (const list of lists) this.#takeList(root, root.value, list);
    if (root.value['include'] === undefined || root.value['include'] === null) return;
    const section = entryBelow(root, ['include']);
    const names = checkEntry(includeForm, section, this.#reading) ?? [];
    for (const [index, name] of names.entries()) {
      const shown = isAbsolute(name) ? name : join(dirname(file.shown), name);
      const absolute = resolve(dirname(file.absolute), name);
      this.readFile({ shown, absolute }, entryBelow(section, [index]), parents);
    }
  }

  #checkKeys(root: Entry, value: Readonly<Record<string, unknown>>, isSite: boolean): void {
    const known = isSite ? siteKeys : fragmentKeys;
    for (const key of Object.keys(value)) {
      if (known.includes(key)) continue;
      const isOfSite = siteKeys.includes(key);
      this.#reading.findings.errorAt(
        root,
        [key],
        {
          what: isOfSite ? `"${key}" in an included file` : `unknown key "${key}"`,
          why: isOfSite ? 'it belongs to the site file alone' : `known here: ${known.join(', ')}`,
          todo: isOfSite
            ? 'move it there'
            : suggest(
                key,
                known.filter((name) => !(name in value)),
                'delete it',
              ),
        },
        'key',
      );
    }
  }

  /** An empty list may be left empty: everything below the key may be commented out. */
  #takeList(root: Entry, value: Readonly<Record<string, unknown>>, list: string): void {
    const items = value[list];
    if (items === undefined || items === null) return;
    if (Array.isArray(items)) {
      for (const index of items.keys()) this.#found[list]?.push(entryBelow(root, [list, index]));
      return;
    }
    this.#reading.findings.errorAt(root, [list], {
      what: `expected a list, found ${show(items)}`,
      why: `"${list}" holds one entry for each`,
      todo: 'start every entry with "- "',
    });
  }
}

/** Two names of one file (a link, `./`) are one file. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
