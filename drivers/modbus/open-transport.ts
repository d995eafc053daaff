import type { OpenConnection } from './connection.ts';
import type { TransportOptions } from './schema.ts';
import { openTcpConnection } from './tcp-connection.ts';
import { openTcpPipe } from './tcp-pipe.ts';

/** What people call the connection; sources with the same name share one. */
export const transportName = (transport: TransportOptions): string =>
  transport.kind === 'rtu' ? transport.path : `${transport.host}:${transport.port}`;

export function openerOf(transport: TransportOptions): OpenConnection {
  if (transport.kind !== 'tcp') throw new Error(`transport ${transport.kind} is not there yet`);
  return openTcpConnection(openTcpPipe({ ...transport, connectTimeoutMs: transport.connectTimeout }));
}
