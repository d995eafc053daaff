import { KPA_PER_NORMAL_VOLUME, clamp, lag } from './dynamics.ts';
import { contact, type TagOf } from './tag.ts';

/** Hydrogen compressor C-1501 and the header behind it. */
export interface Compressor {
  /** 0..1 of rated speed. */
  readonly speed: number;
  /** Hydrogen delivered, Nm³/h. */
  readonly flow: number;
  /** Header, kPa gauge. */
  readonly header: number;
  /** Discharge, °C. */
  readonly temperature: number;
  /** Bearing housing, mm/s rms. */
  readonly vibration: number;
  /** Lube oil, kPa gauge. */
  readonly lubeOil: number;
  readonly isRunning: boolean;
}

export interface CompressorLoad {
  readonly run: number;
  readonly imbalance: number;
  /** What leaves the header: to the tower and through a leak, Nm³/h. */
  readonly demand: number;
}

const CAPACITY = 2600;
const SHUT_OFF_KPA = 620;
const HEADER_VOLUME = 20;

export const compressorAtRest: Compressor = {
  speed: 1,
  flow: 1900,
  header: 532,
  temperature: 98,
  vibration: 2.1,
  lubeOil: 260,
  isRunning: true,
};

/** Delivers less against more pressure, so that the header finds its own level; a trip lets it run down. */
export const stepCompressor = (from: Compressor, load: CompressorLoad, dt: number): Compressor => {
  const speed = lag(from.speed, load.run, dt, load.run > from.speed ? 6 : 4);
  const flow = CAPACITY * speed * clamp((SHUT_OFF_KPA - from.header) / 120, 0, 1);
  const header = from.header + (((flow - load.demand) / 3600) * KPA_PER_NORMAL_VOLUME * dt) / HEADER_VOLUME;
  return {
    speed,
    flow,
    header: Math.max(0, header),
    temperature: lag(from.temperature, 35 + 63 * speed * (0.6 + 0.4 * (header / 532)), dt, 90),
    vibration: lag(from.vibration, speed * (2.1 + load.imbalance), dt, 3),
    lubeOil: lag(from.lubeOil, 260 * Math.min(1, speed * 1.4), dt, 5),
    isRunning: load.run > 0.5,
  };
};

export const compressorTags: readonly TagOf<Compressor>[] = [
  contact('C-1501.running', 'YI-1501', ['氢气压缩机运行', 'Hydrogen compressor running'], (c) => c.isRunning),
  {
    point: 'C-1501.speed',
    tag: 'SI-1501',
    zh: '氢气压缩机转速',
    en: 'Hydrogen compressor speed',
    kind: 'speed',
    unit: 'rpm',
    range: [0, 1000],
    noise: 0.8,
    read: (c) => 740 * c.speed,
  },
  {
    point: 'C-1501.current',
    tag: 'II-1501',
    zh: '氢气压缩机电流',
    en: 'Hydrogen compressor motor current',
    kind: 'number',
    unit: 'A',
    range: [0, 400],
    noise: 0.6,
    read: (c) => (c.isRunning ? 60 * c.speed + 170 * (c.flow / 1900) : 0),
  },
  {
    point: 'C-1501.flow',
    tag: 'FI-1501',
    zh: '氢气压缩机出口流量',
    en: 'Hydrogen compressor delivery',
    kind: 'flow',
    unit: 'Nm³/h',
    range: [0, 3000],
    noise: 4,
    read: (c) => c.flow,
  },
  {
    point: 'C-1501.temperature',
    tag: 'TI-1501',
    zh: '氢气压缩机出口温度',
    en: 'Hydrogen compressor discharge temperature',
    kind: 'temperature',
    unit: '°C',
    range: [0, 200],
    noise: 0.1,
    read: (c) => c.temperature,
  },
  {
    point: 'C-1501.vibration',
    tag: 'VI-1501',
    zh: '氢气压缩机振动',
    en: 'Hydrogen compressor vibration',
    kind: 'vibration',
    unit: 'mm/s',
    range: [0, 25],
    noise: 0.05,
    read: (c) => c.vibration,
  },
  {
    point: 'C-1501.lube-oil-pressure',
    tag: 'PI-1505',
    zh: '氢气压缩机润滑油压力',
    en: 'Hydrogen compressor lube oil pressure',
    kind: 'pressure',
    unit: 'kPa',
    range: [0, 600],
    noise: 0.8,
    read: (c) => c.lubeOil,
  },
  {
    point: 'H2-header.pressure',
    tag: 'PI-1503',
    zh: '氢气总管压力',
    en: 'Hydrogen header pressure',
    kind: 'pressure',
    unit: 'kPa',
    range: [0, 1000],
    noise: 0.8,
    read: (c) => c.header,
  },
];
