import { STANDARD_NAMESPACE, addressSchema } from './address.ts';
import { PARALLEL, childrenOf, slices } from './browse-nodes.ts';
import type { Place } from './browse-nodes.ts';
import type { UaConnection } from './connection.ts';
import { describeVariables } from './describe-variables.ts';
import type { FoundVariable } from './describe-variables.ts';
import { createBatchLimit } from './limits.ts';
import { nodeIdIn } from './namespaces.ts';
import type { ServerFacts } from './server-facts.ts';

export interface BrowseOptions {
  /** Where to begin, as in a point's `address`; default is the Objects folder. */
  readonly start?: string;
  /** Levels below the start. */
  readonly depth: number;
  /** Only variables whose path this accepts. */
  readonly accepts: (path: string) => boolean;
  /** Also what stands in namespace 0: the server's own diagnostics. */
  readonly withStandard: boolean;
  /** Called after each step: nodes seen and variables found so far. */
  readonly progress: (seen: number, found: number) => void;
  /** Called for a node whose children the server does not tell. */
  readonly refused: (path: string, status: string) => void;
}

const OBJECTS_FOLDER = 'i=85';

/** The Server object: thousands of diagnostic nodes that nobody monitors in a plant. */
const SERVER_OBJECT = 'ns=0;i=2253';

/** Few: the answer of each may hold many references. */
const NODES_PER_BROWSE = 100;

/**
 * Walks the address space breadth first and yields variables as they are found, with their present value. Each node is
 * visited once, however many ways lead to it; a node that the server refuses to browse is told and left out alone.
 *
 * @throws Error when the start is no address of this server
 */
export async function* browseVariables(
  connection: UaConnection,
  facts: ServerFacts,
  options: BrowseOptions,
): AsyncGenerator<FoundVariable[]> {
  const limit = createBatchLimit(facts.limits.browse, NODES_PER_BROWSE);
  const readLimit = createBatchLimit(facts.limits.read);
  const browsing = { limit, namespaces: facts.namespaces, refused: options.refused };
  const start = startOf(facts.namespaces, options.start ?? OBJECTS_FOLDER);
  const isLeftOut = (nodeId: string): boolean => !options.withStandard && nodeId === SERVER_OBJECT && nodeId !== start;
  const visited = new Set<string>([start]);
  let level: Place[] = [{ nodeId: start, path: '' }];
  let found = 0;
  for (let depth = 0; depth < options.depth && level.length > 0; depth += 1) {
    const next: Place[] = [];
    for (const lane of slices(level, limit.size * PARALLEL)) {
      const children = await childrenOf(connection, lane, browsing);
      const fresh = children.filter(({ nodeId }) => !visited.has(nodeId) && visited.add(nodeId));
      const variables = fresh.filter(
        ({ isVariable, nodeId, path }) =>
          isVariable && (options.withStandard || !nodeId.startsWith('ns=0;')) && options.accepts(path),
      );
      for await (const described of describeVariables(connection, variables, readLimit)) {
        found += described.length;
        yield described;
      }
      for (const { nodeId, path } of fresh) if (!isLeftOut(nodeId)) next.push({ nodeId, path });
      options.progress(visited.size, found);
    }
    level = next;
  }
}

function startOf(namespaces: readonly string[], start: string): string {
  const { data: address, error } = addressSchema.safeParse(start);
  if (!address) throw new Error(`can't begin at "${start}": ${error.issues[0]?.message ?? 'no address'}`);
  const nodeId = nodeIdIn(namespaces, address);
  if (nodeId !== undefined) return nodeId;
  const known = namespaces.filter((uri) => uri !== STANDARD_NAMESPACE).join(', ');
  throw new Error(`the server does not have namespace ${address.namespaceUri}; it has ${known}`);
}
