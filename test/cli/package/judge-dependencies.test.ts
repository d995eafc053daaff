import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { dependencyPolicy } from '#agent/cli/package/dependency-policy.ts';
import { judgeDependencies } from '#agent/cli/package/judge-dependencies.ts';
import type { DependencyPolicy } from '#agent/cli/package/judge-dependencies.ts';

const read = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../../${name}`, import.meta.url), 'utf8')) as unknown;

const policy: DependencyPolicy = {
  licences: ['MIT'],
  licencesOfTools: { a: 'MPL-2.0' },
  licencesSeen: {},
  scriptsSeen: {},
};
const good = { version: '1.0.0', integrity: 'sha512-x', license: 'MIT' };

/** What is said of one package that is locked so. */
function saidOf(entry: object, changes: Partial<DependencyPolicy> = {}): readonly string[] {
  const lock = { lockfileVersion: 3, packages: { '': { name: 'root' }, 'node_modules/a': { ...good, ...entry } } };
  return judgeDependencies({}, lock, { ...policy, ...changes }).map(({ subject, text }) => `${subject}: ${text}`);
}

describe('the audit of dependencies', () => {
  it('finds nothing on what Firewatch is made of', () => {
    const lock = read('package-lock.json') as { readonly packages: object };
    expect(Object.keys(lock.packages).length).toBeGreaterThan(100);
    expect(judgeDependencies(read('package.json'), lock, dependencyPolicy)).toEqual([]);
  });

  it('names versions that are no exact pins', () => {
    const lock = { lockfileVersion: 3, packages: {} };
    const manifest = { dependencies: { a: '^1.2.3', b: '1.2.3' }, devDependencies: { c: 'latest', d: '1.0.0-rc.1' } };
    expect(judgeDependencies(manifest, lock, policy).map(({ subject }) => subject)).toEqual(['a', 'c']);
  });

  it('names licences that nobody accepted, and lets a tool have what nothing shipped may', () => {
    expect(saidOf({})).toEqual([]);
    expect(saidOf({ license: 'AGPL-3.0', dev: true })).toEqual([expect.stringContaining('a@1.0.0: licence AGPL-3.0')]);
    expect(saidOf({ license: undefined })).toEqual([expect.stringContaining('licence not stated')]);
    expect(saidOf({ license: 'MPL-2.0', dev: true })).toEqual([]);
    expect(saidOf({ license: 'MPL-2.0' })).toEqual([expect.stringContaining('licence MPL-2.0')]);
    expect(saidOf({ name: 'b', license: 'MPL-2.0', dev: true })).toEqual([expect.stringContaining('b@1.0.0: licence')]);
    expect(saidOf({ name: 'a-linux-x64', license: 'MPL-2.0', dev: true })).toEqual([]);
  });

  it('accepts what somebody looked at in that version alone, and says when it is no longer there', () => {
    const licencesSeen = { 'a@1.0.0': 'read' };
    expect(saidOf({ license: 'MPL-2.0' }, { licencesSeen })).toEqual([]);
    expect(saidOf({ license: 'MPL-2.0', version: '1.0.1' }, { licencesSeen })).toEqual([
      expect.stringContaining('a@1.0.1: licence MPL-2.0'),
      expect.stringContaining('a@1.0.0: was looked at and is no longer locked'),
    ]);
  });

  it('names scripts that run at installation, missing sums, foreign origins and packages given up', () => {
    expect(saidOf({ hasInstallScript: true })).toEqual([expect.stringContaining('runs a script')]);
    expect(saidOf({ hasInstallScript: true }, { scriptsSeen: { 'a@1.0.0': 'prints' } })).toEqual([]);
    expect(saidOf({ integrity: 'sha1-x' })).toEqual([expect.stringContaining('has no SHA-512')]);
    for (const resolved of ['git+ssh://git@example.com/a.git#1', 'http://example.com/a/-/a-1.0.0.tgz', 'file:../a'])
      expect(saidOf({ resolved })).toEqual([expect.stringContaining('does not come from a registry')]);
    expect(saidOf({ resolved: 'https://registry.example.com/a/-/a-1.0.0.tgz' })).toEqual([]);
    expect(saidOf({ deprecated: 'use b' })).toEqual([expect.stringContaining('given up by its authors (use b)')]);
  });
});
