import { KPA_PER_NORMAL_VOLUME, arrhenius, clamp, isClosed, isOpen, lag, stroke } from './dynamics.ts';
import { contact, type TagOf } from './tag.ts';
import { WORKING_SOLUTION_HEAT } from './working-solution.ts';

/** Oxidation tower T-1201: hydroquinone + O₂ of air → quinone + H₂O₂, cooled by coils. */
export interface Oxidation {
  /** Liquor held, m³. */
  readonly volume: number;
  readonly temperature: number;
  /** Top of the tower follows the bottom with the liquor's residence. */
  readonly topTemperature: number;
  /** kPa gauge. */
  readonly pressure: number;
  /** Not yet oxidized, g/L as H₂O₂. */
  readonly unoxidized: number;
  /** g/L. */
  readonly peroxide: number;
  /** Nm³/h. */
  readonly airFlow: number;
  /** Oxygen in the off-gas, vol %. */
  readonly offGasOxygen: number;
  /** Liquor out to the extraction column, m³/h. */
  readonly outFlow: number;
  readonly airValve: number;
  readonly coolingValve: number;
  /** Cooling water through the coils, m³/h. */
  readonly coolingFlow: number;
}

export interface OxidationFeed {
  readonly flow: number;
  readonly temperature: number;
  readonly efficiency: number;
  readonly airOpen: number;
  /** 0..1 of the cooling water, and its temperature. */
  readonly coolingWater: number;
  readonly coolingTemperature: number;
}

const OXIDATION_VOLUME = 200;
const GAS_VOLUME = 60;
const AIR_FLOW = 11_000;
const OXYGEN_IN_AIR = 0.2095;
const TEMPERATURE_SETPOINT = 52;
/** kJ/kmol. */
const REACTION_HEAT = 85e3;
const PEROXIDE_MOLAR_MASS = 34.015;
const NORMAL_VOLUME = 22.414;

export const oxidationAtRest: Oxidation = {
  volume: 120,
  temperature: 52,
  topTemperature: 52,
  pressure: 241,
  unoxidized: 0.25,
  peroxide: 6.65,
  airFlow: AIR_FLOW,
  offGasOxygen: 5.3,
  outFlow: 400,
  airValve: 1,
  coolingValve: 0.5,
  coolingFlow: 260,
};

export const stepOxidation = (from: Oxidation, feed: OxidationFeed, dt: number): Oxidation => {
  const hours = dt / 3600;
  const airValve = stroke(from.airValve, feed.airOpen, dt, 4);
  const airFlow = AIR_FLOW * airValve * Math.sqrt(clamp((600 - from.pressure) / 359, 0, 1.5));

  const speed = 107 * clamp(from.offGasOxygen / 5, 0, 1.5) * arrhenius(from.temperature, 52, 45);
  // Exact for first-order decay, so that no step oxidizes more than there is.
  const oxidized = from.unoxidized * (1 - Math.exp(-speed * hours));
  const kmol = (oxidized * from.volume) / PEROXIDE_MOLAR_MASS;
  const used = (kmol * NORMAL_VOLUME) / hours;
  const offGas = Math.max(airFlow - used, 1);
  const oxygen = clamp((100 * (airFlow * OXYGEN_IN_AIR - used)) / offGas, 0, 21);

  const outFlow = 400 * clamp(1 + (from.volume - 120) / 20, 0, 1.6);
  const renewed = (feed.flow * hours) / from.volume;
  // Oil coolers before the tower bring the liquor to 50 °C while there is cooling water.
  const feedTemperature = feed.temperature + (Math.min(50, feed.temperature) - feed.temperature) * feed.coolingWater;
  const coolingValve = lag(from.coolingValve, clamp(0.5 + (from.temperature - TEMPERATURE_SETPOINT) / 6, 0, 1), dt, 10);
  const coolingFlow = 520 * coolingValve * feed.coolingWater;
  const cooling = 472e3 * (coolingFlow / 520) * (from.temperature - feed.coolingTemperature) * hours;
  const heat =
    feed.flow * hours * WORKING_SOLUTION_HEAT * (feedTemperature - from.temperature) + kmol * REACTION_HEAT - cooling;
  const temperature = from.temperature + heat / (from.volume * WORKING_SOLUTION_HEAT);
  const gain = (airFlow - used - 38 * from.pressure) * hours;
  return {
    volume: from.volume + (feed.flow - outFlow) * hours,
    temperature,
    topTemperature: lag(from.topTemperature, temperature, dt, 60),
    pressure: Math.max(0, from.pressure + (gain * KPA_PER_NORMAL_VOLUME) / GAS_VOLUME),
    unoxidized: from.unoxidized - oxidized + (feed.efficiency - from.unoxidized) * renewed,
    peroxide: from.peroxide + oxidized - from.peroxide * renewed,
    airFlow,
    offGasOxygen: lag(from.offGasOxygen, oxygen, dt, 20),
    outFlow,
    airValve,
    coolingValve,
    coolingFlow,
  };
};

