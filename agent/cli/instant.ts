import { InvalidArgumentError } from 'commander';

/** A time on the command line: ISO 8601, as UTC ms. */
export function instant(text: string): number {
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw new InvalidArgumentError('Expected a time such as 2026-03-01T08:00:00+08:00.');
  return time;
}
