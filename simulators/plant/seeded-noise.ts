/**
 * Gaussian noise (mean 0, deviation 1) as a pure function of seed, tag and step, so that a run is repeatable whichever
 * tags are read and however often. Sum of four uniforms: bounded, which a real transmitter's noise is too.
 */
export const seededNoise = (seed: number, tag: number, step: number): number => {
  let sum = 0;
  for (let part = 0; part < 4; part += 1) sum += hash(seed, tag, step * 4 + part);
  // Four uniforms on 0..1 have mean 2 and variance 4/12.
  return (sum - 2) * Math.sqrt(3);
};

/** The finalizer of MurmurHash3 over the three numbers, as 0..1. */
const hash = (a: number, b: number, c: number): number => {
  let h = Math.imul(a, 0x9e3779b1) ^ Math.imul(b + 1, 0x85ebca77) ^ Math.imul(c + 1, 0xc2b2ae3d);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return ((h ^ (h >>> 16)) >>> 0) / 0x1_0000_0000;
};
