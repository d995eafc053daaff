import { z } from 'zod';
import { duration } from '#config/duration.ts';
import type { OpenPipe } from '#drivers/byte-pipe/byte-pipe.ts';
import { openSerialPipe } from '#drivers/byte-pipe/serial-pipe.ts';
import { openTcpPipe } from '#drivers/byte-pipe/tcp-pipe.ts';

export interface LineDefaults {
  readonly baudRate: number;
  /** Absent: the device has no port of its own, and the integrator names that of the serial server. */
  readonly port?: number;
}

/** A serial port, or TCP to a transparent serial server or a device that speaks its line protocol on a socket. */
export function lineTransport({ baudRate, port }: LineDefaults) {
  const tcpPort = z.int().min(1).max(65535);
  return z
    .discriminatedUnion('kind', [
      z.strictObject({
        kind: z.literal('serial'),
        path: z.string().min(1).meta({
          description:
            'Serial port; best below /dev/serial/by-id/, where a replugged adapter is found again. * matches any text in the last part',
        }),
        baudRate: z.int().min(300).max(4_000_000).default(baudRate).meta({ description: 'Bits per second' }),
        parity: z.enum(['none', 'even', 'odd']).default('none').meta({ description: 'Parity' }),
        dataBits: z.literal([7, 8]).default(8).meta({ description: 'Data bits' }),
        stopBits: z.literal([1, 2]).default(1).meta({ description: 'Stop bits' }),
      }),
      z.strictObject({
        kind: z.literal('tcp'),
        host: z.string().min(1).meta({ description: 'Host name or address of the serial server or device' }),
        port: (port === undefined ? tcpPort : tcpPort.default(port)).meta({ description: 'TCP port' }),
        connectTimeout: duration({ min: 10, max: 60_000 })
          .prefault('3s')
          .meta({ description: 'Longest time to make the connection' }),
      }),
    ])
    .meta({ description: 'How the device is reached' });
}

export type LineTransport = z.output<ReturnType<typeof lineTransport>>;

/** What people call the line. Sources whose transport is the same in every key share one. */
export const lineName = (transport: LineTransport): string =>
  transport.kind === 'serial' ? transport.path : `${transport.host}:${transport.port}`;

export const lineOpener = (transport: LineTransport): OpenPipe =>
  transport.kind === 'serial'
    ? openSerialPipe(transport)
    : openTcpPipe({ host: transport.host, port: transport.port, connectTimeoutMs: transport.connectTimeout });
