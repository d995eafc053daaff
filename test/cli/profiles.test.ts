import { describe, expect, it } from 'vitest';
import { tellProfiles } from '#agent/cli/profiles.ts';
import { shippedProfiles } from '#config/load-profile.ts';

describe('firewatch profiles', () => {
  it('lists every profile with what its facts rest on', () => {
    const { text, isGood } = tellProfiles(undefined, false);
    expect(isGood).toBe(true);
    const [header = '', ...rows] = text.split('\n');
    expect(header).toMatch(/^profile +class +confidence +verified +device$/);
    expect(rows.map((row) => row.split(' ')[0])).toEqual(shippedProfiles());
    expect(text).toMatch(/crowcon-vortex +gas-controller +integrator-code +no/);
  });

  it('explains one: its traps, what it leaves out, and what to write', () => {
    const { text } = tellProfiles('draeger-regard-7000', false);
    expect(text).toContain('manual, page 154');
    expect(text).toContain('at most 3 s old');
    expect(text).toContain('not decoded');
    expect(text).toContain('    settings: { value: …, state: …, type: … }');
  });

  it('says which one was meant', () => {
    expect(tellProfiles('dreager-regard-3900', false)).toEqual({
      text: 'there is no device profile "dreager-regard-3900"; did you mean "draeger-regard-3900"?',
      isGood: false,
    });
  });

  it('prints JSON for a script', () => {
    expect(JSON.parse(tellProfiles('msa-ultima-x', true).text)).toMatchObject({ id: 'msa-ultima-x', vendor: 'MSA' });
  });
});
