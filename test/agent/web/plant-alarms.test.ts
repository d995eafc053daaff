import { describe, expect, it } from 'vitest';
import { sourceId } from '#agent/model/ids.ts';
import { PLANT_ALARM_EVENT } from '#agent/model/plant-alarm.ts';
import type { PlantAlarm } from '#agent/model/plant-alarm.ts';
import type { JournalRecord } from '#agent/model/record.ts';
import { standingPlantAlarms } from '#agent/web/plant-alarms/standing-plant-alarms.ts';

const told = (alarm: string, more: Partial<PlantAlarm> = {}): PlantAlarm => ({
  origin: 'plant',
  alarm,
  change: 'raised',
  state: 'unacknowledged',
  overlay: 'none',
  priority: 'high',
  severity: 700,
  condition: 'HighHigh',
  message: `${alarm} high`,
  sourceName: alarm,
  sourceNode: alarm,
  time: 1000,
  isConfirmed: null,
  isRetained: true,
  quality: 'Good',
  eventId: '00',
  ...more,
});

/** A journal of events that grows. */
function growing() {
  const records: JournalRecord[] = [];
  return {
    tell(source: string, alarm: PlantAlarm): void {
      const body = {
        time: alarm.time,
        kind: PLANT_ALARM_EVENT,
        source: sourceId(source),
        text: alarm.message,
        detail: { ...alarm },
        flags: 0,
      };
      records.push({ stream: 'event', seq: records.length + 1, time: alarm.time, body });
    },
    head: () => records.length,
    read: (_stream: string, after: number, limit: number) => records.slice(after, after + limit),
  };
}

describe("the plant's own alarms", () => {
  it('stand as they were told last, the most severe first, and are gone when the plant says so', () => {
    const journal = growing();
    const standing = standingPlantAlarms(journal);
    journal.tell('dcs', told('T-1'));
    journal.tell('dcs', told('T-2', { severity: 900 }));
    journal.tell('sis', told('T-1', { severity: 100 }));
    expect(standing().map(({ source, alarm }) => `${source} ${alarm}`)).toEqual(['dcs T-2', 'dcs T-1', 'sis T-1']);

    journal.tell('dcs', told('T-1', { change: 'acknowledged', state: 'acknowledged' }));
    journal.tell('dcs', told('T-2', { change: 'vanished' }));
    journal.tell('sis', told('T-1', { change: 'cleared', state: 'normal', isRetained: false }));
    expect(standing()).toMatchObject([{ source: 'dcs', alarm: 'T-1', state: 'acknowledged' }]);
  });

  it('are found among many other events, and no more than five thousand are looked through at once', () => {
    const journal = growing();
    journal.tell('dcs', told('old'));
    for (let count = 0; count < 5000; count += 1) journal.tell('dcs', told('T-1', { time: 2000 + count }));
    expect(standingPlantAlarms(journal)()).toMatchObject([{ alarm: 'T-1', time: 6999 }]);
  });
});
