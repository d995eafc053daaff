import { describe, expect, it } from 'vitest';
import { shippedProfile, shippedProfiles } from '#config/load-profile.ts';
import { expectedOf, tellGolden } from './golden-channel.ts';

const profiles = shippedProfiles();

describe('the profiles', () => {
  it('are there', () => {
    expect(profiles.length).toBeGreaterThanOrEqual(10);
  });

  describe.each(profiles)('%s', (id) => {
    const profile = shippedProfile(id);
    it.each(profile.golden.map((frame) => [frame.about, frame] as const))('decodes: %s', (_, frame) => {
      expect(tellGolden(profile, frame)).toEqual(expectedOf(profile, frame));
    });

    it('shows something good, and something doubtful where it measures', () => {
      const all = profile.golden.flatMap((frame) => Object.values(expectedOf(profile, frame)));
      expect(all.some((one) => typeof one !== 'object')).toBe(true);
      const measures = Object.keys(profile.readings).length > 0;
      expect(all.some((one) => typeof one === 'object')).toBe(measures);
    });
  });
});