export const oxidationTags: readonly TagOf<Oxidation>[] = [
  {
    point: 'T-1201.temperature',
    tag: 'TI-1201',
    zh: '氧化塔底温度',
    en: 'Oxidation tower bottom temperature',
    kind: 'temperature',
    unit: '°C',
    range: [0, 120],
    noise: 0.05,
    read: (t) => t.temperature,
  },
  {
    point: 'T-1201.top-temperature',
    tag: 'TI-1202',
    zh: '氧化塔顶温度',
    en: 'Oxidation tower top temperature',
    kind: 'temperature',
    unit: '°C',
    range: [0, 120],
    noise: 0.05,
    read: (t) => t.topTemperature,
  },
  {
    point: 'T-1201.pressure',
    tag: 'PI-1201',
    zh: '氧化塔顶压力',
    en: 'Oxidation tower top pressure',
    kind: 'pressure',
    unit: 'kPa',
    range: [0, 600],
    noise: 0.5,
    read: (t) => t.pressure,
  },
  {
    point: 'T-1201.level',
    tag: 'LI-1201',
    zh: '氧化塔液位',
    en: 'Oxidation tower level',
    kind: 'level',
    unit: '%',
    range: [0, 100],
    noise: 0.05,
    read: (t) => (100 * t.volume) / OXIDATION_VOLUME,
  },
  {
    point: 'T-1201.air-flow',
    tag: 'FI-1201',
    zh: '空气进料流量',
    en: 'Air feed',
    kind: 'flow',
    unit: 'Nm³/h',
    range: [0, 15_000],
    noise: 15,
    read: (t) => t.airFlow,
  },
  {
    point: 'T-1201.outlet-flow',
    tag: 'FI-1202',
    zh: '氧化液出料流量',
    en: 'Oxidized liquor outlet',
    kind: 'flow',
    unit: 'm³/h',
    range: [0, 700],
    noise: 0.8,
    read: (t) => t.outFlow,
  },
  {
    point: 'T-1201.cooling-water-flow',
    tag: 'FI-1203',
    zh: '氧化塔冷却水流量',
    en: 'Oxidation tower cooling water',
    kind: 'flow',
    unit: 'm³/h',
    range: [0, 600],
    noise: 0.8,
    read: (t) => t.coolingFlow,
  },
  {
    point: 'T-1201.off-gas-oxygen',
    tag: 'AI-1201',
    zh: '氧化尾气氧含量',
    en: 'Oxidation off-gas oxygen',
    kind: 'oxygen',
    unit: '%vol',
    range: [0, 25],
    noise: 0.02,
    read: (t) => t.offGasOxygen,
  },
  {
    point: 'T-1201.peroxide',
    tag: 'AI-1202',
    zh: '氧化液双氧水含量',
    en: 'H2O2 in the oxidized liquor',
    kind: 'concentration',
    unit: 'g/L',
    range: [0, 15],
    noise: 0.01,
    read: (t) => t.peroxide,
  },
  contact('XV-1201.open', 'ZSO-1201', ['空气切断阀开到位', 'Air shut-off valve open'], (t) => isOpen(t.airValve)),
  contact('XV-1201.closed', 'ZSC-1201', ['空气切断阀关到位', 'Air shut-off valve closed'], (t) => isClosed(t.airValve)),
];
