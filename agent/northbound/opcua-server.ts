import { hostname } from 'node:os';
import path from 'node:path';
import { MessageSecurityMode, OPCUACertificateManager, OPCUAServer, SecurityPolicy } from 'node-opcua';
import type { OpcuaServerOptions } from '#agent/model/northbound.ts';
import { showPlant } from './plant-folder.ts';
import type { PlantPort } from './plant-port.ts';

export interface OpcuaServerParts {
  readonly port: PlantPort;
  readonly options: OpcuaServerOptions;
  /** Where its certificates are kept. */
  readonly directory: string;
  readonly version: string;
  readonly onTrouble: (text: string, cause: unknown) => void;
}

export interface RunningOpcuaServer {
  readonly url: string;
  /** Clients that are connected now. */
  readonly sessions: () => number;
  stop(): Promise<void>;
}

const APPLICATION = 'urn:firewatch';
/** A request for more than this is refused: nobody makes the agent build an answer of a hundred thousand nodes. */
const NODES_PER_CALL = 2_000;
const SUBSCRIPTIONS_PER_SESSION = 10;
const QUEUE_MAX = 1_000;
const SPARE_CONNECTIONS = 2;
const CERTIFICATES_EVERY_MS = 2_000;

/**
 * An OPC UA server that shows the site's points: value, status, time of the source, and as properties unit, range,
 * quality and whether it is simulated. It reads the running site and steers nothing: no node can be written, and no
 * method does anything to the plant. Rejects where the port is taken.
 */
export async function startOpcuaServer(parts: OpcuaServerParts): Promise<RunningOpcuaServer> {
  const { port, options, directory, version } = parts;
  const certificates = new OPCUACertificateManager({
    rootFolder: path.join(directory, 'pki'),
    automaticallyAcceptUnknownCertificate: false,
    disableFileWatchers: true,
  });
  const users = new Map(options.users.map(({ name, password }) => [name, password]));
  const server = new OPCUAServer({
    port: options.port,
    host: options.host,
    hostname: options.host === '0.0.0.0' || options.host === '::' ? hostname() : options.host,
    resourcePath: '/firewatch',
    serverInfo: {
      applicationUri: `${APPLICATION}:${port.site.id}:server`,
      applicationName: { text: `Firewatch ${port.site.name}` },
      productUri: APPLICATION,
    },
    buildInfo: { productName: 'Firewatch', manufacturerName: 'Firewatch', softwareVersion: version },
    serverCertificateManager: certificates,
    userCertificateManager: certificates,
    securityModes: [modes[options.security]],
    securityPolicies: options.security === 'none' ? [SecurityPolicy.None] : options.policies.map(policyOf),
    allowAnonymous: users.size === 0,
    userManager: {
      isValidUser: (name: string, password: string) => users.size > 0 && users.get(name)?.reveal() === password,
    },
    // Endpoints are asked for without security, as of every server; nothing else is told so.
    disableDiscovery: false,
    maxConnectionsPerEndpoint: options.maxSessions + SPARE_CONNECTIONS,
    serverCapabilities: {
      maxSessions: options.maxSessions,
      maxSubscriptionsPerSession: SUBSCRIPTIONS_PER_SESSION,
      maxSubscriptions: SUBSCRIPTIONS_PER_SESSION * options.maxSessions,
      maxMonitoredItemsQueueSize: QUEUE_MAX,
      minSupportedSampleRate: options.everyMs,
      operationLimits: {
        maxNodesPerRead: NODES_PER_CALL,
        maxNodesPerBrowse: NODES_PER_CALL,
        maxNodesPerTranslateBrowsePathsToNodeIds: NODES_PER_CALL,
        maxMonitoredItemsPerCall: NODES_PER_CALL,
        maxNodesPerWrite: 1,
      },
    },
  });
  await server.initialize();
  const plant = showPlant(server, port);
  try {
    await server.start();
  } catch (error) {
    await server.shutdown(0).catch(() => undefined);
    throw error;
  }
  const sessions = (): number => server.currentSessionCount;
  // Nobody connected, nothing done; whoever connects finds what is at most this old.
  const timer = setInterval(() => {
    try {
      if (sessions() > 0) plant.refresh();
    } catch (error) {
      parts.onTrouble('the values of the OPC UA server could not be brought up to date', error);
    }
  }, options.everyMs);
  server.on('create_session', () => plant.refresh());
  // A certificate that a person has moved to the trusted ones is taken without a restart.
  const certificateTimer = setInterval(() => {
    certificates.reloadCertificates().catch((error: unknown) => {
      parts.onTrouble('the certificates of the OPC UA server could not be read again', error);
    });
  }, CERTIFICATES_EVERY_MS);
  return {
    url: server.getEndpointUrl(),
    sessions,
    async stop() {
      clearInterval(timer);
      clearInterval(certificateTimer);
      await server.shutdown(0);
    },
  };
}

const modes = {
  none: MessageSecurityMode.None,
  signed: MessageSecurityMode.Sign,
  encrypted: MessageSecurityMode.SignAndEncrypt,
} as const;

const policyOf = (name: OpcuaServerOptions['policies'][number]): SecurityPolicy => SecurityPolicy[name];
