import { describe, expect, it } from 'vitest';
import { fingerprint } from '#agent/line/fingerprint.ts';
import { sourceMembers } from '#agent/line/members.ts';
import { holdSecret } from '#config/secret.ts';
import { loadSite } from '#config/load-site.ts';
import { drivers } from '#drivers/registry.ts';

describe('a fingerprint', () => {
  it('tells apart what JSON alone would not', () => {
    const texts = [{ a: 1n }, { a: 2n }, { a: new Map([['x', 1]]) }, { a: new Map([['x', 2]]) }, { a: '1' }].map(
      fingerprint,
    );
    const secrets = ['${env:A}', '${env:B}'].map((reference) => fingerprint({ key: holdSecret(reference, () => 'x') }));
    expect(new Set([...texts, ...secrets]).size).toBe(texts.length + 2);
    expect(fingerprint({ a: 1n, b: new Map([['x', 1]]) })).toBe(fingerprint({ a: 1n, b: new Map([['x', 1]]) }));
  });

  it('of every source of the demo site is the same each time the files are read', () => {
    const read = () => {
      const loaded = loadSite('config/sites/demo/site.yaml', { kinds: drivers });
      if (!loaded.ok) throw new Error('the demo site has faults');
      return sourceMembers(loaded.config).map((member) => member.fingerprint);
    };
    expect(read().length).toBeGreaterThan(1);
    expect(read()).toEqual(read());
  });
});
