import type { AlarmDefinition, AlarmTransition } from '#agent/model/alarm.ts';
import type { Clock } from '#agent/model/clock.ts';
import type { Sample } from '#agent/model/sample.ts';
import { createAlarmEngine } from './engine.ts';

/**
 * What these alarms would have done with recorded samples: the engine itself on a clock that follows the samples' receive
 * times. Begins with every alarm normal; nobody acknowledges.
 *
 * @param samples - in the order in which they were received, of every point that the definitions look at
 */
export function replay(definitions: readonly AlarmDefinition[], samples: Iterable<Sample>): AlarmTransition[] {
  const clock = new RecordedClock();
  const engine = createAlarmEngine({ definitions, clock });
  const transitions: AlarmTransition[] = [];
  for (const sample of samples) {
    for (let due = engine.nextDue(); due !== undefined && due <= sample.receiveTime; due = engine.nextDue()) {
      clock.goTo(due);
      transitions.push(...engine.onTick().transitions);
    }
    clock.goTo(sample.receiveTime);
    transitions.push(...engine.onSamples([sample]).transitions);
  }
  return transitions;
}

class RecordedClock implements Clock {
  #time = 0;

  /** Never back: where the recorded wall clock was set back, time stands still until it has caught up. */
  goTo(time: number): void {
    this.#time = Math.max(this.#time, time);
  }

  now(): number {
    return this.#time;
  }

  monotonic(): number {
    return this.#time;
  }
}
