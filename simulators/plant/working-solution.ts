import { clamp, lag } from './dynamics.ts';
import { contact, type TagOf } from './tag.ts';

/** Volumetric heat capacity of the working solution, kJ/(m³·K). */
export const WORKING_SOLUTION_HEAT = 1860;

/** Working solution tank V-1401 with its pumps, and the hydrogenated liquor tank V-1103 with its pump. */
export interface WorkingSolution {
  /** m³ in V-1401. */
  readonly volume: number;
  readonly temperature: number;
  /** 0..1 of rated speed. */
  readonly pumpA: number;
  readonly pumpB: number;
  readonly isRunningA: boolean;
  readonly isRunningB: boolean;
  /** To the hydrogenation tower, m³/h. */
  readonly flow: number;
  /** m³ in V-1103. */
  readonly liquorVolume: number;
  readonly liquorTemperature: number;
  /** g/L as H₂O₂. */
  readonly liquorEfficiency: number;
  readonly liquorPump: number;
  readonly isLiquorPumpRunning: boolean;
  /** To the oxidation tower, m³/h. */
  readonly liquorFlow: number;
}

export interface WorkingSolutionInput {
  readonly runA: number;
  readonly runB: number;
  readonly runLiquor: number;
  /** Raffinate from the extraction column, m³/h and °C. */
  readonly returnFlow: number;
  readonly returnTemperature: number;
  /** From the hydrogenation tower, m³/h, °C, g/L. */
  readonly liquorIn: number;
  readonly liquorInTemperature: number;
  readonly liquorInEfficiency: number;
  /** What the tower can take, m³/h: less than rated when it is full. */
  readonly accepted: number;
  readonly coolingWater: number;
}

const TANK_VOLUME = 150;
const LIQUOR_TANK_VOLUME = 80;

export const workingSolutionAtRest: WorkingSolution = {
  volume: 75,
  temperature: 48,
  pumpA: 1,
  pumpB: 0,
  isRunningA: true,
  isRunningB: false,
  flow: 400,
  liquorVolume: 40,
  liquorTemperature: 59,
  liquorEfficiency: 6.9,
  liquorPump: 1,
  isLiquorPumpRunning: true,
  liquorFlow: 400,
};

export const stepWorkingSolution = (
  from: WorkingSolution,
  input: WorkingSolutionInput,
  dt: number,
): WorkingSolution => {
  const hours = dt / 3600;
  const pumpA = lag(from.pumpA, input.runA, dt, 2);
  const pumpB = lag(from.pumpB, input.runB, dt, 2);
  const liquorPump = lag(from.liquorPump, input.runLiquor, dt, 2);
  // A pump loses suction as its tank runs empty. Two pumps on one line give a third more than one.
  const head = Math.max(pumpA, pumpB) + Math.min(pumpA, pumpB) / 3;
  const flow = Math.min(400 * head * clamp(from.volume / 6, 0, 1), input.accepted);
  const liquorFlow = 400 * liquorPump * clamp(1 + (from.liquorVolume - 40) / 12, 0, 1.5);
  // The cooler on the way back brings it to 48 °C while there is cooling water.
  const cooled =
    input.returnTemperature + (Math.min(48, input.returnTemperature) - input.returnTemperature) * input.coolingWater;
  const liquorHeld = Math.max(from.liquorVolume, 0.5);
  const share = (input.liquorIn * hours) / liquorHeld;
  return {
    volume: from.volume + (input.returnFlow - flow) * hours,
    temperature:
      from.temperature + ((cooled - from.temperature) * input.returnFlow * hours) / Math.max(from.volume, 0.5),
    pumpA,
    pumpB,
    isRunningA: input.runA > 0.5,
    isRunningB: input.runB > 0.5,
    flow,
    liquorVolume: from.liquorVolume + (input.liquorIn - liquorFlow) * hours,
    liquorTemperature: from.liquorTemperature + (input.liquorInTemperature - from.liquorTemperature) * share,
    liquorEfficiency: from.liquorEfficiency + (input.liquorInEfficiency - from.liquorEfficiency) * share,
    liquorPump,
    isLiquorPumpRunning: input.runLiquor > 0.5,
    liquorFlow,
  };
};

const current = (speed: number, isRunning: boolean, flow: number): number =>
  isRunning ? 40 * speed + 65 * (flow / 400) * speed : 0;

export const workingSolutionTags: readonly TagOf<WorkingSolution>[] = [
  {
    point: 'V-1401.level',
    tag: 'LI-1401',
    zh: '工作液槽液位',
    en: 'Working solution tank level',
    kind: 'level',
    unit: '%',
    range: [0, 100],
    noise: 0.04,
    read: (w) => (100 * w.volume) / TANK_VOLUME,
  },
  {
    point: 'V-1401.temperature',
    tag: 'TI-1401',
    zh: '工作液槽温度',
    en: 'Working solution tank temperature',
    kind: 'temperature',
    unit: '°C',
    range: [0, 100],
    noise: 0.05,
    read: (w) => w.temperature,
  },
  {
    point: 'P-1401.discharge-pressure',
    tag: 'PI-1401',
    zh: '工作液泵出口压力',
    en: 'Working solution pump discharge pressure',
    kind: 'pressure',
    unit: 'kPa',
    range: [0, 1600],
    noise: 1.5,
    read: (w) => 1000 * Math.max(w.pumpA, w.pumpB) ** 2 * (1.15 - 0.25 * (w.flow / 400) ** 2),
  },
  contact('P-1401A.running', 'YI-1401A', ['工作液泵A运行', 'Working solution pump A running'], (w) => w.isRunningA),
  contact('P-1401B.running', 'YI-1401B', ['工作液泵B运行', 'Working solution pump B running'], (w) => w.isRunningB),
  {
    point: 'P-1401A.current',
    tag: 'II-1401A',
    zh: '工作液泵A电流',
    en: 'Working solution pump A motor current',
    kind: 'number',
    unit: 'A',
    range: [0, 200],
    noise: 0.3,
    read: (w) => current(w.pumpA, w.isRunningA, w.flow),
  },
  {
    point: 'P-1401B.current',
    tag: 'II-1401B',
    zh: '工作液泵B电流',
    en: 'Working solution pump B motor current',
    kind: 'number',
    unit: 'A',
    range: [0, 200],
    noise: 0.3,
    read: (w) => current(w.pumpB, w.isRunningB, w.flow),
  },
  {
    point: 'V-1103.level',
    tag: 'LI-1103',
    zh: '氢化液槽液位',
    en: 'Hydrogenated liquor tank level',
    kind: 'level',
    unit: '%',
    range: [0, 100],
    noise: 0.04,
    read: (w) => (100 * w.liquorVolume) / LIQUOR_TANK_VOLUME,
  },
  {
    point: 'V-1103.temperature',
    tag: 'TI-1103',
    zh: '氢化液槽温度',
    en: 'Hydrogenated liquor tank temperature',
    kind: 'temperature',
    unit: '°C',
    range: [0, 100],
    noise: 0.05,
    read: (w) => w.liquorTemperature,
  },
  contact(
    'P-1103.running',
    'YI-1103',
    ['氢化液泵运行', 'Hydrogenated liquor pump running'],
    (w) => w.isLiquorPumpRunning,
  ),
];
