import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { staleSchemas, writeSchemas } from '#agent/cli/schema.ts';
import { drivers } from '#drivers/registry.ts';

const repository = join(import.meta.dirname, '../..');

describe('firewatch schema', () => {
  it('has published what the code says now', () => {
    expect(staleSchemas(repository, drivers)).toEqual([]);
  });

  it('writes the site, its parts and the messages, and sees when one is stale', () => {
    const root = mkdtempSync(join(tmpdir(), 'firewatch-schema-'));
    onTestFinished(() => rmSync(root, { recursive: true, force: true }));
    const all = writeSchemas(root, drivers);
    expect(all).toEqual(expect.arrayContaining(['config/site.schema.json', 'config/site-part.schema.json']));
    expect(all.length).toBeGreaterThan(2);
    expect(staleSchemas(root, drivers)).toEqual([]);

    writeFileSync(join(root, 'config/site.schema.json'), '{}\n');
    rmSync(join(root, 'config/site-part.schema.json'));
    expect(staleSchemas(root, drivers)).toEqual(['config/site.schema.json', 'config/site-part.schema.json']);
  });

  it('names every kind of source', () => {
    const text = readFileSync(join(repository, 'config/site.schema.json'), 'utf8');
    for (const { kind, summary } of drivers) {
      expect(text).toContain(`"const": "${kind}"`);
      expect(text).toContain(summary);
    }
  });
});
