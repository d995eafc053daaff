import * as fc from 'fast-check';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadSite } from '#config/load-site.ts';
import type { LoadedSite } from '#config/load-site.ts';
import { drivers } from '#drivers/registry.ts';
import { siteFolder } from './site-folder.ts';

const minimal = join(import.meta.dirname, '../../config/sites/minimal');
const good = { yaml: readFileSync(join(minimal, 'site.yaml')), csv: readFileSync(join(minimal, 'points.csv')) };
const env = { PARK_PASSWORD: 'correct-horse' };

/** What people and editors do to files, and what only a fuzzer does. */
const piece = fc.oneof(
  fc.constantFrom(...'\t | " | \' | { | } | [ | ] | : | - | # | &a | *a | <<: *a | !x | , | \r\n | \n'.split(' | ')),
  fc.constantFrom(
    'null',
    'true',
    '-1',
    '.nan',
    '.inf',
    '1e999',
    '${env:X}',
    '${file:/}',
    '${',
    '__proto__: 1',
    '\uFEFF',
    '℃',
  ),
  fc.string({ unit: 'binary', maxLength: 6 }),
);

const mutation = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  remove: fc.nat({ max: 30 }),
  insert: fc.oneof(
    piece.map((text) => Buffer.from(text)),
    fc.uint8Array({ maxLength: 4 }).map((bytes) => Buffer.from(bytes)),
  ),
});

type Mutation = { at: number; remove: number; insert: Buffer };

const mutate = (bytes: Buffer, mutations: readonly Mutation[]): Buffer =>
  mutations.reduce((current, { at, remove, insert }) => {
    const start = Math.floor(at * current.length);
    return Buffer.concat([current.subarray(0, start), insert, current.subarray(start + remove)]);
  }, bytes);

/** Refused with at least one error that names an existing line, or accepted. */
function expectAnswer(loaded: LoadedSite, texts: Readonly<Record<string, string>>): void {
  if (loaded.ok) return;
  expect(loaded.errors.length).toBeGreaterThan(0);
  for (const { file, line, column, what, why, todo } of loaded.errors) {
    const lines = (texts[file] ?? '').split(/\r\n|\r|\n/);
    expect(line).toBeGreaterThanOrEqual(1);
    expect(line).toBeLessThanOrEqual(lines.length + 1);
    expect(column).toBeGreaterThanOrEqual(1);
    expect([what, why, todo]).not.toContain('');
    expect(`${what}${why}${todo}`).not.toContain(env.PARK_PASSWORD);
  }
}

describe('a mutated site', () => {
  it('is answered, never crashed on', () => {
    const root = siteFolder({});
    const paths = { yaml: join(root, 'site.yaml'), csv: join(root, 'points.csv') };
    const mutations = fc.array(mutation, { maxLength: 4 });
    let refused = 0;
    fc.assert(
      fc.property(mutations, mutations, (inYaml, inCsv) => {
        const yaml = mutate(good.yaml, inYaml);
        const csv = mutate(good.csv, inCsv);
        writeFileSync(paths.yaml, yaml);
        writeFileSync(paths.csv, csv);
        const loaded = loadSite(paths.yaml, { kinds: drivers, env });
        if (!loaded.ok) refused += 1;
        expectAnswer(loaded, { [paths.yaml]: yaml.toString(), [paths.csv]: csv.toString() });
      }),
      { numRuns: 200 },
    );
    expect(refused).toBeGreaterThan(50);
  });

  it('nested without end is refused', () => {
    const root = siteFolder({
      'a.yaml': '['.repeat(200_000),
      'b.yaml': `x: ${'{a: '.repeat(50_000)}`,
      'c.yaml': '- '.repeat(50_000),
    });
    for (const name of ['a.yaml', 'b.yaml', 'c.yaml'])
      expect(loadSite(join(root, name), { kinds: drivers }).ok).toBe(false);
  });
});
