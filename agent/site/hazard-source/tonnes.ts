import type { HazardLevel, HazardSourceDefinition, HazardStock } from '#agent/model/hazard-source.ts';

type MeasuredStock = Exclude<HazardStock, { readonly kind: 'declared' }>;

/** Tonnes that a reading stands for; below the lowest strapping none, above the highest what is there at most. */
export function tonnesOf(stock: MeasuredStock, reading: number): number {
  if (stock.kind === 'mass') return Math.max(0, reading);
  if (stock.kind === 'volume') return Math.max(0, reading) * stock.density;
  return volumeAt(stock.strapping, reading) * stock.density;
}

/** m³ at a level in m: linear between the entries of the table, level with its ends beyond them. */
function volumeAt(strapping: readonly (readonly [number, number])[], level: number): number {
  let [belowLevel, belowVolume] = strapping[0] ?? [0, 0];
  if (level <= belowLevel) return belowVolume;
  for (const [upper, volume] of strapping) {
    if (level <= upper) {
      const share = upper === belowLevel ? 1 : (level - belowLevel) / (upper - belowLevel);
      return belowVolume + share * (volume - belowVolume);
    }
    [belowLevel, belowVolume] = [upper, volume];
  }
  return belowVolume;
}

/** What can be in it at most, tonnes; undefined where nobody has said. */
export function capacityOf(stock: MeasuredStock): number | undefined {
  if (stock.capacityTonnes !== undefined || stock.kind !== 'level') return stock.capacityTonnes;
  return (stock.strapping.at(-1)?.[1] ?? 0) * stock.density;
}

export interface HazardFigures {
  /** S = Σq/Q */
  readonly ratio: number;
  /** R = α Σ β q/Q */
  readonly index: number;
  readonly level: HazardLevel;
}

/** GB 18218-2018, 4.2 and 4.3. @param tonnes of each substance, in the order of the definition */
export function figuresOf(
  { substances, alpha, levels }: HazardSourceDefinition,
  tonnes: readonly number[],
): HazardFigures {
  let ratio = 0;
  let weighted = 0;
  for (const [index, { criticalTonnes, beta }] of substances.entries()) {
    const share = (tonnes[index] ?? 0) / criticalTonnes;
    ratio += share;
    weighted += beta * share;
  }
  const index = alpha * weighted;
  return { ratio, index, level: ratio < 1 ? 0 : levelOf(index, levels) };
}

function levelOf(index: number, [first, second, third]: readonly [number, number, number]): HazardLevel {
  if (index >= first) return 1;
  if (index >= second) return 2;
  return index >= third ? 3 : 4;
}
