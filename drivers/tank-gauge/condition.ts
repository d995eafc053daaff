import type { GaugeReading } from './reading.ts';
import { blindingAlarms } from './tank-alarms.ts';

/** What is wrong, in words that stay the same while it does; empty when nothing is. */
export function troubleOf({ inventory, alarms }: GaugeReading, tanks: readonly number[]): string {
  if (!inventory.isKnown) return `inventory (i201): ${inventory.words}`;
  const missing = tanks.filter((tank) => !inventory.value.has(tank));
  const blind = alarms?.isKnown
    ? tanks.filter((tank) => blindingAlarms.some((type) => alarms.value.get(tank)?.has(type)))
    : [];
  return [
    missing.length > 0 ? `the console has no tank ${missing.join(', ')}` : '',
    blind.length > 0 ? `the probe of tank ${blind.join(', ')} is out or gives no valid level` : '',
    alarms && !alarms.isKnown ? `alarms (i205): ${alarms.words}` : '',
  ]
    .filter(Boolean)
    .join('; ');
}
