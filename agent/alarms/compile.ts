import type { AlarmDefinition } from '#agent/model/alarm.ts';
import type { PointId, SourceId } from '#agent/model/ids.ts';
import type { Condition, Link, Reading } from './condition.ts';
import { Deviation } from './deviation.ts';
import { BadQuality, CommunicationLost, StateIs } from './discrete.ts';
import { HighLimit, LowLimit } from './limit.ts';
import type { LiveAlarm } from './live-alarm.ts';
import { isStatutory } from './live-alarm.ts';
import { RateOfChange } from './rate-of-change.ts';
import type { DesignRule } from './design-rules.ts';

/** A point or source with every alarm that must be judged anew when it speaks. */
export interface WatchedReading extends Reading {
  readonly watchers: LiveAlarm[];
  /** Suppression rules that look at the point; most have none. */
  rules: readonly DesignRule[];
}

export interface WatchedLink extends Link {
  readonly watchers: LiveAlarm[];
  /** The bad-quality alarms of its points, where the source has a communication alarm that may speak for them. */
  readonly dependents: LiveAlarm[];
}

/** All inputs of a site. Alarms share the reading of their point. */
export class Inputs {
  readonly readings = new Map<PointId, WatchedReading>();
  readonly links = new Map<SourceId, WatchedLink>();

  reading(point: PointId): WatchedReading {
    let reading = this.readings.get(point);
    if (reading === undefined) {
      reading = { point, sample: undefined, watchers: [], rules: [] };
      this.readings.set(point, reading);
    }
    return reading;
  }

  link(source: SourceId): WatchedLink {
    let link = this.links.get(source);
    if (link === undefined) {
      link = { source, state: undefined, flags: 0, watchers: [], dependents: [] };
      this.links.set(source, link);
    }
    return link;
  }

  /** The alarm, compiled and watching its inputs. */
  watch(definition: AlarmDefinition): LiveAlarm {
    const input = this.#inputOf(definition);
    const alarm: LiveAlarm = {
      definition,
      condition: this.#compile(definition),
      input,
      holds: false,
      recheck: undefined,
      consequenceOf: undefined,
      life: undefined,
    };
    input.watchers.push(alarm);
    const { condition } = definition;
    if (condition.kind === 'deviation' && typeof condition.target === 'string') {
      const target = this.reading(condition.target);
      if (target !== input) target.watchers.push(alarm);
    }
    return alarm;
  }

  /** Ties the bad-quality alarm of a point to the communication alarm of its source. */
  tie(alarm: LiveAlarm): void {
    const { definition } = alarm;
    if (definition.condition.kind !== 'bad-quality' || isStatutory(definition)) return;
    const link = this.links.get(definition.source);
    alarm.consequenceOf = link?.watchers[0];
    if (alarm.consequenceOf !== undefined) link?.dependents.push(alarm);
  }

  /** The alarm without a condition, for a definition that is gone. */
  unwatched(definition: AlarmDefinition): LiveAlarm {
    return {
      definition,
      condition: undefined,
      input: this.#inputOf(definition),
      holds: false,
      recheck: undefined,
      consequenceOf: undefined,
      life: undefined,
    };
  }

  #inputOf(definition: AlarmDefinition): WatchedReading | WatchedLink {
    return definition.condition.kind === 'communication' ? this.link(definition.source) : this.#point(definition);
  }

  #point({ id, point, condition }: AlarmDefinition): WatchedReading {
    if (point !== undefined) return this.reading(point);
    throw new Error(`alarm ${id}: a ${condition.kind} alarm needs a point to watch, and its definition names none`);
  }

  #compile(definition: AlarmDefinition): Condition {
    const { condition, source } = definition;
    if (condition.kind === 'communication') return new CommunicationLost(this.link(source));
    const reading = this.#point(definition);
    let compiled: Condition;
    switch (condition.kind) {
      case 'HH':
      case 'H':
        compiled = new HighLimit(reading, condition.setpoint, condition.deadband);
        break;
      case 'L':
      case 'LL':
        compiled = new LowLimit(reading, condition.setpoint, condition.deadband);
        break;
      case 'deviation': {
        const { target } = condition;
        compiled = new Deviation(reading, typeof target === 'number' ? target : this.reading(target), condition);
        break;
      }
      case 'rate-of-change':
        compiled = new RateOfChange(reading, condition);
        break;
      case 'state':
        compiled = new StateIs(reading, condition.values);
        break;
      case 'bad-quality':
        compiled = new BadQuality(reading, condition.includeUncertain);
        break;
    }
    return compiled;
  }
}
