import { mkdirSync } from 'node:fs';
import { openJournal } from '#agent/journal/journal.ts';
import type { SiteConfig } from '#config/site.ts';
import { exerciseAlarm } from './exercise-alarm.ts';
import type { ExerciseParts } from './exercise-alarm.ts';
import { exerciseOutage } from './exercise-outage.ts';
import { failed } from './outcome.ts';
import type { Check } from './outcome.ts';
import { quietValues } from './quiet-value.ts';
import { rehearsalId } from './rehearsal-id.ts';
import { createRehearsal } from './rehearsal.ts';
import { steppingClock } from './stepping-clock.ts';

export interface SiteExercise {
  readonly alarms: readonly Check[];
  readonly outage: readonly Check[];
}

/**
 * Exercises every alarm and every source of a site, one after another, without any device and in the order of the file.
 *
 * @param directory of the run's own journal; is made
 * @param tell hears of each check as it is made
 */
export function exerciseSite(config: SiteConfig, directory: string, tell: (check: Check) => void): SiteExercise {
  mkdirSync(directory, { recursive: true });
  const clock = steppingClock(Date.now());
  const { maxAgeMs, maxBytes, sampleCommitMs } = config.journal;
  const site = rehearsalId(config.site.id);
  const journal = openJournal({ directory, site, clock, maxAgeMs, maxBytes, sampleCommitMs });
  try {
    const rehearsal = createRehearsal(config, journal, clock);
    const quiet = quietValues(config);
    const points = new Map(config.points.map((point) => [point.id, point]));
    const parts: ExerciseParts = { rehearsal, points, quiet };
    const told = (check: Check): Check => {
      tell(check);
      return check;
    };
    const alarms = config.alarms.map((alarm) => told(exerciseAlarm(alarm, parts)));
    const outage = config.sources.map((source) => told(exerciseOutage(source, config, parts)));
    const troubles = rehearsal.troubles.map((text) => told(failed('journal', directory, { zh: text, en: text })));
    return { alarms: [...alarms, ...troubles], outage };
  } finally {
    journal.close();
  }
}
