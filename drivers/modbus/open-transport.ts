import type { Clock } from '#agent/model/clock.ts';
import type { OpenConnection } from './connection.ts';
import { openRtuConnection } from './rtu-connection.ts';
import type { TransportOptions } from './schema.ts';
import { openSerialPipe } from '#drivers/byte-pipe/serial-pipe.ts';
import { openTcpConnection } from './tcp-connection.ts';
import { openTcpPipe } from '#drivers/byte-pipe/tcp-pipe.ts';
import { lineCharacterMs } from './wire-cost.ts';

/** What people call the connection; sources with the same name share one. */
export const transportName = (transport: TransportOptions): string =>
  transport.kind === 'rtu' ? transport.path : `${transport.host}:${transport.port}`;

export function openerOf(transport: TransportOptions, clock: Clock): OpenConnection {
  if (transport.kind === 'tcp') return openTcpConnection(socketOf(transport));
  const isRemote = transport.kind === 'rtu-over-tcp';
  return openRtuConnection(isRemote ? socketOf(transport) : openSerialPipe(transport), {
    characterMs: lineCharacterMs(transport),
    lateReplyMs: transport.lateReply,
    isRemote,
    clock,
  });
}

const socketOf = ({ host, port, connectTimeout }: Exclude<TransportOptions, { kind: 'rtu' }>) =>
  openTcpPipe({ host, port, connectTimeoutMs: connectTimeout });
