import type { AlarmView } from '#agent/model/alarm.ts';
import type { LiveAlarm } from './live-alarm.ts';
import { flagsOf, newLife, overlayOf } from './live-alarm.ts';
import type { Run } from './run.ts';

const untouched = newLife();

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

/**
 * The alarm as people may see it: a copy that later samples do not change. In a flood the page asks for ten thousand at
 * once, between the alarms themselves: properties are set one by one, for spreading them costs three times as much.
 */
export function viewOf(alarm: LiveAlarm, run: Run): AlarmView {
  const life = alarm.life ?? untouched;
  const sample = 'point' in alarm.input ? alarm.input.sample : undefined;
  const { shelf } = life;
  const view: Writable<AlarmView> = {
    definition: alarm.definition,
    state: life.state,
    overlay: overlayOf(life),
    occurrence: life.occurrence,
    flags: flagsOf(alarm),
    isQualityLost: life.isQualityLost,
    isRemoved: life.isRemoved,
    suppressedBy: life.suppressedBy,
  };
  if (life.since !== 0) view.since = life.since;
  if (life.raisedAt !== undefined) view.raisedAt = life.raisedAt;
  if (sample !== undefined) {
    view.value = sample.value;
    view.quality = sample.quality;
    view.sourceTime = sample.sourceTime;
  }
  if (shelf !== undefined)
    view.shelf = {
      by: shelf.by,
      why: shelf.why,
      until: run.nowUtcMs + (shelf.remaining.dueMs - run.nowMs),
      isOneShot: shelf.isOneShot,
    };
  if (life.outOfService !== undefined) view.outOfService = life.outOfService;
  return view;
}
