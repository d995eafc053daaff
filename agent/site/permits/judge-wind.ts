import type { PermitZone } from '#agent/model/permit-watch.ts';
import type { PermitFact } from '#agent/model/permit.ts';
import { ruleNumber } from '#agent/model/standard-rule.ts';
import type { RuleOf } from './gas-limit.ts';
import type { Surroundings } from './judge-surroundings.ts';
import type { Violation } from './violation.ts';

/** Lower ends of the Beaufort numbers 0 to 12, m/s (GB/T 28591-2012). */
const beaufort = [0, 0.3, 1.6, 3.4, 5.5, 8, 10.8, 13.9, 17.2, 20.8, 24.5, 28.5, 32.7];

/** Hot work in the open, against the wind at which it stops. */
export function judgeWind(
  { work }: PermitFact,
  { wind: point }: PermitZone,
  { number }: Surroundings,
  ruleOf: RuleOf,
): readonly Violation[] {
  if (work !== 'hot-work' || point === undefined) return [];
  const rule = ruleOf('special-work.wind.hot-work');
  const stopsAt = ruleNumber(rule);
  const [speed, limit] = [number(point), stopsAt === undefined ? undefined : beaufort[stopsAt]];
  if (speed === undefined || limit === undefined)
    return [{ kind: 'wind-unjudged', why: { zh: `${point} 不可用`, en: `${point} says nothing` }, rule }];
  if (speed < limit) return [];
  const force = beaufort.findLastIndex((from) => speed >= from);
  return [
    {
      kind: 'wind-too-strong',
      why: {
        zh: `${point} ${speed} m/s（${force} 级），${stopsAt} 级起停止`,
        en: `${point} ${speed} m/s (force ${force}), stops from force ${stopsAt} on`,
      },
      rule,
    },
  ];
}
