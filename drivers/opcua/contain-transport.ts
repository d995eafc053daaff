import { StatusCodes } from 'node-opcua-client';
import type { StatusCode } from 'node-opcua-client';
import { TCP_transport } from 'node-opcua-transport';

/** The library's transport, with the entries that its public type leaves out. */
interface Receiving {
  _on_socket_data: (this: Receiving, data: Buffer) => void;
  readonly prematureTerminate: (error: Error, statusCode: StatusCode) => void;
}

const contained = Symbol('bytes that make no sense end their connection alone');

/**
 * The library throws out of the socket's own event when bytes make no sense to it (an acknowledge with more behind it, a
 * frame that cannot be decoded), which ends the process. Here such bytes end the connection that they came on.
 */
export function containTransport(): void {
  const prototype = TCP_transport.prototype as unknown as Receiving & { [contained]?: true };
  if (prototype[contained]) return;
  const receive = prototype._on_socket_data;
  prototype[contained] = true;
  prototype._on_socket_data = function receiveContained(data) {
    try {
      Reflect.apply(receive, this, [data]);
    } catch (error) {
      const cause = error instanceof Error ? error : new Error(String(error));
      this.prematureTerminate(new Error(`the server sent bytes that make no sense: ${cause.message}`), malformed);
    }
  };
}

const malformed = StatusCodes.BadTcpInternalError;
