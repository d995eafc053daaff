import type { ServerSession } from 'node-opcua';
import type { TestServer } from './test-server.ts';

/** Ends every session at the server, as a restart of its services does, without a word to the client. */
export function endSessions({ server }: Pick<TestServer, 'server'>): void {
  // Nothing public lists them.
  const { _sessions } = server.engine as unknown as { _sessions: Record<string, ServerSession> };
  for (const { authenticationToken } of Object.values(_sessions))
    server.engine.closeSession(authenticationToken, true, 'Terminated');
}
