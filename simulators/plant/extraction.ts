import { clamp, isClosed, isOpen, lag, stroke } from './dynamics.ts';
import { contact, type TagOf } from './tag.ts';

/** Extraction column T-1301: pure water takes the H₂O₂ out of the liquor. Its liquor side is always full. */
export interface Extraction {
  /** Aqueous phase below the interface: kg of water and of H₂O₂. */
  readonly water: number;
  readonly peroxide: number;
  readonly temperature: number;
  /** Left in the raffinate, g/L. */
  readonly raffinate: number;
  readonly waterFlow: number;
  readonly outletValve: number;
  /** Product leaving, kg/h of each. */
  readonly productWater: number;
  readonly productPeroxide: number;
}

export interface ExtractionFeed {
  /** Oxidized liquor: m³/h, g/L, °C. */
  readonly flow: number;
  readonly peroxide: number;
  readonly temperature: number;
  /** 0..1 of the pure water wanted. */
  readonly waterSupply: number;
  readonly outletOpen: number;
  /** True if a storage tank takes the product. */
  readonly canSend: boolean;
}

const AQUEOUS_SPAN = 60;

export const extractionAtRest: Extraction = {
  water: 23_800,
  peroxide: 8_900,
  temperature: 47,
  raffinate: 0.2,
  waterFlow: 7.2,
  outletValve: 1,
  productWater: 7200,
  productPeroxide: 2680,
};

/** m³; 1 kg of dissolved H₂O₂ takes the room of 0.69 kg of water. */
const aqueous = (of: Extraction): number => (of.water + 0.69 * of.peroxide) / 1000;

export const stepExtraction = (from: Extraction, feed: ExtractionFeed, dt: number): Extraction => {
  const hours = dt / 3600;
  const outletValve = stroke(from.outletValve, feed.canSend ? feed.outletOpen : 0, dt, 10);
  const waterFlow = lag(from.waterFlow, 0.018 * feed.flow * feed.waterSupply, dt, 8);
  const brought = feed.flow * feed.peroxide;
  // Less water, worse transfer; a column full of water floods and transfers little.
  const transfer =
    0.97 * clamp(waterFlow / (0.0165 * Math.max(feed.flow, 1)), 0, 1) * clamp((AQUEOUS_SPAN - aqueous(from)) / 2, 0, 1);
  const extracted = brought * transfer;
  const volumeOut = 9.05 * clamp(1 + (aqueous(from) - 30) / 6, 0, 1.6) * outletValve;
  const share = (volumeOut * hours) / Math.max(aqueous(from), 0.5);
  return {
    water: from.water + waterFlow * 1000 * hours - from.water * share,
    peroxide: from.peroxide + extracted * hours - from.peroxide * share,
    temperature: lag(from.temperature, feed.temperature - 5, dt, 300),
    raffinate: lag(from.raffinate, feed.flow > 1 ? (brought - extracted) / feed.flow : 0, dt, 60),
    waterFlow,
    outletValve,
    productWater: (from.water * share) / hours,
    productPeroxide: (from.peroxide * share) / hours,
  };
};

export const extractionTags: readonly TagOf<Extraction>[] = [
  {
    point: 'T-1301.interface-level',
    tag: 'LI-1301',
    zh: '萃取塔界面',
    en: 'Extraction column interface',
    kind: 'level',
    unit: '%',
    range: [0, 100],
    noise: 0.1,
    read: (t) => (100 * aqueous(t)) / AQUEOUS_SPAN,
  },
  {
    point: 'T-1301.temperature',
    tag: 'TI-1301',
    zh: '萃取塔温度',
    en: 'Extraction column temperature',
    kind: 'temperature',
    unit: '°C',
    range: [0, 100],
    noise: 0.05,
    read: (t) => t.temperature,
  },
  {
    point: 'T-1301.water-flow',
    tag: 'FI-1301',
    zh: '萃取纯水流量',
    en: 'Pure water to extraction',
    kind: 'flow',
    unit: 'm³/h',
    range: [0, 15],
    noise: 0.01,
    read: (t) => t.waterFlow,
  },
  {
    point: 'T-1301.product-flow',
    tag: 'FI-1302',
    zh: '萃取液产品流量',
    en: 'Extract to storage',
    kind: 'flow',
    unit: 't/h',
    range: [0, 20],
    noise: 0.01,
    read: (t) => (t.productWater + t.productPeroxide) / 1000,
  },
  {
    point: 'T-1301.product-concentration',
    tag: 'AI-1302',
    zh: '萃取液双氧水浓度',
    en: 'H2O2 in the extract',
    kind: 'concentration',
    unit: 'wt%',
    range: [0, 50],
    noise: 0.02,
    read: (t) => (100 * t.peroxide) / (t.peroxide + t.water),
  },
  {
    point: 'T-1301.raffinate-peroxide',
    tag: 'AI-1301',
    zh: '萃余液双氧水含量',
    en: 'H2O2 in the raffinate',
    kind: 'concentration',
    unit: 'g/L',
    range: [0, 5],
    noise: 0.003,
    read: (t) => t.raffinate,
  },
  contact('XV-1301.open', 'ZSO-1301', ['产品出料阀开到位', 'Product outlet valve open'], (t) => isOpen(t.outletValve)),
  contact('XV-1301.closed', 'ZSC-1301', ['产品出料阀关到位', 'Product outlet valve closed'], (t) =>
    isClosed(t.outletValve),
  ),
];
