import { clamp, lag } from './dynamics.ts';
import type { TagOf } from './tag.ts';

/** Cooling water, weather, and the air between the tanks. */
export interface Surroundings {
  /** kPa gauge. */
  readonly coolingWaterPressure: number;
  readonly coolingWaterTemperature: number;
  readonly windSpeed: number;
  readonly windFrom: number;
  readonly ambient: number;
  /** How near a thunderstorm is: 0 far away, 1 overhead. */
  readonly storm: number;
  /** Oxygen beside each tank, vol %. */
  readonly oxygen: readonly [number, number];
}

export interface SurroundingsInput {
  readonly coolingWater: number;
  readonly coolingTemperature: number;
  readonly windSpeed: number;
  readonly windFrom: number;
  readonly ambient: number;
  readonly storm: number;
  /** Oxygen from the tanks' vents, kg/s. */
  readonly vented: readonly [number, number];
}

export const surroundingsAtRest: Surroundings = {
  coolingWaterPressure: 420,
  coolingWaterTemperature: 28,
  windSpeed: 2,
  windFrom: 270,
  ambient: 26,
  storm: 0,
  oxygen: [20.9, 20.9],
};

export const stepSurroundings = (from: Surroundings, input: SurroundingsInput, dt: number): Surroundings => {
  const beside = (tank: 0 | 1): number =>
    lag(from.oxygen[tank], 20.9 + clamp((2.5 * input.vented[tank]) / Math.max(0.5, input.windSpeed), 0, 9), dt, 15);
  return {
    coolingWaterPressure: lag(from.coolingWaterPressure, 420 * input.coolingWater, dt, 6),
    coolingWaterTemperature: lag(from.coolingWaterTemperature, input.coolingTemperature, dt, 30),
    windSpeed: lag(from.windSpeed, input.windSpeed, dt, 5),
    windFrom: input.windFrom,
    ambient: input.ambient,
    storm: lag(from.storm, input.storm, dt, 20),
    oxygen: [beside(0), beside(1)],
  };
};

/** What the DCS shows of it. */
export const utilityTags: readonly TagOf<Surroundings>[] = [
  {
    point: 'CW.pressure',
    tag: 'PI-1601',
    zh: '循环水压力',
    en: 'Cooling water pressure',
    kind: 'pressure',
    unit: 'kPa',
    range: [0, 800],
    noise: 0.8,
    read: (s) => s.coolingWaterPressure,
  },
  {
    point: 'CW.temperature',
    tag: 'TI-1601',
    zh: '循环水上水温度',
    en: 'Cooling water supply temperature',
    kind: 'temperature',
    unit: '°C',
    range: [0, 60],
    noise: 0.03,
    read: (s) => s.coolingWaterTemperature,
  },
];

/** What the tank-farm PLC shows of it. */
export const tankYardTags: readonly TagOf<Surroundings>[] = [
  {
    point: 'weather.wind-speed',
    tag: 'SI-2901',
    zh: '风速',
    en: 'Wind speed',
    kind: 'speed',
    unit: 'm/s',
    range: [0, 60],
    noise: 0.1,
    read: (s) => s.windSpeed,
  },
  {
    point: 'weather.wind-direction',
    tag: 'ZI-2901',
    zh: '风向',
    en: 'Wind direction (from)',
    kind: 'position',
    unit: '°',
    range: [0, 360],
    noise: 1.5,
    read: (s) => s.windFrom,
  },
  {
    point: 'weather.temperature',
    tag: 'TI-2901',
    zh: '环境温度',
    en: 'Ambient temperature',
    kind: 'temperature',
    unit: '°C',
    range: [-40, 60],
    noise: 0.03,
    read: (s) => s.ambient,
  },
  {
    point: 'AT-2101.oxygen',
    tag: 'AT-2101',
    zh: 'TK-2101 罐区氧含量',
    en: 'Oxygen beside TK-2101',
    kind: 'oxygen',
    unit: '%vol',
    range: [0, 30],
    noise: 0.02,
    read: (s) => s.oxygen[0],
  },
  {
    point: 'AT-2102.oxygen',
    tag: 'AT-2102',
    zh: 'TK-2102 罐区氧含量',
    en: 'Oxygen beside TK-2102',
    kind: 'oxygen',
    unit: '%vol',
    range: [0, 30],
    noise: 0.02,
    read: (s) => s.oxygen[1],
  },
];
