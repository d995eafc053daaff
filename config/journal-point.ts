import { SITE_SOURCE } from '#agent/model/source.ts';
import { BUFFER_POINT } from '#agent/model/buffer-point.ts';
import { pointBelow } from './derived/derived-section.ts';
import type { Entry } from './place.ts';

/** Above this share of what was agreed the alarm clears, so that a rate that sways does not raise it each time. */
const ENOUGH_AGAIN = 0.1;

/** The point that says how many hours the journal holds, with its alarm, where hours were agreed. */
export function journalPoints(entry: Entry, contractedHours: number | undefined): readonly Entry[] {
  if (contractedHours === undefined) return [];
  const keys = {
    id: BUFFER_POINT,
    source: SITE_SOURCE,
    address: BUFFER_POINT,
    kind: 'number',
    unit: 'h',
    name: '本地缓存时长',
    alarms: {
      L: {
        setpoint: contractedHours,
        deadband: contractedHours * ENOUGH_AGAIN,
        priority: 'high',
        message: {
          zh: `本地缓存不足约定的 ${contractedHours} 小时`,
          en: `The journal holds less than the agreed ${contractedHours} h`,
        },
        response: {
          zh: '增大 journal.maxSize 或降低采集频率',
          en: 'Raise journal.maxSize or read less often',
        },
      },
    },
  };
  return [pointBelow(entry, ['contractedHours'], keys)];
}
