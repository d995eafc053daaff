import { InvalidArgumentError } from 'commander';
import { parseDuration } from '#config/duration.ts';

/** A duration on the command line, written as in YAML: `60s`, `5m`. */
export function milliseconds(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined || ms <= 0)
    throw new InvalidArgumentError('Expected a duration with its unit, such as 60s or 5m.');
  return ms;
}
