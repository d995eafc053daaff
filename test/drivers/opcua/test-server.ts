import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  DataType,
  MessageSecurityMode,
  OPCUACertificateManager,
  OPCUAServer,
  SecurityPolicy,
  StatusCodes,
  type Namespace,
  type OPCUAServerOptions,
  type ServerSession,
  type StatusCode,
  type UAVariable,
  type VariantLike,
} from 'node-opcua';

export interface ServedTag {
  readonly uri: string;
  /** String identifier. */
  readonly id: string;
  readonly value: VariantLike;
}

export interface TestServer {
  readonly endpoint: string;
  readonly port: number;
  readonly server: OPCUAServer;
  readonly variable: (id: string) => UAVariable;
  readonly set: (id: string, value: VariantLike, statusCode?: StatusCode, sourceTime?: Date) => void;
  /** Monitored items of all sessions, now. */
  readonly monitored: () => number;
  readonly stop: () => Promise<void>;
}

export interface TestServerOptions {
  /** In the order in which they get their indices. */
  readonly uris: readonly string[];
  readonly tags: readonly ServedTag[];
  /** 0 picks a free one. */
  readonly port?: number;
  readonly manufacturer?: string;
  readonly server?: Partial<OPCUAServerOptions>;
}

export const double = (value: number): VariantLike => ({ dataType: DataType.Double, value });

/** A real server of the library on loopback, without security unless asked for. */
export async function startTestServer(options: TestServerOptions): Promise<TestServer> {
  const directory = await mkdtemp(path.join(tmpdir(), 'opcua-server-'));
  const server = new OPCUAServer({
    port: options.port ?? 0,
    host: '127.0.0.1',
    hostname: '127.0.0.1',
    buildInfo: { productName: 'test server', manufacturerName: options.manufacturer ?? 'ACME' },
    securityModes: [MessageSecurityMode.None],
    securityPolicies: [SecurityPolicy.None],
    disableDiscovery: true,
    // Every change at a sampling interval of 0, none merged with the next.
    serverCapabilities: { minSupportedSampleRate: 0 },
    serverCertificateManager: new OPCUACertificateManager({
      rootFolder: path.join(directory, 'pki'),
      automaticallyAcceptUnknownCertificate: true,
      disableFileWatchers: true,
    }),
    ...options.server,
  });
  await server.initialize();
  const addressSpace = server.engine.addressSpace;
  if (!addressSpace) throw new Error('no address space');
  const namespaces = new Map<string, Namespace>();
  for (const uri of options.uris) namespaces.set(uri, addressSpace.registerNamespace(uri));
  const variables = new Map<string, UAVariable>();
  for (const { uri, id, value } of options.tags) {
    const namespace = namespaces.get(uri);
    if (!namespace) throw new Error(`no namespace ${uri}`);
    const { dataType } = value as { dataType: DataType };
    const variable = namespace.addVariable({
      componentOf: addressSpace.rootFolder.objects.server,
      nodeId: `s=${id}`,
      browseName: id,
      dataType,
      valueRank: Array.isArray((value as { value: unknown }).value) ? 1 : -1,
    });
    variable.setValueFromSource(value);
    variables.set(`${uri}|${id}`, variable);
    variables.set(id, variable);
  }
  await server.start();
  const port = new URL(server.getEndpointUrl().replace('opc.tcp', 'http')).port;
  const variable = (id: string): UAVariable => {
    const found = variables.get(id);
    if (!found) throw new Error(`no variable ${id}`);
    return found;
  };
  return {
    endpoint: `opc.tcp://127.0.0.1:${port}`,
    port: Number(port),
    server,
    variable,
    set: (id, value, statusCode = StatusCodes.Good, sourceTime = new Date()) =>
      variable(id).setValueFromSource(value, statusCode, sourceTime),
    monitored: () => {
      // Nothing public counts them.
      const { _sessions } = server.engine as unknown as { _sessions: Record<string, ServerSession> };
      return Object.values(_sessions)
        .flatMap(({ publishEngine }) => publishEngine.subscriptions)
        .reduce((sum, { monitoredItemCount }) => sum + monitoredItemCount, 0);
    },
    async stop() {
      await server.shutdown(0);
      await rm(directory, { recursive: true, force: true });
    },
  };
}
