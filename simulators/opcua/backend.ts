import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type * as Library from 'node-opcua';
import type { OPCUAServer } from 'node-opcua';
import { SIMULATOR_VENDOR } from '#agent/model/simulation.ts';
import type { LimitsFault } from './fault.ts';
import { buildNodes, type NodeTable } from './node-table.ts';

export interface BackendOptions {
  /** The address that clients are told. */
  readonly publicUrl: string;
  readonly isSwapped: boolean;
  readonly loadPoints: number;
  readonly limits: LimitsFault | undefined;
}

/** One life of the OPC UA server: a restart is a new one. */
export interface Backend {
  readonly port: number;
  readonly nodes: NodeTable;
  readonly library: typeof Library;
  readonly stop: () => Promise<void>;
}

export const startBackend = async (options: BackendOptions): Promise<Backend> => {
  // Loading the library takes most of a second and 100 MB: only who runs this simulator pays.
  const library = await import('node-opcua');
  const pki = await mkdtemp(join(tmpdir(), 'firewatch-simulator-opcua-'));
  const { limits } = options;
  const server = new library.OPCUAServer({
    port: 0,
    hostname: '127.0.0.1',
    advertisedEndpoints: options.publicUrl,
    securityPolicies: [library.SecurityPolicy.None],
    securityModes: [library.MessageSecurityMode.None],
    serverCertificateManager: new library.OPCUACertificateManager({
      rootFolder: pki,
      automaticallyAcceptUnknownCertificate: true,
    }),
    serverInfo: { applicationUri: 'urn:firewatch:simulator:dcs', productUri: 'urn:firewatch:simulator' },
    buildInfo: {
      manufacturerName: SIMULATOR_VENDOR,
      productName: 'Simulated DCS',
      productUri: 'urn:firewatch:simulator',
      softwareVersion: '1.0',
      buildNumber: '1',
      buildDate: new Date(0),
    },
    isAuditing: false,
    maxConnectionsPerEndpoint: 100,
    serverCapabilities: {
      maxSessions: limits?.sessions ?? 50,
      maxSubscriptionsPerSession: limits?.subscriptionsPerSession ?? 100,
      maxMonitoredItemsPerSubscription: limits?.monitoredItemsPerSubscription ?? 100_000,
      operationLimits: {
        maxNodesPerRead: limits?.nodesPerRead ?? 5000,
        maxMonitoredItemsPerCall: limits?.monitoredItemsPerCall ?? 5000,
        maxNodesPerBrowse: limits?.nodesPerBrowse ?? 1000,
      },
    },
  });
  await server.initialize();
  const { addressSpace } = server.engine;
  if (!addressSpace) throw new Error('start the OPC UA simulator: the server has no address space after initialize');
  const nodes = buildNodes(library, addressSpace, options);
  await server.start();
  return { port: portOf(server), nodes, library, stop: () => stopServer(server, pki) };
};

const portOf = (server: OPCUAServer): number => {
  const port = server.endpoints[0]?.port;
  if (!port) throw new Error('start the OPC UA simulator: the server listens on no port');
  return port;
};

const stopServer = async (server: OPCUAServer, pki: string): Promise<void> => {
  await server.shutdown(0);
  await rm(pki, { recursive: true, force: true });
};
