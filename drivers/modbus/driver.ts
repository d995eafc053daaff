import { Observable } from 'rxjs';
import type { Clock } from '#agent/model/clock.ts';
import type { AddressedPoint } from '#config/source-kind.ts';
import { defineDriver, SourceError, type DriverContext, type Signal } from '../driver.ts';
import { addressSchema, type ModbusAddress } from './address.ts';
import { atomsOf } from './atoms.ts';
import { Bus } from './bus.ts';
import { check } from './check.ts';
import { compileDecoder } from './decode.ts';
import { openerOf, transportName } from './open-transport.ts';
import { poll } from './poller.ts';
import { withProfiles } from './profile/with-profiles.ts';
import { optionsOfUnit, optionsSchema, type ModbusOptions } from './schema.ts';
import { wireCost } from './wire-cost.ts';

/** Longest time that closing a socket or port may take. */
const RELEASE_WITHIN_MS = 1000;
/** Requests in a row without answer after which a connection is given up. */
const DEAD_AFTER = 4;

/** Modbus TCP, RTU on a serial line and RTU over TCP. Reads only: nothing here can encode a request that writes. */
const plain = defineDriver<ModbusOptions, ModbusAddress>({
  kind: 'modbus',
  summary: 'Modbus TCP, RTU or RTU over TCP: PLCs, gas panels, meters, gateways',
  schema: optionsSchema,
  address: addressSchema,
  check,
  releaseWithinMs: RELEASE_WITHIN_MS,
  open: (options, context) =>
    new Observable<Signal>((subscriber) => {
      const name = transportName(options.transport);
      const wanted = JSON.stringify({ ...options.transport, silent: options.silentUnits.share });
      const shared = context.share(`modbus ${name}`, () => {
        const bus = new Bus(busOptions(options, name, context.clock), context.clock);
        return { value: { bus, wanted }, dispose: () => bus.close() };
      });
      if (shared.value.wanted !== wanted) {
        shared.release();
        subscriber.error(
          new SourceError(`${name} is also used by another source with other transport settings; make them equal`),
        );
        return undefined;
      }
      const stop = poll({
        source: context.source,
        bus: shared.value.bus,
        clock: context.clock,
        units: unitsOf(options, context),
        emit: (signal) => subscriber.next(signal),
        lost: (reason) => subscriber.error(new SourceError(reason)),
      });
      return () => {
        stop();
        shared.release();
      };
    }),
});

/** The same, and devices that a profile describes. */
export const modbus = withProfiles(plain);

function busOptions({ transport, silentUnits }: ModbusOptions, name: string, clock: Clock) {
  return {
    name,
    open: openerOf(transport, clock),
    pauseAfterConnectMs: transport.pauseAfterConnect,
    turnaroundMs: transport.kind === 'tcp' ? 0 : transport.turnaround,
    probeShare: silentUnits.share,
    deadAfter: DEAD_AFTER,
  };
}

function unitsOf(options: ModbusOptions, { points }: DriverContext<ModbusAddress>) {
  const unitOf = ({ address }: AddressedPoint<ModbusAddress>): number => address.unit ?? options.unit;
  const units = [...new Set(points.map(unitOf))];
  const readPoints = points.map((point) => {
    const order = point.address.order ?? optionsOfUnit(options, unitOf(point)).order ?? 'ABCD';
    return { id: point.id, register: point.address.register, decode: compileDecoder(point.address, order) };
  });
  return units.map((unit) => ({
    unit,
    settings: optionsOfUnit(options, unit),
    atoms: atomsOf(
      points.flatMap((point, index) => (unitOf(point) === unit ? [{ index, address: point.address }] : [])),
    ),
    points: readPoints,
    cost: wireCost(options.transport),
    longestSilenceMs: options.silentUnits.longestWait,
  }));
}
