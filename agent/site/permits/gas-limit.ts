import type { Text } from '#agent/model/alarm.ts';
import type { CombustibleGas } from '#agent/model/permit-watch.ts';
import { ruleNumber } from '#agent/model/standard-rule.ts';
import type { StandardRule } from '#agent/model/standard-rule.ts';

interface Measured {
  readonly gas: string;
  readonly value: number;
  readonly unit: string;
}

/** Rules of the day by their id. */
export type RuleOf = (id: string) => StandardRule | undefined;

/** Whether a concentration allows work, and by which rule; `unjudged` where that cannot be said. */
export interface GasVerdict {
  readonly is: 'within' | 'beyond' | 'unjudged';
  readonly why: Text;
  readonly rule?: StandardRule;
}

/** Litres of a mole of gas at 20 °C and 101.3 kPa. */
const MOLAR_VOLUME = 24.06;

/** %VOL of the substance. Undefined for a unit that says nothing of this gas. */
function volumePercent({ value, unit }: Measured, gas: CombustibleGas): number | undefined {
  if (unit === '%VOL') return value;
  if (unit === '%LEL') return (value / 100) * gas.lel;
  if (unit === 'ppm') return value / 10_000;
  return unit === 'mg/m3' ? (value * MOLAR_VOLUME) / gas.molarMass / 10_000 : undefined;
}

const unjudged = (zh: string, en: string): GasVerdict => ({ is: 'unjudged', why: { zh, en } });

/** Judges one reading, never raw: limits are %VOL of the substance. */
export function judgeGas(measured: Measured, gases: readonly CombustibleGas[], ruleOf: RuleOf): GasVerdict {
  const { value, unit } = measured;
  const name = measured.gas.trim().toLowerCase();
  // More digits than any detector has: what is beyond a limit must not read as on it.
  const said = `${measured.gas} ${Number(value.toPrecision(6))} ${unit}`;
  if (!Number.isFinite(value) || value < 0) return unjudged(`${said} 不是浓度`, `${said} is no concentration`);
  if (oxygenNames.has(name)) return judgeOxygen(measured, said, ruleOf('special-work.gas.oxygen'));
  const gas = gases.find(({ names }) => names.includes(name));
  if (!gas) return unjudged(`${said}：气体不明`, `${said}: the gas is not known`);
  const percent = volumePercent(measured, gas);
  if (percent === undefined) return unjudged(`${said}：单位不明`, `${said}: the unit is not known`);
  const boundary = ruleNumber(ruleOf('special-work.gas.lel-boundary'));
  const rule = ruleOf('special-work.gas.combustible-limit');
  const isLax = boundary !== undefined && gas.lel >= boundary;
  const limit = ruleNumber(rule, isLax ? 'lel-at-least-boundary' : 'lel-below-boundary');
  if (!rule || boundary === undefined || limit === undefined)
    return unjudged(`${said}：无适用规则`, `${said}: no rule`);
  const shown = `${said} = ${Number(percent.toPrecision(3))} %VOL`;
  const why = { zh: `${shown}，限值 ${limit} %VOL`, en: `${shown}, limit ${limit} %VOL` };
  return { is: percent > limit ? 'beyond' : 'within', why, rule };
}

const oxygenNames: ReadonlySet<string> = new Set(['oxygen', 'o2', '氧气', '氧']);
export const isOxygen = (gas: string): boolean => oxygenNames.has(gas.trim().toLowerCase());

function judgeOxygen({ value, unit }: Measured, said: string, rule: StandardRule | undefined): GasVerdict {
  const [low, high] = [ruleNumber(rule, 'low'), ruleNumber(rule, 'high')];
  if (unit !== '%VOL' || !rule || low === undefined || high === undefined)
    return unjudged(`${said}：氧含量应以 %VOL 判定`, `${said}: oxygen is judged in %VOL`);
  return {
    is: value < low || value > high ? 'beyond' : 'within',
    why: { zh: `${said}，允许 ${low}～${high} %VOL`, en: `${said}, allowed ${low} to ${high} %VOL` },
    rule,
  };
}
