import { resolve } from 'node:path';
import type { Fault } from './fault.ts';
import type { Findings } from './findings.ts';
import { nearest } from './nearest.ts';
import { valueAt } from './place.ts';
import type { Entry, Path } from './place.ts';
import { shapesAt } from './schema-shape.ts';
import type { Shape } from './schema-shape.ts';
import { holdSecret, SECRET_MARK } from './secret.ts';
import { readSourceText } from './source-text.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Deeper than any value of a site file; also stops at a YAML alias that contains itself. */
const DEEPEST = 32;

const reference = /\$\{([^}]*)\}/g;

/**
 * Follows `${env:NAME}` and `${file:path}` in every text below a path, and holds the result as a secret where the shape
 * asks for one. Paths that could not be followed are reported and returned, so that they are not complained of twice.
 */
export class References {
  readonly #env: Environment;
  readonly #findings: Findings;

  constructor(env: Environment, findings: Findings) {
    this.#env = env;
    this.#findings = findings;
  }

  follow(entry: Entry, shape: Shape): { readonly value: unknown; readonly failed: readonly Path[] } {
    const failed: Path[] = [];
    const visit = (value: unknown, path: Path): unknown => {
      if (typeof value === 'string') {
        if (!value.includes('${')) return value;
        const text = this.#followText(value, entry, path);
        if (text === undefined) failed.push(path);
        if (text === undefined || !wantsSecret(shape, path, entry.value)) return text;
        // A file that is gone later leaves the text that was checked at the start.
        const from = { directory: entry.directory, env: this.#env };
        return holdSecret(value, () => {
          const { followed, faults } = followText(value, from);
          return faults.length === 0 ? followed : text;
        });
      }
      if (typeof value !== 'object' || value === null) return value;
      if (path.length > DEEPEST) {
        this.#findings.errorAt(entry, path.slice(0, 1), tooDeep);
        failed.push(path);
        return undefined;
      }
      if (Array.isArray(value)) return value.map((item: unknown, index) => visit(item, [...path, index]));
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, visit(item, [...path, key])]));
    };
    return { value: visit(entry.value, []), failed };
  }

  #followText(text: string, entry: Entry, path: Path): string | undefined {
    const { followed, found, faults } = followText(text, { directory: entry.directory, env: this.#env });
    for (const [whole, held] of found) this.#findings.hide(held, whole);
    for (const fault of faults) this.#findings.errorAt(entry, path, fault);
    return faults.length === 0 ? followed : undefined;
  }
}

/** What the references in a text lead to, comments included; those that lead nowhere are left out. */
export const textsBehind = (text: string, from: Whence): readonly string[] => [
  ...followText(text, from).found.values(),
];

interface Whence {
  readonly directory: string;
  readonly env: Environment;
}

function followText(text: string, from: Whence) {
  const found = new Map<string, string>();
  const faults: Fault[] = [];
  const followed = text.replaceAll(reference, (whole, name: string) => {
    const held = lookUp(whole, name, from);
    if (typeof held === 'string') found.set(whole, held);
    else faults.push(held);
    return typeof held === 'string' ? held : '';
  });
  return { followed, found, faults };
}

function lookUp(whole: string, name: string, from: Whence): string | Fault {
  const [, scheme, target = ''] = /^(env|file):(.+)$/.exec(name) ?? [];
  if (scheme === 'env') {
    const text = from.env[target];
    return text === undefined || text === '' ? missingVariable(whole, target, text === '', from.env) : text;
  }
  if (scheme === 'file') {
    const read = readSourceText(resolve(from.directory, target));
    return read.ok ? read.text.replace(/\r?\n$/, '') : { ...read.fault, what: `${whole}: ${read.fault.what}` };
  }
  return {
    what: `"${whole}" is no reference`,
    why: 'there are "${env:NAME}" for environment variables and "${file:path}" for files',
    todo: `write "\${env:${/^\w+$/.test(name) ? name : 'NAME'}}" or "\${file:path}"`,
  };
}

const wantsSecret = (shape: Shape, path: Path, value: unknown): boolean =>
  shapesAt(shape, path, value).some((shape) => shape[SECRET_MARK] === true) && valueAt(value, path) !== undefined;

function missingVariable(whole: string, name: string, isEmpty: boolean, env: Environment): Fault {
  const meant = nearest(name, Object.keys(env));
  return {
    what: `${whole}: the environment variable ${name} is ${isEmpty ? 'empty' : 'not set'}`,
    why: 'the value is needed to read the site',
    todo: meant === undefined || isEmpty ? `set ${name} before starting` : `set ${name}, or did you mean "${meant}"?`,
  };
}

const tooDeep: Fault = {
  what: `values are nested more than ${DEEPEST} deep`,
  why: 'no value of a site is; an alias may contain itself',
  todo: 'remove the alias, or nest less deeply',
};
