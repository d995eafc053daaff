import { describe, expect, it } from 'vitest';
import { shippedProfile, shippedProfiles } from '#config/load-profile.ts';
import { fuzzProfile } from '#test/bench/profile-fuzz.ts';

const FRAMES = 20_000;

describe('random and damaged frames', () => {
  it.each(shippedProfiles())('make no good value, and no error, of %s', (id) => {
    const { tried, caught, falsified } = fuzzProfile(shippedProfile(id), FRAMES, 7);
    expect(falsified).toEqual([]);
    expect(tried).toBe(FRAMES);
    const isBits = Object.values(shippedProfile(id).registers).every(({ type }) => type === 'bits');
    expect(caught > FRAMES / 8).toBe(!isBits);
  });
});
