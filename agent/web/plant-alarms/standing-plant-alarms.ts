import { PLANT_ALARM_EVENT } from '#agent/model/plant-alarm.ts';
import type { PlantAlarm } from '#agent/model/plant-alarm.ts';
import type { SitePort } from '../site-port.ts';

/** One alarm of the plant's own, as it was told last. */
export interface StandingPlantAlarm extends PlantAlarm {
  readonly source: string;
  /** Bits of Flag. */
  readonly flags: number;
}

/** Events looked through at once; older ones than these are asked of the plant at each connection anyway. */
const MOST_EVENTS = 5000;
const AT_ONCE = 1000;
const MOST_ALARMS = 5000;

/** Follows the events of the journal: each call looks at what came since the one before. */
export function standingPlantAlarms(
  journal: Pick<SitePort['journal'], 'head' | 'read'>,
): () => readonly StandingPlantAlarm[] {
  const standing = new Map<string, StandingPlantAlarm>();
  let seen = 0;

  const take = (source: string, alarm: PlantAlarm, flags: number): void => {
    const key = JSON.stringify([source, alarm.alarm]);
    // Last in the map is what was told last.
    standing.delete(key);
    const isOver = alarm.change === 'vanished' || !alarm.isRetained || alarm.state === 'normal';
    if (!isOver && standing.size < MOST_ALARMS) standing.set(key, { ...alarm, source, flags });
  };

  return () => {
    const head = journal.head('event');
    seen = Math.max(seen, head - MOST_EVENTS);
    while (seen < head) {
      const records = journal.read('event', seen, AT_ONCE);
      for (const record of records)
        if (record.stream === 'event' && record.body.kind === PLANT_ALARM_EVENT && record.body.detail)
          take(record.body.source ?? '', record.body.detail as unknown as PlantAlarm, record.body.flags);
      seen = records.at(-1)?.seq ?? head;
    }
    return [...standing.values()].toSorted((one, other) => other.severity - one.severity || other.time - one.time);
  };
}
