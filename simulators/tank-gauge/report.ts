import { SIMULATOR_VENDOR } from '#agent/model/simulation.ts';
import type { Tank } from './tank.ts';

/** Alarm of a probe that is not connected, in the status report. */
export const PROBE_OUT = 9;

/** What the console says to a function that it does not know. */
export const REFUSAL = '\x019999FF1B\x03';

/** SOH, echo of the query, the console's time, the records, `&&`, the checksum, ETX. */
export function frame(echo: string, time: string, body: string): string {
  const head = `\x01${echo}${time}${body}&&`;
  const sum = Buffer.from(head, 'latin1').reduce((total, byte) => total + byte, 0);
  return `${head}${hex((0x1_0000 - (sum % 0x1_0000)) % 0x1_0000, 4)}\x03`;
}

/** YYMMDDHHmm of a UTC time, as a console that is set to UTC. */
export const consoleTime = (utcMs: number): string => new Date(utcMs).toISOString().replaceAll(/\D/g, '').slice(2, 12);

export const inventoryRecord = (tank: Tank): string => {
  const isOut = tank.alarms.includes(PROBE_OUT);
  const values = [
    tank.volume,
    tank.tcVolume,
    tank.ullage,
    tank.height,
    tank.waterHeight,
    tank.temperature,
    tank.waterVolume,
  ].map((value) => float(isOut ? 0 : value));
  const status = Number(tank.isDelivering) + 2 * Number(tank.isLeakTesting);
  return `${two(tank.number)}${tank.product}${hex(status, 4)}${hex(values.length, 2)}${values.join('')}`;
};

export const alarmRecord = ({ number, alarms }: Tank): string =>
  `${two(number)}${hex(alarms.length, 2)}${alarms.map(two).join('')}`;

/** Where the real console names its software, the simulator names itself. */
export const revisionText = `SOFTWARE# ${SIMULATOR_VENDOR}-001-001CREATED - 26.01.01.00.00`;

const two = (value: number): string => String(value).padStart(2, '0');

const hex = (value: number, digits: number): string => value.toString(16).toUpperCase().padStart(digits, '0');

function float(value: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatBE(value);
  return bytes.toString('hex').toUpperCase();
}
