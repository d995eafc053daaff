import { AttributeIds, ReadRequest, TimestampsToReturn, TranslateBrowsePathsToNodeIdsRequest } from 'node-opcua-client';
import type {
  BrowsePathResult,
  DataValue,
  ReadResponse,
  TranslateBrowsePathsToNodeIdsResponse,
} from 'node-opcua-client';
import { inBatches } from './batches.ts';
import type { UaConnection } from './connection.ts';
import type { BatchLimit } from './limits.ts';
import type { PlannedNode } from './node-plan.ts';

/** HasProperty, OPC 10000-3 §7.10 */
const HAS_PROPERTY = 'ns=0;i=46';

const properties = ['EURange', 'EngineeringUnits'] as const;
type Property = (typeof properties)[number];

interface Question {
  readonly node: PlannedNode;
  readonly property: Property | 'Description';
  /** Of the property, or of the node itself for its description. */
  readonly nodeId: string;
}

/**
 * Range, unit and description that the server knows of each node, as flat facts: `<point>.range`, `<point>.unit`,
 * `<point>.description`. Yields a batch at a time; nodes without them are left out.
 */
export async function* readNodeFacts(
  connection: UaConnection,
  nodes: readonly PlannedNode[],
  limit: BatchLimit,
): AsyncGenerator<Readonly<Record<string, string>>> {
  const questions: Question[] = nodes.map((node) => ({ node, property: 'Description', nodeId: node.nodeId }));
  for await (const found of findProperties(connection, nodes, limit)) questions.push(...found);
  const read = async (batch: readonly Question[]): Promise<readonly DataValue[]> => {
    const request = new ReadRequest({
      nodesToRead: batch.map(({ nodeId, property }) => ({
        nodeId,
        attributeId: property === 'Description' ? AttributeIds.Description : AttributeIds.Value,
      })),
      timestampsToReturn: TimestampsToReturn.Neither,
    });
    const response = await connection.request<ReadResponse>(request, `read what ${batch.length} nodes measure`);
    return response.results ?? [];
  };
  for await (const { items, answers } of inBatches(questions, limit, read)) {
    yield Object.fromEntries(
      items.flatMap(({ node, property }, index) => {
        const answer = answers[index];
        const fact = answer?.statusCode.isGoodish() ? factOf(property, answer.value.value) : undefined;
        if (fact === undefined) return [];
        return node.parts.map(({ id }) => [`${id}.${fact.name}`, fact.text] as const);
      }),
    );
  }
}

async function* findProperties(
  connection: UaConnection,
  nodes: readonly PlannedNode[],
  limit: BatchLimit,
): AsyncGenerator<Question[]> {
  const asked = nodes.flatMap((node) => properties.map((property) => ({ node, property })));
  const translate = async (batch: typeof asked): Promise<readonly BrowsePathResult[]> => {
    const request = new TranslateBrowsePathsToNodeIdsRequest({
      browsePaths: batch.map(({ node, property }) => ({
        startingNode: node.nodeId,
        relativePath: {
          elements: [
            { referenceTypeId: HAS_PROPERTY, isInverse: false, includeSubtypes: true, targetName: { name: property } },
          ],
        },
      })),
    });
    const what = `find the properties of ${batch.length} nodes`;
    return (await connection.request<TranslateBrowsePathsToNodeIdsResponse>(request, what)).results ?? [];
  };
  for await (const { items, answers } of inBatches(asked, limit, (batch) => translate([...batch]))) {
    yield items.flatMap(({ node, property }, index) => {
      const target = answers[index]?.targets?.[0]?.targetId;
      return target
        ? [{ node, property, nodeId: `ns=${target.namespace};${target.toString().split(';').at(-1)}` }]
        : [];
    });
  }
}

/** EURange is a Range, EngineeringUnits an EUInformation, the description a LocalizedText. */
export function factOf(property: Question['property'], value: unknown): { name: string; text: string } | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { low, high, displayName, text } = value as Record<string, unknown>;
  if (property === 'EURange' && typeof low === 'number' && typeof high === 'number')
    return { name: 'range', text: `${low} … ${high}` };
  const unit = (displayName as { readonly text?: unknown } | undefined)?.text;
  if (property === 'EngineeringUnits' && typeof unit === 'string' && unit !== '') return { name: 'unit', text: unit };
  if (property === 'Description' && typeof text === 'string' && text !== '') return { name: 'description', text };
  return undefined;
}
