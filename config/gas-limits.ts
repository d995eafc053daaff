import type { PointKind } from '#agent/model/point.ts';
import type { PointAlarms } from './alarm-schema.ts';
import type { GasText } from './device-schema.ts';
import type { Fault } from './fault.ts';

/**
 * First and second alarm of gas detectors: GB/T 50493-2019, 5.5.2. Ceilings, not advice: a site may alarm earlier.
 *
 * | | first | second |
 * |---|---|---|
 * | combustible | 25 %LEL | 50 %LEL |
 * | open path | 1 LEL·m | 2 LEL·m |
 * | toxic | 100 % OEL | 200 % OEL; 5 and 10 % IDLH where the range is too short |
 * | oxygen | below 19.5 %vol, above 23.5 %vol | |
 */
const COMBUSTIBLE = { H: 25, HH: 50 };
const OPEN_PATH = { H: 1, HH: 2 };
const OXYGEN = { H: 23.5, L: 19.5 };

const STANDARD = 'GB/T 50493-2019';

type Limits = { readonly [Kind in 'HH' | 'H' | 'L']?: number };

/** The limits of the standard in the detector's unit; empty where its unit has none. */
export function limitsOf(gas: GasText): Limits {
  if (gas.kind === 'combustible') return unitOf(gas) === '%LEL' ? COMBUSTIBLE : {};
  if (gas.kind === 'open-path') return OPEN_PATH;
  if (gas.kind === 'oxygen') return OXYGEN;
  const oel = gas.oel ?? Number.NaN;
  const isShort = gas.range !== undefined && gas.range.high < 2 * oel;
  return isShort && gas.idlh !== undefined ? { H: 0.05 * gas.idlh, HH: 0.1 * gas.idlh } : { H: oel, HH: 2 * oel };
}

export const unitOf = ({ kind, unit }: GasText): string =>
  unit ?? { combustible: '%LEL', toxic: 'ppm', oxygen: '%vol', 'open-path': 'LEL·m' }[kind];

export const rangeOf = ({ kind, range }: GasText): { low: number; high: number } | undefined =>
  range ??
  {
    combustible: { low: 0, high: 100 },
    toxic: undefined,
    oxygen: { low: 0, high: 25 },
    'open-path': { low: 0, high: 5 },
  }[kind];

export const kindOf = ({ kind }: GasText): PointKind =>
  kind === 'oxygen' ? 'oxygen' : kind === 'toxic' ? 'gas-toxic' : 'gas-combustible';

/** Configured limits beyond the standard's: each with what is wrong. */
export function beyondStandard(
  gas: GasText,
  alarms: PointAlarms,
): readonly { readonly kind: 'HH' | 'H' | 'L'; readonly fault: Fault }[] {
  const limits = limitsOf(gas);
  return (['HH', 'H', 'L'] as const).flatMap((kind) => {
    const most = limits[kind];
    const setpoint = alarms[kind]?.setpoint;
    if (most === undefined || setpoint === undefined) return [];
    if (kind === 'L' ? setpoint >= most : setpoint <= most) return [];
    const [side, todo] = kind === 'L' ? ['below', 'higher'] : ['above', 'lower'];
    const fault = {
      what: `${kind} ${setpoint} ${unitOf(gas)} is ${side} ${most} ${unitOf(gas)}`,
      why: `${STANDARD} alarms ${gas.kind} gas there at the latest`,
      todo: `give ${most} or ${todo}, or leave it out`,
    };
    return [{ kind, fault }];
  });
}
