import type { AlarmView } from '#agent/model/alarm.ts';
import type { LiveAlarm } from './live-alarm.ts';
import { flagsOf, newLife, overlayOf } from './live-alarm.ts';
import type { Run } from './run.ts';

const untouched = newLife();

/** The alarm as people may see it: a copy that later samples do not change. */
export function viewOf(alarm: LiveAlarm, run: Run): AlarmView {
  const life = alarm.life ?? untouched;
  const sample = 'point' in alarm.input ? alarm.input.sample : undefined;
  const { shelf } = life;
  return {
    definition: alarm.definition,
    state: life.state,
    overlay: overlayOf(life),
    occurrence: life.occurrence,
    ...(life.since === 0 ? {} : { since: life.since }),
    ...(life.raisedAt === undefined ? {} : { raisedAt: life.raisedAt }),
    ...(sample === undefined ? {} : { value: sample.value, quality: sample.quality, sourceTime: sample.sourceTime }),
    flags: flagsOf(alarm),
    isQualityLost: life.isQualityLost,
    isRemoved: life.isRemoved,
    ...(shelf === undefined
      ? {}
      : {
          shelf: {
            by: shelf.by,
            why: shelf.why,
            until: run.nowUtcMs + (shelf.remaining.dueMs - run.nowMs),
            isOneShot: shelf.isOneShot,
          },
        }),
    suppressedBy: life.suppressedBy,
    ...(life.outOfService === undefined ? {} : { outOfService: life.outOfService }),
  };
}
