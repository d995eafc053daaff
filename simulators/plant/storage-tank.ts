import { arrhenius, clamp, isClosed, isOpen, lag, stroke } from './dynamics.ts';
import { contact, type TagOf } from './tag.ts';

/**
 * H₂O₂ storage tank with its decomposition: H₂O₂ → H₂O + ½ O₂, 98 kJ/mol. Contamination multiplies the rate; the heat
 * cannot leave a full tank, so the rate feeds itself; oxygen lifts the pressure and, as hold-up, the level.
 */
export interface StorageTank {
  /** kg. */
  readonly water: number;
  readonly peroxide: number;
  readonly temperature: number;
  /** Vapour space, follows the liquid. */
  readonly topTemperature: number;
  /** kPa gauge. */
  readonly pressure: number;
  /** Share of gas in the liquid, 0..0.4. */
  readonly holdUp: number;
  /** What of the contamination is mixed in by now. */
  readonly contamination: number;
  /** Decomposition, kg H₂O₂/s. */
  readonly decomposition: number;
  /** Oxygen out of the vent, kg/s. */
  readonly ventFlow: number;
  readonly inletValve: number;
  readonly outletValve: number;
  readonly isRoofOpen: boolean;
  /** Since the start, kg: oxygen made, water evaporated, run over into the bund. Closes the mass balance. */
  readonly oxygenMade: number;
  readonly evaporated: number;
  readonly spilled: number;
}

export interface StorageTankInput {
  readonly inletOpen: number;
  readonly outletOpen: number;
  /** 0..1 of each valve: 1 does not move. */
  readonly inletFriction: number;
  readonly outletFriction: number;
  /** Product offered to the inlet valve, kg/h of each, and its temperature. */
  readonly waterIn: number;
  readonly peroxideIn: number;
  readonly temperatureIn: number;
  /** Drawn by the loading pump, kg/h of solution. */
  readonly drawn: number;
  /** Emergency dilution, m³/h. */
  readonly dilution: number;
  readonly contamination: number;
  readonly ambient: number;
}

/** 8 m across and 10 m high. */
const AREA = 50.3;
const HEIGHT = 10;
const HEAT_CAPACITY = 3.7;
/** kJ per kg H₂O₂. */
const DECOMPOSITION_HEAT = 2883;
const OXYGEN_SHARE = 0.4704;
/** Clean product loses about 1 % a year at 30 °C. */
const CLEAN_RATE = 3.2e-10;
/** Per unit of contamination at 30 °C, 1/s. */
const CATALYSED_RATE = 4e-5;
/** The roof seam is made to fail first (frangible joint), kPa. */
const ROOF_FAILS_AT = 15;

export const storageTankAtRest = (peroxide: number, isFilling: boolean): StorageTank => ({
  water: (peroxide * 72.5) / 27.5,
  peroxide,
  temperature: 31,
  topTemperature: 29,
  pressure: 0.3,
  holdUp: 0,
  contamination: 0,
  decomposition: 0,
  ventFlow: 0,
  inletValve: isFilling ? 1 : 0,
  outletValve: isFilling ? 0 : 1,
  isRoofOpen: false,
  oxygenMade: 0,
  evaporated: 0,
  spilled: 0,
});

/** m³ of liquid without its gas. */
const liquidVolume = (tank: Pick<StorageTank, 'water' | 'peroxide'>): number =>
  (tank.water + 0.69 * tank.peroxide) / 1000;

/** Percent of the height, with the gas that swells it. */
export const tankLevel = (tank: StorageTank): number =>
  (100 * liquidVolume(tank)) / (AREA * HEIGHT * (1 - tank.holdUp));

/** Seconds from end to end. */
const strokeTime = (friction: number): number => 12 / Math.max(0, 1 - friction);

