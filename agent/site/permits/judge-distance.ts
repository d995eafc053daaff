import type { FireDistancePlace } from '#agent/model/permit-watch.ts';
import type { PermitFact } from '#agent/model/permit.ts';
import { groundOf } from '#agent/model/placement.ts';
import { ruleNumber } from '#agent/model/standard-rule.ts';
import type { RuleOf } from './gas-limit.ts';
import type { Surroundings } from './judge-surroundings.ts';
import type { Violation } from './violation.ts';

/** Hot work against places from which fire keeps away: cylinders, solvents, what discharges liquid or gas. */
export function judgeDistance(
  { work, position }: PermitFact,
  places: readonly FireDistancePlace[],
  { contact }: Surroundings,
  ruleOf: RuleOf,
): readonly Violation[] {
  if (work !== 'hot-work') return [];
  const inUse = places
    .map((place) => ({ place, isOn: place.on ? contact(place.on.point).isOn : true }))
    .filter(({ isOn }) => isOn !== false);
  if (inUse.length === 0) return [];
  if (!position)
    return [{ kind: 'distance-unjudged', why: { zh: '作业票未写坐标', en: 'the ticket gives no coordinates' } }];
  return inUse.flatMap(({ place, isOn }): Violation[] => {
    const { id, name, kind } = place;
    const rule = ruleOf(`special-work.distance.${kind}`);
    const least = ruleNumber(rule);
    if (least === undefined)
      return [{ kind: 'distance-unjudged', subject: id, why: { zh: '当日无适用规则', en: 'no rule of the day' } }];
    const { x, y } = groundOf(place.lon, place.lat, position);
    const metres = Math.hypot(x, y);
    if (metres >= least) return [];
    // Cut and not rounded: what is too near must not read as far enough.
    const shown = Math.floor(metres * 10) / 10;
    const why = { zh: `距 ${name} ${shown} m，至少 ${least} m`, en: `${shown} m from ${name}, at least ${least} m` };
    if (isOn) return [{ kind: 'distance-too-short', subject: id, why, rule }];
    const doubt = place.on?.point ?? id;
    return [
      {
        kind: 'distance-unjudged',
        subject: id,
        why: { zh: `${why.zh}；${doubt} 不明`, en: `${why.en}; ${doubt} is not known` },
        rule,
      },
    ];
  });
}
