import { KPA_PER_NORMAL_VOLUME, arrhenius, clamp, isClosed, isOpen, lag, stroke } from './dynamics.ts';
import { contact, type TagOf } from './tag.ts';
import { WORKING_SOLUTION_HEAT } from './working-solution.ts';

/** Hydrogenation tower T-1101: 2-ethylanthraquinone + H₂ → hydroquinone over palladium, exothermic. */
export interface Hydrogenation {
  /** Working solution held, m³. */
  readonly volume: number;
  readonly temperature: number;
  /** kPa gauge. */
  readonly pressure: number;
  /** Hydroquinone in the liquor, told as grams of H₂O₂ that it will give, per litre. */
  readonly efficiency: number;
  /** Nm³/h. */
  readonly hydrogenFlow: number;
  readonly reaction: number;
  readonly ventFlow: number;
  /** Liquor leaving, m³/h. */
  readonly outFlow: number;
  readonly inFlow: number;
  readonly controlValve: number;
  readonly hydrogenValve: number;
  readonly outletValve: number;
  /** How long a trip condition has held, s. */
  readonly demandFor: number;
  readonly isTripped: boolean;
}

export interface HydrogenationFeed {
  /** Working solution, m³/h and °C. */
  readonly flow: number;
  readonly temperature: number;
  /** Hydrogen header, kPa gauge. */
  readonly header: number;
  readonly hydrogenOpen: number;
  readonly outletOpen: number;
  readonly catalyst: number;
  readonly interlockBypass: number;
}

export const HYDROGENATION_VOLUME = 60;
const GAS_VOLUME = 20;
const PRESSURE_SETPOINT = 300;
/** All quinone hydrogenated, g/L as H₂O₂. */
const EFFICIENCY_LIMIT = 14;
/** kJ/kmol H₂. */
const REACTION_HEAT = 103e3;
const NORMAL_VOLUME = 22.414;
const PEROXIDE_MOLAR_MASS = 34.015;

export const hydrogenationAtRest: Hydrogenation = {
  volume: 30,
  temperature: 59,
  pressure: 300,
  efficiency: 6.9,
  hydrogenFlow: 1900,
  reaction: 1820,
  ventFlow: 90,
  outFlow: 400,
  inFlow: 400,
  controlValve: 0.5,
  hydrogenValve: 1,
  outletValve: 1,
  demandFor: 0,
  isTripped: false,
};

export const stepHydrogenation = (from: Hydrogenation, feed: HydrogenationFeed, dt: number): Hydrogenation => {
  const hours = dt / 3600;
  const isDemanding = from.temperature > 75 || from.pressure > 450 || from.inFlow < 80;
  const demandFor = isDemanding ? from.demandFor + dt : 0;
  const isTripped = feed.interlockBypass < 0.5 && (from.isTripped || demandFor > 5);

  const hydrogenValve = stroke(from.hydrogenValve, isTripped ? 0 : feed.hydrogenOpen, dt, 3);
  const outletValve = stroke(from.outletValve, feed.outletOpen, dt, 8);
  const controlValve = lag(from.controlValve, clamp(0.5 + (PRESSURE_SETPOINT - from.pressure) / 100, 0, 1), dt, 4);
  const hydrogenFlow = 250 * hydrogenValve * controlValve * Math.sqrt(Math.max(0, feed.header - from.pressure));

  const unreacted = clamp(1 - from.efficiency / EFFICIENCY_LIMIT, 0, 1);
  const rate = 9.1 * feed.catalyst * (from.pressure + 101) * unreacted * (from.volume / 30);
  // With the gas gone the reaction ends: it can use no more than what is in the tower.
  const gas = (from.pressure * GAS_VOLUME) / KPA_PER_NORMAL_VOLUME;
  const reaction = Math.min(rate * arrhenius(from.temperature, 59, 40), hydrogenFlow + (0.5 * gas) / hours);
  const ventFlow = 0.3 * from.pressure;
  const gain = (hydrogenFlow - reaction - ventFlow) * hours;
  const pressure = Math.max(0, from.pressure + (gain * KPA_PER_NORMAL_VOLUME) / GAS_VOLUME);

  const outFlow = 400 * clamp(1 + (from.volume - 30) / 6, 0, 1.6) * outletValve;
  // A full tower backs up: the pump cannot push more in than flows out.
  const inFlow = from.volume >= HYDROGENATION_VOLUME ? Math.min(feed.flow, outFlow) : feed.flow;
  const volume = from.volume + (inFlow - outFlow) * hours;
  const kmol = (reaction * hours) / NORMAL_VOLUME;
  const held = Math.max(volume, 0.5);
  const heat = inFlow * hours * WORKING_SOLUTION_HEAT * (feed.temperature - from.temperature) + kmol * REACTION_HEAT;
  return {
    volume,
    temperature: from.temperature + heat / (held * WORKING_SOLUTION_HEAT),
    pressure,
    efficiency: from.efficiency + (kmol * PEROXIDE_MOLAR_MASS - inFlow * hours * from.efficiency) / held,
    hydrogenFlow,
    reaction,
    ventFlow,
    outFlow,
    inFlow,
    controlValve,
    hydrogenValve,
    outletValve,
    demandFor,
    isTripped,
  };
};

