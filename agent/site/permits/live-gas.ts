import type { CombustibleGas, PermitDetector } from '#agent/model/permit-watch.ts';
import type { Sample } from '#agent/model/sample.ts';
import { judgeGas } from './gas-limit.ts';
import type { GasVerdict, RuleOf } from './gas-limit.ts';

/** What a fixed detector says of work. A reading that is not good is no verdict. */
export function liveGas(
  { gas, unit }: PermitDetector,
  { value, quality }: Sample,
  { gases, ruleOf }: { readonly gases: readonly CombustibleGas[]; readonly ruleOf: RuleOf },
): GasVerdict {
  if (quality.level === 'good' && typeof value === 'number') return judgeGas({ gas, value, unit }, gases, ruleOf);
  return {
    is: 'unjudged',
    why: { zh: `读数不可用：${quality.reason ?? '非数值'}`, en: quality.reason ?? 'no number' },
  };
}