export const stepStorageTank = (from: StorageTank, input: StorageTankInput, dt: number): StorageTank => {
  const inletValve = stroke(from.inletValve, input.inletOpen, dt, strokeTime(input.inletFriction));
  const outletValve = stroke(from.outletValve, input.outletOpen, dt, strokeTime(input.outletFriction));
  const mass = from.water + from.peroxide;
  const strength = from.peroxide / Math.max(mass, 1);

  const contamination = lag(from.contamination, input.contamination, dt, 90);
  const rate =
    CLEAN_RATE * arrhenius(from.temperature, 30, 90) +
    CATALYSED_RATE * contamination * arrhenius(from.temperature, 30, 62);
  const decomposed = from.peroxide * (1 - Math.exp(-rate * dt));
  const oxygen = decomposed * OXYGEN_SHARE;

  const waterIn = ((input.waterIn + input.dilution * 1000) * dt) / 3600;
  const peroxideIn = (input.peroxideIn * dt) / 3600;
  const drawn = Math.min((input.drawn * dt) / 3600, mass);
  const cold = ((input.dilution * 1000 * dt) / 3600) * (20 - from.temperature);
  const fed = ((input.waterIn + input.peroxideIn) * dt) / 3600;
  const sensible = HEAT_CAPACITY * (fed * (input.temperatureIn - from.temperature) + cold);
  const lost = 1.2 * (from.temperature - input.ambient) * dt;
  const heated =
    from.temperature + (decomposed * DECOMPOSITION_HEAT + sensible - lost) / (Math.max(mass, 500) * HEAT_CAPACITY);
  // It boils at about 105 °C; then heat makes steam instead of temperature.
  const temperature = Math.min(heated, 105);
  const evaporated = Math.min(((heated - temperature) * mass * HEAT_CAPACITY) / 2257, from.water * 0.5);

  // Superficial gas velocity against the rise of bubbles, which in a wide tank churn up at some 0.8 m/s, gives the hold-up.
  const gasVelocity = ((oxygen / dt / 32 + evaporated / dt / 18) * 8.314 * (from.temperature + 273)) / 101.3 / AREA;
  const holdUp = lag(from.holdUp, clamp(gasVelocity / (gasVelocity + 0.8), 0, 0.4), dt, 5);

  const isRoofOpen = from.isRoofOpen || from.pressure > ROOF_FAILS_AT;
  // Breather first, emergency vent from 4 kPa on, then the roof. kmol/s per kPa.
  const vent = 0.004 + 0.05 * clamp((from.pressure - 4) / 2, 0, 1) + (isRoofOpen ? 1 : 0);
  const space = Math.max(20, AREA * HEIGHT - liquidVolume(from));
  const made = oxygen / 32 + evaporated / 18 + ((waterIn + peroxideIn) / 1000) * 0.0395;
  const stiffness = (8.314 * (from.temperature + 273)) / space;
  // Implicit, because the open roof empties the space faster than a step lasts. 0.3 kPa is the nitrogen blanket.
  const pressure =
    Math.max(0, from.pressure + made * stiffness + 0.3 * vent * stiffness * dt) / (1 + vent * stiffness * dt);
  const water = from.water + waterIn + decomposed * (1 - OXYGEN_SHARE) - evaporated - drawn * (1 - strength);
  const peroxide = from.peroxide + peroxideIn - decomposed - drawn * strength;
  const kept = Math.min(1, (AREA * HEIGHT) / Math.max(liquidVolume({ water, peroxide }), 1));
  return {
    water: water * kept,
    peroxide: peroxide * kept,
    temperature,
    topTemperature: lag(from.topTemperature, temperature - 2, dt, 40),
    pressure,
    holdUp,
    contamination,
    decomposition: decomposed / dt,
    ventFlow: vent * pressure * 32 * clamp(oxygen / dt / 0.01, 0, 1),
    inletValve,
    outletValve,
    isRoofOpen,
    oxygenMade: from.oxygenMade + oxygen,
    evaporated: from.evaporated + evaporated,
    spilled: from.spilled + (water + peroxide) * (1 - kept),
  };
};

/** The two tanks carry the same instruments: `number` is the tank's, `valves` those of inlet and outlet. */
export const storageTankTags = (
  number: 2101 | 2102,
  valves: readonly [number, number],
): readonly TagOf<StorageTank>[] => {
  const tank = `TK-${number}`;
  const names = (zh: string, en: string): { zh: string; en: string } => ({ zh: `${tank} ${zh}`, en: `${tank} ${en}` });
  const limitSwitches = (valve: number, words: readonly [string, string], position: (t: StorageTank) => number) => [
    contact<StorageTank>(
      `XV-${valve}.open`,
      `ZSO-${valve}`,
      [`${tank} ${words[0]}开到位`, `${tank} ${words[1]} open`],
      (t) => isOpen(position(t)),
    ),
    contact<StorageTank>(
      `XV-${valve}.closed`,
      `ZSC-${valve}`,
      [`${tank} ${words[0]}关到位`, `${tank} ${words[1]} closed`],
      (t) => isClosed(position(t)),
    ),
  ];
  return [
    {
      point: `${tank}.level`,
      tag: `LI-${number}`,
      ...names('液位', 'level'),
      kind: 'level',
      unit: '%',
      range: [0, 100],
      noise: 0.02,
      read: tankLevel,
    },
    {
      point: `${tank}.temperature`,
      tag: `TI-${number}A`,
      ...names('液相温度', 'liquid temperature'),
      kind: 'temperature',
      unit: '°C',
      range: [-20, 120],
      noise: 0.03,
      read: (t) => t.temperature,
    },
    {
      point: `${tank}.top-temperature`,
      tag: `TI-${number}B`,
      ...names('气相温度', 'vapour temperature'),
      kind: 'temperature',
      unit: '°C',
      range: [-20, 120],
      noise: 0.05,
      read: (t) => t.topTemperature,
    },
    {
      point: `${tank}.pressure`,
      tag: `PI-${number}`,
      ...names('罐顶压力', 'vapour pressure'),
      kind: 'pressure',
      unit: 'kPa',
      range: [0, 20],
      noise: 0.01,
      read: (t) => t.pressure,
    },
    {
      point: `${tank}.mass`,
      tag: `WI-${number}`,
      ...names('存量', 'inventory'),
      kind: 'quantity',
      unit: 't',
      range: [0, 600],
      read: (t) => (t.water + t.peroxide) / 1000,
    },
    {
      point: `${tank}.concentration`,
      tag: `AI-${number}`,
      ...names('双氧水浓度', 'H2O2 concentration'),
      kind: 'concentration',
      unit: 'wt%',
      range: [0, 50],
      noise: 0.01,
      read: (t) => (100 * t.peroxide) / Math.max(t.peroxide + t.water, 1),
    },
    contact(
      `${tank}.high-level-switch`,
      `LSHH-${number}`,
      [`${tank} 高高液位开关`, `${tank} independent high level switch`],
      (t) => tankLevel(t) > 95,
    ),
    ...limitSwitches(valves[0], ['进料阀', 'inlet valve'], (t) => t.inletValve),
    ...limitSwitches(valves[1], ['出料阀', 'outlet valve'], (t) => t.outletValve),
  ];
};
