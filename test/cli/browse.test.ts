import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BrowseResult, DataType, MessageSecurityMode, SecurityPolicy, StatusCodes } from 'node-opcua';
import type { BrowseRequest } from 'node-opcua';
import { afterEach, describe, expect, it } from 'vitest';
import { growTree, treeUri } from '#test/drivers/opcua/plant-tree.ts';
import { tapService } from '#test/drivers/opcua/service-tap.ts';
import { startTestServer } from '#test/drivers/opcua/test-server.ts';
import type { TestServer, TestServerOptions } from '#test/drivers/opcua/test-server.ts';

const main = new URL('../../agent/cli/main.ts', import.meta.url).pathname;

const cleanup: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of cleanup.splice(0).toReversed()) await undo();
});

async function serve(options: Partial<TestServerOptions> = {}): Promise<TestServer> {
  const server = await startTestServer({ uris: ['urn:other', treeUri], tags: [], ...options });
  cleanup.push(server.stop);
  return server;
}

interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function firewatch(...args: readonly string[]): Promise<Outcome> {
  const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const texts = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (texts.out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (texts.err += text));
  const [code] = (await once(child, 'close')) as [number];
  return { code, ...texts };
}

const browse = ({ endpoint }: TestServer, ...args: readonly string[]): Promise<Outcome> =>
  firewatch('browse', 'opcua', endpoint, '--rate', '1000', ...args);

const variablesIn = ({ out }: Outcome) =>
  out
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as { id: string; address: string; path: string; value: string; status: string });

const paths = (outcome: Outcome): string[] => variablesIn(outcome).map(({ path }) => path);

/** What `firewatch check` says of a site that holds the listing. */
async function checked(server: TestServer, pasted: { readonly yaml?: string; readonly csv?: string }) {
  const directory = mkdtempSync(join(tmpdir(), 'firewatch-browse-'));
  cleanup.push(() => rmSync(directory, { recursive: true }));
  const file = join(directory, 'site.yaml');
  const points = pasted.csv === undefined ? (pasted.yaml ?? '') : 'include: [tags.csv]\n';
  if (pasted.csv !== undefined) writeFileSync(join(directory, 'tags.csv'), pasted.csv);
  const source = `{ id: dcs, kind: opcua, endpoint: "${server.endpoint}" }`;
  const site = `site: { id: a, name: a, timezone: UTC }\njournal: { directory: ./data }\nsources: [${source}]\n`;
  writeFileSync(file, site + points);
  return firewatch('check', file);
}

