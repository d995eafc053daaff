import type { ModbusAddress } from './address.ts';
import { isBitArea, type Area } from './value-type.ts';

/** What must be read in one request: one value with its exponent, or all values of a group. */
export interface Atom {
  /** Smallest index of its points; names the atom within its unit and area. */
  readonly id: number;
  readonly area: Area;
  readonly first: number;
  /** Behind the last register or bit. */
  readonly end: number;
  /** Indices of its points. */
  readonly points: readonly number[];
}

/** The registers (or bits) that a value needs. */
export function spanOf(address: ModbusAddress): { readonly first: number; readonly end: number } {
  const { register, registers, exponent = register, area } = address;
  const end = register + (isBitArea(area) ? 1 : registers);
  return { first: Math.min(register, exponent), end: Math.max(end, exponent + 1) };
}

/** Atoms of one unit. `addresses` are of that unit; `index` gives each point's own index. */
export function atomsOf(points: readonly { readonly index: number; readonly address: ModbusAddress }[]): Atom[] {
  const byName = new Map<string, Atom>();
  for (const { index, address } of points) {
    const { area, group } = address;
    const name = group === undefined ? `point ${index}` : `group ${area} ${group}`;
    const { first, end } = spanOf(address);
    const atom = byName.get(name);
    byName.set(
      name,
      atom
        ? { ...atom, first: Math.min(atom.first, first), end: Math.max(atom.end, end), points: [...atom.points, index] }
        : { id: index, area, first, end, points: [index] },
    );
  }
  return [...byName.values()];
}
