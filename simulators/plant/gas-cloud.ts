import { clamp, lag } from './dynamics.ts';
import type { TagOf } from './tag.ts';

/** A detector's place, metres east and north of the compressor. */
export interface GasDetector {
  readonly point: string;
  readonly tag: string;
  readonly zh: string;
  readonly en: string;
  readonly x: number;
  readonly y: number;
}

/** Hydrogen detectors (%LEL, catalytic). */
export const gasDetectors: readonly GasDetector[] = [
  {
    point: 'AT-1501.hydrogen',
    tag: 'AT-1501',
    zh: '压缩机东侧氢气',
    en: 'Hydrogen east of the compressor',
    x: 4,
    y: 0,
  },
  {
    point: 'AT-1502.hydrogen',
    tag: 'AT-1502',
    zh: '压缩机厂房氢气',
    en: 'Hydrogen in the compressor house',
    x: 9,
    y: 2,
  },
  {
    point: 'AT-1503.hydrogen',
    tag: 'AT-1503',
    zh: '压缩机西侧氢气',
    en: 'Hydrogen west of the compressor',
    x: -6,
    y: -3,
  },
  {
    point: 'AT-1101.hydrogen',
    tag: 'AT-1101',
    zh: '氢化塔一层氢气',
    en: 'Hydrogen at the hydrogenation tower',
    x: 16,
    y: -2,
  },
  {
    point: 'AT-1102.hydrogen',
    tag: 'AT-1102',
    zh: '氢化塔二层氢气',
    en: 'Hydrogen above the hydrogenation tower',
    x: 24,
    y: 3,
  },
  {
    point: 'AT-1103.hydrogen',
    tag: 'AT-1103',
    zh: '工作液槽区氢气',
    en: 'Hydrogen at the working solution tanks',
    x: 20,
    y: 24,
  },
];

/**
 * Hydrogen around a leak: strength in rings of 2 m that the wind carries outward, and what each detector shows. Between
 * the floors and walls of a unit a plume thins about with the distance, and is widest downwind; a detector follows with
 * its own T90 of some 10 s.
 */
export interface GasCloud {
  readonly rings: readonly number[];
  readonly readings: readonly number[];
}

export interface Leak {
  readonly rate: number;
  readonly x: number;
  readonly y: number;
  readonly windSpeed: number;
  readonly windFrom: number;
}

const RING = 2;
const RINGS = 32;
/** %LEL·m per kg/s in a wind of 1 m/s: 4 %vol of hydrogen is 100 %LEL. */
const STRENGTH = 3.2e4;

export const gasCloudAtRest: GasCloud = { rings: Array(RINGS).fill(0), readings: gasDetectors.map(() => 0) };

export const stepGasCloud = (from: GasCloud, leak: Leak, dt: number): GasCloud => {
  // Hydrogen spreads by itself at some 0.4 m/s in still air.
  const speed = Math.max(0.4, leak.windSpeed);
  const carried = clamp((speed * dt) / RING, 0, 1);
  const rings = from.rings.map((here, ring) => {
    const upwind = ring === 0 ? leak.rate : (from.rings[ring - 1] ?? 0);
    return here + carried * (upwind - here);
  });
  const readings = gasDetectors.map((detector, index) => {
    // A catalytic bead levels off just below full scale.
    const at = clamp(detectorConcentration(rings, detector, leak) / speed, 0, 99.5);
    return lag(from.readings[index] ?? 0, at, dt, 4.5);
  });
  return { rings, readings };
};

const detectorConcentration = (rings: readonly number[], detector: GasDetector, leak: Leak): number => {
  const east = detector.x - leak.x;
  const north = detector.y - leak.y;
  const distance = Math.hypot(east, north);
  const strength = rings[Math.min(Math.floor(distance / RING), RINGS - 1)] ?? 0;
  // The wind blows towards `windFrom` + 180°; compass degrees run clockwise from north.
  const towards = ((leak.windFrom + 180) * Math.PI) / 180;
  const along = distance === 0 ? 1 : (east * Math.sin(towards) + north * Math.cos(towards)) / distance;
  const spread = 0.05 + 0.95 * Math.exp(-(Math.acos(clamp(along, -1, 1)) ** 2) / 0.5);
  return (STRENGTH * strength * spread) / Math.max(distance, 2);
};

export const gasCloudTags: readonly TagOf<GasCloud>[] = gasDetectors.map((detector, index) => ({
  point: detector.point,
  tag: detector.tag,
  zh: detector.zh,
  en: detector.en,
  kind: 'gas-combustible',
  unit: '%LEL',
  range: [0, 100],
  noise: 0.05,
  // A catalytic bead creeps a little below zero; its panel cuts that off.
  read: (cloud) => cloud.readings[index] ?? 0,
}));
