import type { PointKind } from '#agent/model/point.ts';
import { ruleNumber } from '#agent/model/standard-rule.ts';
import type { StandardRule } from '#agent/model/standard-rule.ts';
import type { PointAlarms } from './alarm-schema.ts';
import type { GasText } from './device-schema.ts';
import type { Fault } from './fault.ts';
import { ruleInForce } from './rules/load-packs.ts';

/**
 * First and second alarm of gas detectors, by the rule packs (`gas-alarm.…`; GB/T 50493-2019, 5.5.2). Ceilings, not
 * advice: a site may alarm earlier.
 */
const rule = (name: string): StandardRule | undefined => ruleInForce(`gas-alarm.${name}`);

function levelsOf(name: string): { readonly H: number; readonly HH: number } {
  const levels = rule(name);
  return { H: ruleNumber(levels, 'first') ?? Number.NaN, HH: ruleNumber(levels, 'second') ?? Number.NaN };
}

function oxygenLimits(): { readonly H: number; readonly L: number } {
  const oxygen = rule('oxygen');
  return { H: ruleNumber(oxygen, 'high') ?? Number.NaN, L: ruleNumber(oxygen, 'low') ?? Number.NaN };
}

type Limits = { readonly [Kind in 'HH' | 'H' | 'L']?: number };

/** The limits of the standard in the detector's unit; empty where its unit has none. */
export function limitsOf(gas: GasText): Limits {
  if (gas.kind === 'combustible') return unitOf(gas) === '%LEL' ? levelsOf('combustible') : {};
  if (gas.kind === 'open-path') return levelsOf('open-path');
  if (gas.kind === 'oxygen') return oxygenLimits();
  const percentOf = (base: number, { H, HH }: { readonly H: number; readonly HH: number }) => ({
    H: (H / 100) * base,
    HH: (HH / 100) * base,
  });
  const oel = gas.oel ?? Number.NaN;
  const byExposure = percentOf(oel, levelsOf('toxic'));
  const isShort = gas.range !== undefined && gas.range.high < byExposure.HH;
  return isShort && gas.idlh !== undefined ? percentOf(gas.idlh, levelsOf('toxic-short-range')) : byExposure;
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
      why: `${rule(gas.kind)?.standard ?? 'the standard'} alarms ${gas.kind} gas there at the latest`,
      todo: `give ${most} or ${todo}, or leave it out`,
    };
    return [{ kind, fault }];
  });
}