describe('firewatch browse opcua', () => {
  it('lists 3,000 variables once each, in requests within the limits, and their number on stderr', async () => {
    const operationLimits = { maxNodesPerBrowse: 40, maxNodesPerRead: 90 };
    const server = await serve({ server: { serverCapabilities: { operationLimits } } });
    growTree(server, { areas: 30, tagsPerArea: 100 });
    const browses = tapService<BrowseRequest>(server.server, 'Browse');
    const reads = tapService<{ nodesToRead: unknown[] | null }>(server.server, 'Read');
    const outcome = await browse(server, '--json');
    expect(outcome.code).toBe(0);
    const variables = variablesIn(outcome);
    expect(variables).toHaveLength(3000);
    expect(new Set(variables.map(({ id }) => id)).size).toBe(3000);
    expect(new Set(variables.map(({ address }) => address)).size).toBe(3000);
    expect(variables.find(({ path }) => path === 'Area7/A7-T0042')).toMatchObject({
      id: 'Area7.A7-T0042',
      address: `nsu=${treeUri};s=A7-T0042`,
      value: '42',
      status: 'Good',
      kind: 'number',
    });
    expect(outcome.err).toContain('3000 variables found');
    const sizes = browses.requests.map(({ nodesToBrowse }) => nodesToBrowse?.length ?? 0);
    expect(Math.max(...sizes)).toBe(40);
    expect(Math.max(...reads.requests.map(({ nodesToRead }) => nodesToRead?.length ?? 0))).toBe(90);
  });

  it('takes only paths that the filter names, levels to the depth, and what is below the start', async () => {
    const server = await serve();
    const { namespace, area } = growTree(server, { areas: 2, tagsPerArea: 3 });
    const pump = namespace.addObject({ organizedBy: area(1), nodeId: 's=P-101', browseName: 'P-101' });
    namespace.addVariable({ componentOf: pump, nodeId: 's=P-101.run', browseName: 'run', dataType: 'Boolean' });
    expect(paths(await browse(server, '--json', '--filter', 'area2/*t0003'))).toEqual(['Area2/A2-T0003']);
    expect(paths(await browse(server, '--json', '--filter', 'P-101'))).toEqual(['Area1/P-101/run']);
    const shallow = paths(await browse(server, '--json', '--depth', '2'));
    expect(shallow).toHaveLength(6);
    expect(shallow).not.toContain('Area1/P-101/run');
    expect(paths(await browse(server, '--json', '--start', `nsu=${treeUri};s=P-101`))).toEqual(['run']);
    const nowhere = await browse(server, '--start', 'nsu=urn:gone;s=x');
    expect(nowhere).toMatchObject({ code: 1, out: '' });
    expect(nowhere.err).toContain(`does not have namespace urn:gone; it has`);
    expect((await browse(server, '--start', 'ns=2;s=x')).err).toContain('names its namespace by index 2');
    expect(await browse(server, '--filter', 'nothing')).toMatchObject({ code: 1, out: '' });
  });

  it('prints YAML and CSV that firewatch check accepts as they are, odd names and all', async () => {
    const server = await serve();
    const { namespace, area } = growTree(server, { areas: 2, tagsPerArea: 3 });
    for (const [id, dataType] of [
      ['1#反应釜.温度', 'Double'],
      ['say "yes", or: no', 'Boolean'],
      ['-> valve\nnote', 'String'],
      ['odd#[1]', 'Double'],
    ] as const)
      namespace.addVariable({ componentOf: area(1), nodeId: `s=${id}`, browseName: id, dataType: DataType[dataType] });
    const yaml = await browse(server);
    expect(yaml.out).toMatch(/^points:\n {2}# Area1\/A1-T0001: 1\n {2}- id: Area1\.A1-T0001\n/);
    expect(yaml.out).toContain(`node: nsu=${treeUri};s=odd#[1]`);
    const checkedYaml = await checked(server, { yaml: yaml.out });
    expect(checkedYaml).toMatchObject({ code: 0, err: '' });
    expect(checkedYaml.out).toMatch(/points +10 /);
    const csv = await browse(server, '--csv');
    expect(csv.err).toContain('1 left out: CSV');
    const checkedCsv = await checked(server, { csv: csv.out });
    expect(checkedCsv).toMatchObject({ code: 0, err: '' });
    expect(checkedCsv.out).toMatch(/points +9 /);
  });

  it.each([1, 2])(
    'gets every child of a server that has %i continuation points',
    async (maxBrowseContinuationPoints) => {
      const server = await serve({ server: { serverCapabilities: { maxBrowseContinuationPoints } } });
      growTree(server, { areas: 4, tagsPerArea: 1100 });
      const outcome = await browse(server, '--json', '--depth', '2');
      expect(outcome.err).not.toContain('not browsed');
      expect(new Set(paths(outcome)).size).toBe(4400);
    },
  );

  it('gets every child of a server that forgets continuation points when it needs them', async () => {
    const server = await serve();
    growTree(server, { areas: 4, tagsPerArea: 1100 });
    // A server frees the points of earlier requests when a later one needs them (OPC 10000-4 §7.9).
    const nexts = tapService(server.server, 'BrowseNext');
    nexts.verdict = () => {
      const [session] = Object.values((server.server.engine as unknown as Sessions)._sessions);
      if (nexts.requests.length <= 3) session?.continuationPointManager.clear();
      return undefined;
    };
    const outcome = await browse(server, '--json', '--depth', '2');
    expect(nexts.requests.length).toBeGreaterThan(4);
    expect(outcome.err).not.toContain('not browsed');
    expect(new Set(paths(outcome)).size).toBe(4400);
  });

  it('a node that refuses to be browsed is told, and the others are listed', async () => {
    const server = await serve();
    const { addressSpace, area } = growTree(server, { areas: 3, tagsPerArea: 5 });
    const refusing = area(2).nodeId.toString();
    const browseNode = addressSpace.browseSingleNode.bind(addressSpace);
    addressSpace.browseSingleNode = (nodeId, ...rest) =>
      nodeId.toString() === refusing
        ? new BrowseResult({ statusCode: StatusCodes.BadUserAccessDenied })
        : browseNode(nodeId, ...rest);
    const outcome = await browse(server, '--json');
    expect(outcome.code).toBe(0);
    expect(paths(outcome)).toHaveLength(10);
    expect(outcome.err).toContain('not browsed: Area2: BadUserAccessDenied');
  });

  it('browses a secured server whose certificate has the given fingerprint, and no other', async () => {
    const server = await serve({
      server: {
        disableDiscovery: false,
        securityModes: [MessageSecurityMode.SignAndEncrypt],
        securityPolicies: [SecurityPolicy.Basic256Sha256],
      },
    });
    growTree(server, { areas: 1, tagsPerArea: 2 });
    const security = ['--json', '--mode', 'SignAndEncrypt', '--policy', 'Basic256Sha256'];
    const unknown = await browse(server, ...security);
    expect(unknown).toMatchObject({ code: 1, out: '' });
    const [, fingerprint] = /browse again with --fingerprint (\S+)/.exec(unknown.err) ?? [];
    const pinned = await browse(server, ...security, '--fingerprint', fingerprint ?? '');
    expect(pinned.err).toContain('2 variables found');
    expect(paths(pinned)).toHaveLength(2);
    const other = await browse(server, ...security, '--fingerprint', 'ab'.repeat(32));
    expect(other).toMatchObject({ code: 1, out: '' });
    expect(other.err).toContain('this agent rejected the server');
  });

  it('says what was tried when nobody answers', async () => {
    const server = await serve();
    await server.stop();
    cleanup.pop();
    const outcome = await browse(server);
    expect(outcome).toMatchObject({ code: 1, out: '' });
    expect(outcome.err).toContain(server.endpoint);
    expect(await firewatch('browse', 'opcua')).toMatchObject({ code: 2, out: '' });
  });
});

interface Sessions {
  readonly _sessions: Record<string, { readonly continuationPointManager: { clear: () => void } }>;
}
