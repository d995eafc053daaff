import { join } from 'node:path';
import type { Logger } from 'pino';
import type { OpcuaServerOptions } from '#agent/model/northbound.ts';
import type { RunningOpcuaServer } from '#agent/northbound/opcua-server.ts';
import type { RunningSite } from '#agent/site.ts';
import { version } from '../version.ts';

/** Serves the points over OPC UA. Where that fails the agent goes on without it, and says so: watching comes first. */
export async function openOpcuaServer(
  site: RunningSite,
  options: OpcuaServerOptions,
  logger: Logger,
): Promise<RunningOpcuaServer | undefined> {
  try {
    const [{ startOpcuaServer }, { quietLibrary }, { containTransport }] = await Promise.all([
      import('#agent/northbound/opcua-server.ts'),
      import('#drivers/opcua/quiet-library.ts'),
      import('#drivers/opcua/contain-transport.ts'),
    ]);
    quietLibrary();
    containTransport();
    const { site: told, journal } = site.config();
    const running = await startOpcuaServer({
      port: { site: told, points: () => site.config().points, latest: (point) => site.latest(point) },
      options,
      directory: join(journal.directory, 'opcua-server'),
      version,
      onTrouble: (text, cause) => logger.error({ err: cause }, text),
    });
    logger.info({ url: running.url }, `points are served over OPC UA at ${running.url}, read-only`);
    return running;
  } catch (error) {
    logger.error(
      { err: error },
      `points can not be served over OPC UA at ${options.host}:${options.port}; free the port or change "opcuaServer.port"; the agent goes on without it`,
    );
    return undefined;
  }
}
