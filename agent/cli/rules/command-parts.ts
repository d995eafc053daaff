import { InvalidArgumentError } from 'commander';

/** People's time of the site. */
export const zoned = (timeZone: string): ((time: number) => string) => {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
  return (time) => format.format(time);
};

/** Says why nothing was done. */
export function refuse(text: string, exitCode: 1 | 2): void {
  console.error(text);
  process.exitCode = exitCode;
}

/** An option that is a time, UTC ms. */
export function instant(text: string): number {
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw new InvalidArgumentError('Expected a time such as 2026-03-01T08:00:00+08:00.');
  return time;
}
