import { describe, expect, it } from 'vitest';
import { makeBundle } from '#agent/observe/diagnostics/bundle.ts';
import type { BundleParts, DiagnosticPart } from '#agent/observe/diagnostics/bundle.ts';
import { unpacked } from './unpacked.ts';

const bundle = async (
  parts: readonly DiagnosticPart[],
  secrets: readonly string[] = [],
  limits: BundleParts['limits'] = { part: 1000, all: 10_000 },
) => unpacked(await makeBundle({ parts, secrets, now: Date.UTC(2026, 2, 1), version: '1.2.3', limits }));

describe('a diagnostics bundle', () => {
  it('holds its parts, without secrets in their texts or names', async () => {
    const files = await bundle([{ name: 'configuration/hunter2.yaml', read: () => 'a: hunter2\n' }], ['hunter2']);
    expect(files['configuration/[secret].yaml']).toBe('a: [secret]\n');
    expect(files['contents.txt']).toContain('Firewatch 1.2.3, diagnostics bundle of 2026-03-01T00:00:00.000Z');
    expect(JSON.stringify(files)).not.toContain('hunter2');
  });

  it('says in its place why a part can not be had, and holds the others', async () => {
    const files = await bundle([
      { name: 'broken', read: () => Promise.reject(new Error('disk is gone; password: hunter2')) },
      { name: 'good', read: () => 'here' },
    ]);
    expect(files).toMatchObject({ broken: 'not available: disk is gone; password: [secret]\n', good: 'here' });
  });

  it('is bounded, in each part and in all, and says what is left out', async () => {
    const text = `first\n${'x'.repeat(988)}\nlast`;
    const files = await bundle(
      [
        { name: 'log', read: () => text, keeps: 'end' },
        ...Array.from({ length: 9 }, (_, n) => ({ name: `part-${n}`, read: () => text })),
      ],
      [],
      { part: 900, all: 7500 },
    );
    expect(files['log']).toMatch(/last$/);
    expect(files['log']).not.toContain('first');
    expect(files['part-0']).toMatch(/^first/);
    expect(files['part-0']).not.toContain('last');
    const { 'contents.txt': contents, ...others } = files;
    expect(Object.values(others).join('')).toHaveLength(7500);
    expect(files['part-7']).toHaveLength(300);
    expect(files['part-8']).toBeUndefined();
    expect(contents).toContain('log: 900 characters; 99 more at its beginning are left out');
    expect(contents).toContain('part-7: 300 characters; 699 more at its end are left out');
    expect(contents).toContain('part-8: 0 characters; 999 more at its end are left out');
  });
});