export const hydrogenationTags: readonly TagOf<Hydrogenation>[] = [
  {
    point: 'T-1101.temperature',
    tag: 'TI-1101',
    zh: '氢化塔温度',
    en: 'Hydrogenation tower temperature',
    kind: 'temperature',
    unit: '°C',
    range: [0, 120],
    noise: 0.05,
    read: (t) => t.temperature,
  },
  {
    point: 'T-1101.pressure',
    tag: 'PI-1101',
    zh: '氢化塔顶压力',
    en: 'Hydrogenation tower top pressure',
    kind: 'pressure',
    unit: 'kPa',
    range: [0, 600],
    noise: 0.5,
    read: (t) => t.pressure,
  },
  {
    point: 'T-1101.level',
    tag: 'LI-1101',
    zh: '氢化塔液位',
    en: 'Hydrogenation tower level',
    kind: 'level',
    unit: '%',
    range: [0, 100],
    noise: 0.05,
    read: (t) => (100 * t.volume) / HYDROGENATION_VOLUME,
  },
  {
    point: 'T-1101.working-solution-flow',
    tag: 'FI-1101',
    zh: '工作液进料流量',
    en: 'Working solution feed',
    kind: 'flow',
    unit: 'm³/h',
    range: [0, 600],
    noise: 0.8,
    read: (t) => t.inFlow,
  },
  {
    point: 'T-1101.hydrogen-flow',
    tag: 'FI-1102',
    zh: '氢气进料流量',
    en: 'Hydrogen feed',
    kind: 'flow',
    unit: 'Nm³/h',
    range: [0, 3000],
    noise: 4,
    read: (t) => t.hydrogenFlow,
  },
  {
    point: 'T-1101.vent-flow',
    tag: 'FI-1103',
    zh: '氢化尾气流量',
    en: 'Hydrogenation off-gas',
    kind: 'flow',
    unit: 'Nm³/h',
    range: [0, 300],
    noise: 0.3,
    read: (t) => t.ventFlow,
  },
  {
    point: 'T-1101.efficiency',
    tag: 'AI-1101',
    zh: '氢化效率',
    en: 'Hydrogenation efficiency',
    kind: 'concentration',
    unit: 'g/L',
    range: [0, 15],
    noise: 0.01,
    read: (t) => t.efficiency,
  },
  {
    point: 'FV-1102.position',
    tag: 'ZI-1102',
    zh: '氢气调节阀开度',
    en: 'Hydrogen control valve position',
    kind: 'position',
    unit: '%',
    range: [0, 100],
    noise: 0.05,
    read: (t) => 100 * t.controlValve,
  },
  contact('XV-1101.open', 'ZSO-1101', ['氢气切断阀开到位', 'Hydrogen shut-off valve open'], (t) =>
    isOpen(t.hydrogenValve),
  ),
  contact('XV-1101.closed', 'ZSC-1101', ['氢气切断阀关到位', 'Hydrogen shut-off valve closed'], (t) =>
    isClosed(t.hydrogenValve),
  ),
  contact('XV-1102.open', 'ZSO-1102', ['氢化液出料阀开到位', 'Liquor outlet valve open'], (t) => isOpen(t.outletValve)),
  contact('XV-1102.closed', 'ZSC-1102', ['氢化液出料阀关到位', 'Liquor outlet valve closed'], (t) =>
    isClosed(t.outletValve),
  ),
  contact(
    'T-1101.interlock',
    'XS-1101',
    ['氢化塔联锁动作', 'Hydrogenation tower interlock tripped'],
    (t) => t.isTripped,
  ),
];
