import type { AlarmPriority } from '#agent/model/alarm.ts';
import type { SafetyRole } from '#agent/model/point.ts';
import { SITE_SOURCE } from '#agent/model/source.ts';
import { mappingOf } from '../mapping.ts';
import { valueAt } from '../place.ts';
import type { Entry } from '../place.ts';
import { pointBelow } from './derived-section.ts';

export interface SitePoints {
  /** @param place key of the entry below which the integrator may write `alarms` of his own */
  readonly point: (place: string, id: string, keys: Readonly<Record<string, unknown>>) => Entry;
  /** A point that is true while something is wrong, with an alarm. */
  readonly claim: (place: string, id: string, text: Claim) => Entry;
}

interface Claim {
  readonly zh: string;
  readonly en: string;
  readonly priority: AlarmPriority;
}

/** Derived points are told again this often, and are stale after three times as long. */
export const REPEAT_MS = 5000;
const STALE_AFTER = '15s';

/** Makes the points that one entry of a derived list tells. */
export function sitePoints(
  entry: Entry,
  of: {
    readonly name: string;
    readonly safetyRole: SafetyRole;
    readonly zone?: string | undefined;
    readonly hazardSource?: string | undefined;
  },
): SitePoints {
  const { name, safetyRole, zone, hazardSource } = of;
  const common = {
    source: SITE_SOURCE,
    staleAfter: STALE_AFTER,
    safetyRole,
    ...(zone !== undefined && { zone }),
    ...(hazardSource !== undefined && { hazardSource }),
  };
  const point: SitePoints['point'] = (place, id, keys) => {
    const alarms = { ...mappingOf(keys['alarms']), ...mappingOf(valueAt(entry.value, [place, 'alarms'])) };
    return pointBelow(entry, [place], { ...common, id, address: id, ...keys, alarms });
  };
  return {
    point,
    claim: (place, id, { zh, en, priority }) =>
      point(place, id, {
        kind: 'state',
        name: `${name} ${zh}`,
        states: { true: zh, false: '无' },
        alarms: { state: { values: [true], priority, message: { zh: `${name} ${zh}`, en: `${name}: ${en}` } } },
      }),
  };
}
