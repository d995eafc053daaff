import type { AlarmPriority } from '#agent/model/alarm.ts';
import type { SiteEvent } from '#agent/model/event.ts';
import { PLANT_ALARM_EVENT } from '#agent/model/plant-alarm.ts';
import type { PlantAlarm } from '#agent/model/plant-alarm.ts';
import { toldEventKind, toldTexts } from '#agent/model/told-event.ts';
import { createPlantAlarmBook } from '../opcua/plant-alarm-book.ts';
import type { StandingAlarms } from '../opcua/plant-alarm-book.ts';
import type { ToldEvent } from './event-mapping.ts';
import { SeenMessages } from './seen-messages.ts';

/** Middle of the band of each priority, as plant alarms are sorted: over 800 critical, over 600 high, over 200 medium. */
const severities: Readonly<Record<AlarmPriority, number>> = { critical: 900, high: 700, medium: 400, low: 100 };

/**
 * What of the events that a source tells is new. Outlives the connection, so that what a sender repeats after it came back
 * is not told twice; after a restart of the agent it may be, under the same id.
 */
export class EventBook {
  readonly #seen = new SeenMessages();
  readonly #standing: StandingAlarms = new Map();
  readonly #alarms = createPlantAlarmBook(this.#standing);

  /** Undefined for what was told before. */
  take(told: ToldEvent): Omit<SiteEvent, 'source'> | undefined {
    return told.state === undefined ? this.#event(told) : this.#alarm(told, told.state);
  }

  #event(told: ToldEvent): Omit<SiteEvent, 'source'> | undefined {
    const { id, word, kind, priority, lon, lat, time, flags } = told;
    if (id !== undefined && this.#seen.isRepeated(`event ${id}`)) return undefined;
    const called = kind ? toldTexts[kind] : { zh: `未知事件 ${word}`, en: `unknown event ${word}` };
    const todo = kind ? '' : `; name the meaning of "${word}" under kinds`;
    return {
      time,
      kind: toldEventKind(kind ?? 'unknown'),
      text: `${called.en}${said(told)}${todo}`,
      who: told.who,
      detail: {
        id: id ?? null,
        word,
        ...called,
        said: told.text ?? null,
        place: told.place ?? null,
        zone: told.zone ?? null,
        ...(lon !== undefined && lat !== undefined && { lon, lat }),
        priority: priority ?? null,
      },
      flags,
    };
  }

  #alarm(told: ToldEvent, state: PlantAlarm['state']): Omit<SiteEvent, 'source'> | undefined {
    const { id = '', word, kind, priority = 'medium', flags } = told;
    const before = this.#standing.get(id);
    // Of one that does not stand only the first end is news: it may have been raised before the agent's start.
    if (state === 'normal' && !before && this.#seen.isRepeated(`over ${id}`)) return undefined;
    const called = kind ? toldTexts[kind] : { zh: word, en: word };
    const alarm = this.#alarms.take({
      origin: 'plant',
      alarm: id,
      state,
      overlay: 'none',
      priority,
      severity: severities[priority],
      condition: kind ?? word,
      message: told.text ?? `${called.zh} ${called.en}`,
      sourceName: told.place ?? told.zone ?? '',
      sourceNode: told.zone ?? '',
      // A sender that repeats what stands with the time of repeating says nothing new.
      time: before?.state === state ? before.time : told.time,
      isConfirmed: null,
      isRetained: state !== 'normal',
      quality: 'Good',
      eventId: id,
    });
    if (!alarm) return undefined;
    if (state === 'normal') this.#seen.isRepeated(`over ${id}`);
    const text = `Alarm of another system ${id}: ${alarm.change} (${state}): ${called.en}${said(told)}`;
    return { time: told.time, kind: PLANT_ALARM_EVENT, text, who: told.who, detail: { ...alarm }, flags };
  }
}

const said = ({ place, text }: ToldEvent): string =>
  `${place === undefined ? '' : ` at ${place}`}${text === undefined ? '' : `: ${text}`}`;
