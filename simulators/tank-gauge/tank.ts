/** One tank as the console sees it. Litres, millimetres, °C, as a console set to metric units. */
export interface Tank {
  readonly number: number;
  /** One character. */
  readonly product: string;
  readonly volume: number;
  readonly tcVolume: number;
  readonly ullage: number;
  readonly height: number;
  readonly waterHeight: number;
  readonly temperature: number;
  readonly waterVolume: number;
  readonly isDelivering: boolean;
  readonly isLeakTesting: boolean;
  /** Alarm types of the status report. */
  readonly alarms: readonly number[];
}

/** Expansion of petrol per °C from 15 °C. */
const EXPANSION = 0.00095;

/** A lying cylinder of 30 m³ with a diameter of 2.4 m, filled to a height in mm; water lies below the product. */
export function tankAt(number: number, product: string, height: number, temperature = 18): Tank {
  const waterHeight = 12;
  const waterVolume = volumeBelow(waterHeight);
  const volume = volumeBelow(height) - waterVolume;
  return {
    number,
    product,
    volume,
    tcVolume: volume * (1 - EXPANSION * (temperature - 15)),
    ullage: FULL - volume - waterVolume,
    height,
    waterHeight,
    temperature,
    waterVolume,
    isDelivering: false,
    isLeakTesting: false,
    alarms: [],
  };
}

const FULL = 30_000;
const DIAMETER = 2400;

function volumeBelow(height: number): number {
  const radius = DIAMETER / 2;
  const below = Math.min(DIAMETER, Math.max(0, height));
  const angle = Math.acos((radius - below) / radius);
  return (FULL / Math.PI) * (angle - Math.sin(angle) * Math.cos(angle));
}

export const fillingStation: readonly Tank[] = [tankAt(1, '1', 1450), tankAt(2, '2', 820), tankAt(3, '3', 1990, 16.5)];
