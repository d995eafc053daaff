import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatFinding } from '#config/findings.ts';
import type { Finding } from '#config/findings.ts';
import { loadSite } from '#config/load-site.ts';
import { drivers } from '#drivers/registry.ts';

/**
 * One folder a broken configuration. `expected.txt` has one line for each fault, in the order in which they are told:
 * `file:line:column path | words that the message holds | …`.
 */
const folder = join(import.meta.dirname, 'fixtures', 'broken');
const names = readdirSync(folder);
const env = { PARK_PASSWORD: 'correct-horse-battery' };

const place = (root: string, { file, line, column, path }: Finding) =>
  `${file.replace(`${root}/`, '')}:${line}:${column} ${path}`.trimEnd();

describe('a broken configuration', () => {
  it('is kept as test data in good number', () => {
    expect(names.length).toBeGreaterThanOrEqual(25);
  });

  it.each(names)('%s is refused, with every fault at its place', (name) => {
    const root = join(folder, name);
    const loaded = loadSite(join(root, 'site.yaml'), { kinds: drivers, env });
    const lines = readFileSync(join(root, 'expected.txt'), 'utf8').trimEnd().split('\n');
    const expected = lines.map((line) => line.split(' | ').map((part) => part.trim()));

    expect(loaded.ok).toBe(false);
    if (loaded.ok) return;
    expect(loaded.errors.map((error) => place(root, error))).toEqual(expected.map(([at]) => at));
    for (const [index, error] of loaded.errors.entries()) {
      const said = formatFinding(error).replaceAll(`${root}/`, '');
      for (const words of expected[index]?.slice(1) ?? []) expect(said).toContain(words);
      expect([error.what, error.why, error.todo]).not.toContain('');
    }
  });
});
