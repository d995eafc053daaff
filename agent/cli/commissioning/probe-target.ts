import { optionsSchema } from '#drivers/modbus/schema.ts';
import type { TransportOptions } from '#drivers/modbus/schema.ts';

/** How a serial line is set. */
export interface LineSettings {
  readonly baud: number;
  readonly parity: string;
  readonly stopBits: number;
}

/** `tcp://HOST:PORT`, `rtu-over-tcp://HOST:PORT` or the path of a serial port. Throws where it is none. */
export function probeTarget(target: string, { baud, parity, stopBits }: LineSettings): TransportOptions {
  const [, kind, host, port] = /^(tcp|rtu-over-tcp):\/\/(.+):(\d+)$/.exec(target) ?? [];
  const transport = kind
    ? { kind, host, port: Number(port), ...(kind === 'tcp' ? {} : { baudRate: baud }) }
    : { kind: 'rtu', path: target, baudRate: baud, parity, stopBits };
  const parsed = optionsSchema.safeParse({ transport });
  if (!parsed.success || target.includes('://') === (kind === undefined))
    throw new Error(
      `"${target}" is no target; write tcp://HOST:PORT, rtu-over-tcp://HOST:PORT or the path of a serial port`,
    );
  return parsed.data.transport;
}
