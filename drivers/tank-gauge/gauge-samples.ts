import { Flag } from '#agent/model/flags.ts';
import type { PointId } from '#agent/model/ids.ts';
import { bad, GOOD, uncertain, type Quality } from '#agent/model/quality.ts';
import type { Sample, SampleValue } from '#agent/model/sample.ts';
import type { Item, TankAddress } from './address.ts';
import { inventoryFields, statusBits, type InventoryField, type TankInventory } from './inventory.ts';
import type { GaugeReading } from './reading.ts';
import { alarmTypes, blindingAlarms, type TankAlarm } from './tank-alarms.ts';

interface Value {
  readonly value: SampleValue;
  readonly quality: Quality;
}

export interface GaugePoint {
  readonly id: PointId;
  readonly address: TankAddress;
}

/**
 * One sample for every point. The console's own time is local, to the minute and set by hand, so that `now` (UTC ms) is
 * both times.
 */
export function gaugeSamples(
  points: readonly GaugePoint[],
  reading: GaugeReading,
  now: number,
  isSimulated: boolean,
): Sample[] {
  const flags = isSimulated ? Flag.sim : 0;
  return points.map(({ id, address: { tank, item } }) => {
    const { value, quality } = valueOf(tank, item, reading);
    return { point: id, value, quality, sourceTime: now, receiveTime: now, flags };
  });
}

/** No tank of a filling station holds more of anything, in any unit; digits that changed places may say so. */
const LARGEST = 1e7;

const none = (quality: Quality): Value => ({ value: null, quality });

function valueOf(tank: number, item: Item, reading: GaugeReading): Value {
  if (item.kind === 'alarm') return alarmOf(tank, item.alarm, reading);
  const { inventory } = reading;
  if (!inventory.isKnown) return none(bad(inventory.reason));
  const found = inventory.value.get(tank);
  if (!found) return none(bad('no-such-address'));
  if (item.kind === 'status') return { value: (found.status & statusBits[item.bit]) !== 0, quality: GOOD };
  return fieldOf(tank, item.field, found, reading);
}

function fieldOf(tank: number, field: InventoryField, found: TankInventory, { alarms }: GaugeReading): Value {
  const value = found.values[inventoryFields.indexOf(field)];
  if (value === undefined) return none(bad('not-supported'));
  if (!Number.isFinite(value)) return none(bad('sentinel'));
  if (Math.abs(value) > LARGEST) return none(bad('decode'));
  if (found.status & statusBits['invalid-height']) return none(bad('sensor-fault', found.status));
  if (alarms && !alarms.isKnown) return { value, quality: uncertain(alarms.reason) };
  const blinding = blindingAlarms.find((type) => alarms?.value.get(tank)?.has(type));
  return blinding === undefined ? { value, quality: GOOD } : none(bad('sensor-fault', blinding));
}

function alarmOf(tank: number, alarm: TankAlarm, { alarms }: GaugeReading): Value {
  if (!alarms) return none(bad('not-supported'));
  if (!alarms.isKnown) return none(bad(alarms.reason));
  const active = alarms.value.get(tank);
  return active ? { value: active.has(alarmTypes[alarm]), quality: GOOD } : none(bad('no-such-address'));
}
