import { Observable } from 'rxjs';
import type { ConfigIssue } from '#config/source-kind.ts';
import type { Driver, DriverContext, Signal } from '../../driver.ts';
import type { ModbusAddress } from '../address.ts';
import type { ModbusOptions } from '../schema.ts';
import { Assembler } from './assembler.ts';
import { isChannelAddress, type ChannelAddress, type PointAddress } from './channel-address.ts';
import { LatchStore } from './latch-store.ts';
import { channelsOf, planChannels, type ChannelPlan } from './channel-plan.ts';

type Point<Address> = { readonly id: string; readonly address: Address };

/**
 * A driver that reads device profiles too: it reads the registers of a profiled channel as points of its own and hands on
 * what they mean. The driver below sees plain points and knows nothing of profiles.
 */
export function withProfiles(
  driver: Omit<Driver<ModbusOptions, ModbusAddress>, 'camera'>,
): Driver<ModbusOptions, PointAddress> {
  return {
    ...driver,
    channelAddress: (channel, output) => ({ channel, output }),
    check: (options, points) => {
      const { plain, profiled } = partition(points);
      const plan = planChannels(options, channelsOf(profiled));
      const found = driver.check?.(options, [...plain, ...plan.registers]) ?? [];
      return [
        ...found.map((issue) => spokenFor(issue, plan)),
        ...plan.faults.map(({ point, fault }) => ({ point, path: [], ...fault })),
      ];
    },
    open: (options, context) => {
      const { plain, profiled } = partition(context.points);
      if (profiled.length === 0) return driver.open(options, { ...context, points: plain });
      const planned = channelsOf(profiled);
      const plan = planChannels(options, planned);
      const inner = driver.open(plan.options, { ...context, points: [...plain, ...plan.registers] });
      return new Observable((subscriber) => {
        const store = planned.some(({ channel }) => channel.latchesOverRange)
          ? new LatchStore(context.stateDir)
          : undefined;
        const assembler = new Assembler(plan.channels, store?.read());
        return inner.subscribe({
          next: (signal) => {
            for (const told of translate(signal, assembler, plan, context.clock.monotonic())) subscriber.next(told);
            const trouble = signal.type === 'samples' ? store?.keep(assembler.latches) : undefined;
            if (trouble !== undefined) subscriber.next(notKept(trouble, context));
          },
          error: (error) => subscriber.error(error),
          complete: () => subscriber.complete(),
        });
      });
    },
  };
}

const notKept = (trouble: string, { clock, source }: DriverContext<PointAddress>): Signal => ({
  type: 'event',
  event: {
    time: clock.now(),
    kind: 'modbus.latch-not-kept',
    source,
    text: `an over-range latch could not be kept and would be lost with the connection: ${trouble}`,
    flags: 0,
  },
});

function partition<P extends Point<PointAddress>>(points: readonly P[]) {
  const plain: (P & { readonly address: ModbusAddress })[] = [];
  const profiled: (P & { readonly address: ChannelAddress })[] = [];
  for (const point of points) {
    const { address } = point;
    if (isChannelAddress(address)) profiled.push({ ...point, address });
    else plain.push({ ...point, address });
  }
  return { plain, profiled };
}

/** A fault of a register is the fault of a point that is read from it. */
function spokenFor(issue: ConfigIssue, { spokesman }: ChannelPlan): ConfigIssue {
  const point = issue.point === undefined ? undefined : spokesman.get(issue.point);
  return point === undefined ? issue : { ...issue, point, path: [] };
}

function translate(signal: Signal, assembler: Assembler, plan: ChannelPlan, now: number): readonly Signal[] {
  if (signal.type === 'samples') {
    const samples = assembler.take(signal.samples, now);
    return samples.length > 0 ? [{ type: 'samples', samples }] : [];
  }
  if (signal.type !== 'event' || signal.event.point === undefined) return [signal];
  const point = plan.spokesman.get(signal.event.point);
  return [point === undefined ? signal : { type: 'event', event: { ...signal.event, point } }];
}
