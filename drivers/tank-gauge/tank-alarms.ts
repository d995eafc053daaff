import { Cursor, FormatError } from './cursor.ts';

/** Alarm types of i205, by the word that an address uses. Confidence and source: README. */
export const alarmTypes = {
  'setup-data': 1,
  leak: 2,
  'high-water': 3,
  overfill: 4,
  'low-product': 5,
  'sudden-loss': 6,
  'high-product': 7,
  'invalid-level': 8,
  'probe-out': 9,
  'high-water-warning': 10,
  'delivery-needed': 11,
  'maximum-product': 12,
  'gross-leak-test-failed': 13,
  'periodic-leak-test-failed': 14,
  'annual-leak-test-failed': 15,
} as const;

export type TankAlarm = keyof typeof alarmTypes;

export const tankAlarms = Object.keys(alarmTypes) as TankAlarm[];

/** With one of these the console has no measurement of the tank, whatever numbers it sends. */
export const blindingAlarms: readonly number[] = [alarmTypes['invalid-level'], alarmTypes['probe-out']];

/**
 * The records of i205: `TTnn` and nn times two digits, by tank number.
 *
 * @throws FormatError when a record is not whole or a tank stands there twice
 */
export function parseTankAlarms(body: string): ReadonlyMap<number, ReadonlySet<number>> {
  const tanks = new Map<number, ReadonlySet<number>>();
  for (const cursor = new Cursor(body); !cursor.isAtEnd;) {
    const tank = cursor.decimal(2, 'the tank number');
    const count = cursor.hexadecimal(2, `the number of alarms of tank ${tank}`);
    const types = Array.from({ length: count }, () => cursor.decimal(2, `an alarm of tank ${tank}`));
    if (tank === 0 || tanks.has(tank)) throw new FormatError(`tank ${tank} cannot stand there, or stands there twice`);
    tanks.set(tank, new Set(types));
  }
  return tanks;
}
