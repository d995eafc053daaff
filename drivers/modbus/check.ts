import type { AddressedPoint, ConfigIssue } from '#config/source-kind.ts';
import type { ModbusAddress } from './address.ts';
import { atomsOf, spanOf } from './atoms.ts';
import { optionsOfUnit, type ModbusOptions } from './schema.ts';
import { byteOrders, isBitArea } from './value-type.ts';

type Point = AddressedPoint<ModbusAddress>;

/** What only the source's options and its addresses together can tell. */
export function check(options: ModbusOptions, points: readonly Point[]): readonly ConfigIssue[] {
  const used = new Set(points.map(({ address }) => address.unit ?? options.unit));
  return [
    ...points.flatMap((point) => checkPoint(options, point)),
    ...checkGroups(options, points),
    ...checkUnits(options, used),
  ];
}

function checkPoint(options: ModbusOptions, { id, address }: Point): ConfigIssue[] {
  const unit = address.unit ?? options.unit;
  const { order } = optionsOfUnit(options, unit);
  if (address.registers < 2 || address.type === 'string' || address.order || order) return [];
  return [
    {
      point: id,
      path: [],
      what: `${address.type} without a byte order`,
      why: 'devices send the words and bytes of longer values in four ways, and a guess gives wrong numbers',
      todo: `add one of ${byteOrders.join(', ')} to the address, or "order" to the source; "firewatch probe" shows which fits`,
    },
  ];
}

/** A value or group must fit one request. */
function checkGroups(options: ModbusOptions, points: readonly Point[]): ConfigIssue[] {
  const unitOf = ({ address }: Point): number => address.unit ?? options.unit;
  return [...new Set(points.map(unitOf))].flatMap((unit) => {
    const { maxBits, maxRegisters } = optionsOfUnit(options, unit);
    const own = points.flatMap((point, index) => (unitOf(point) === unit ? [{ index, address: point.address }] : []));
    return atomsOf(own).flatMap((atom): ConfigIssue[] => {
      const limit = isBitArea(atom.area) ? maxBits : maxRegisters;
      const count = atom.end - atom.first;
      const widest = points[widestOf(atom.points, points)];
      if (count <= limit || !widest) return [];
      const what = atom.points.length > 1 ? `group "${widest.address.group}" spans` : 'the value spans';
      return [
        {
          point: widest.id,
          path: [],
          what: `${what} ${count} ${isBitArea(atom.area) ? 'bits' : 'registers'}`,
          why: `one request to unit ${unit} reads at most ${limit}`,
          todo: 'make the group or value smaller, or raise the limit if the device allows it',
        },
      ];
    });
  });
}

function widestOf(indices: readonly number[], points: readonly Point[]): number {
  const endOf = (index: number): number => {
    const address = points[index]?.address;
    return address ? spanOf(address).end : 0;
  };
  return indices.reduce((widest, index) => (endOf(index) > endOf(widest) ? index : widest));
}

function checkUnits({ units, transport }: ModbusOptions, used: ReadonlySet<number>): ConfigIssue[] {
  const unused = Object.keys(units).filter((unit) => !used.has(Number(unit)));
  const issues = unused.map((unit) => ({
    path: ['units', unit],
    what: `settings for unit ${unit}`,
    why: 'no point of this source is read from it',
    todo: 'correct the unit id or remove the settings',
  }));
  if (transport.kind === 'tcp' || !used.has(0)) return issues;
  const broadcast = {
    path: ['unit'],
    what: 'unit 0',
    why: 'on a serial line 0 means everybody, and nobody answers',
    todo: 'write the unit id set on the device, 1 to 247',
  };
  return [...issues, broadcast];
}
