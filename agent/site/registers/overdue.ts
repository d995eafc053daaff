import type { RegisterFact } from '#agent/model/register.ts';
import type { RegisterShape } from '#agent/model/register-watch.ts';
import { registerTime, zoneOffsetMs } from './register-time.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/**
 * UTC ms at which a task should have been done next; undefined where its fields do not say. Times of day between which a
 * task of hours is done are kept; which days are work days is not known here, every day counts.
 *
 * @param lastChecked UTC ms of the newest record of the task
 */
export function inspectionDue(
  { fields }: RegisterFact,
  lastChecked: number | undefined,
  { inspection, zone }: RegisterShape,
  now: number,
): number | undefined {
  const cycle = Number(fields[inspection.cycle]);
  const unit = inspection.units[String(fields[inspection.unit])];
  const start = registerTime(fields[inspection.start], zone);
  const last = lastChecked ?? start;
  if (!unit || !(cycle > 0) || last === undefined) return undefined;
  // Before the task's first day it is not due, whatever was checked before.
  const from = Math.max(last, start ?? last);
  if (unit === 'day') return from + cycle * DAY_MS;
  if (unit !== 'hour') return addMonths(from, unit === 'year' ? cycle * 12 : cycle, zone);
  const begin = timeOfDay(fields[inspection.workStart]) ?? 0;
  const end = timeOfDay(fields[inspection.workEnd]) ?? DAY_MS;
  const local = now + zoneOffsetMs(zone);
  const midnight = local - (((local % DAY_MS) + DAY_MS) % DAY_MS);
  // Outside of its hours nobody is late.
  if (local - midnight < begin || local - midnight >= end) return Number.POSITIVE_INFINITY;
  return Math.max(from, midnight + begin - zoneOffsetMs(zone)) + cycle * HOUR_MS;
}

/** Milliseconds after midnight of `8:00:00`. */
function timeOfDay(value: unknown): number | undefined {
  const [, hours, minutes, seconds] = /^(\d{1,2}):(\d\d)(?::(\d\d))?$/.exec(String(value)) ?? [];
  if (hours === undefined) return undefined;
  return ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds ?? 0)) * 1000;
}

/** The same day so many months later, or the last of a month that is shorter. */
function addMonths(time: number, months: number, zone: string): number {
  const offset = zoneOffsetMs(zone);
  const date = new Date(time + offset);
  const day = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + months);
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  date.setUTCDate(Math.min(day, last));
  return date.getTime() - offset;
}

export const isOpenDanger = ({ fields }: RegisterFact, { danger }: RegisterShape): boolean =>
  !danger.closed.includes(String(fields[danger.state]));

export const isMajorDanger = ({ fields }: RegisterFact, { danger }: RegisterShape): boolean =>
  danger.major.includes(String(fields[danger.level]));

/** A deadline that names a day ends with it. */
export function isOverdueDanger(fact: RegisterFact, shape: RegisterShape, now: number): boolean {
  const deadline = fact.fields[shape.danger.deadline];
  const time = registerTime(deadline, shape.zone);
  if (time === undefined || !isOpenDanger(fact, shape)) return false;
  const isDay = typeof deadline === 'string' && (/^\d{4}-\d\d-\d\d$/.test(deadline) || /^\d{8}0{6}$/.test(deadline));
  return now > time + (isDay ? DAY_MS : 0);
}
