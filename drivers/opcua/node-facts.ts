import {
  AttributeIds,
  NodeId,
  ReadRequest,
  TimestampsToReturn,
  TranslateBrowsePathsToNodeIdsRequest,
} from 'node-opcua-client';
import type {
  BrowsePathResult,
  DataValue,
  ReadResponse,
  TranslateBrowsePathsToNodeIdsResponse,
} from 'node-opcua-client';
import { inBatches } from './batches.ts';
import type { UaConnection } from './connection.ts';
import { factsFrom, propertiesFor } from './fact-texts.ts';
import type { Asked, Property } from './fact-texts.ts';
import type { BatchLimit } from './limits.ts';
import type { PlannedNode } from './node-plan.ts';
import type { PointPart } from './reading.ts';

/** HasProperty, OPC 10000-3 §7.10 */
const HAS_PROPERTY = 'ns=0;i=46';

const attributes = {
  Description: AttributeIds.Description,
  DataType: AttributeIds.DataType,
  DataTypeDefinition: AttributeIds.DataTypeDefinition,
} as const;

interface Question {
  /** Of the property, or of the node whose attribute is asked for. */
  readonly nodeId: string | NodeId;
  readonly asked: Asked | 'DataType';
  readonly parts: readonly PointPart[];
}

interface Wish {
  readonly nodeId: string | NodeId;
  readonly property: Property;
  readonly parts: readonly PointPart[];
}

export interface FactLimits {
  readonly read: BatchLimit;
  readonly translate: BatchLimit;
}

/**
 * Range, unit, description and state texts that the server knows of each node, as flat facts: `<point>.range`,
 * `<point>.unit`, `<point>.description`, `<point>.state.1`. Yields a batch at a time; nodes without them are left out.
 */
export async function* readNodeFacts(
  connection: Pick<UaConnection, 'request'>,
  nodes: readonly PlannedNode[],
  limits: FactLimits,
): AsyncGenerator<Readonly<Record<string, string>>> {
  const wishes: Wish[] = [];
  const types = new Map<string, { nodeId: NodeId; parts: PointPart[] }>();
  const questions = nodes.flatMap(({ nodeId, parts }): Question[] => [
    { nodeId, asked: 'Description', parts },
    { nodeId, asked: 'DataType', parts },
  ]);
  for await (const answers of read(connection, questions, limits.read)) {
    yield factsOf(answers);
    for (const { question, value } of answers) {
      if (question.asked !== 'DataType' || !(value instanceof NodeId)) continue;
      const { nodeId, parts } = question;
      for (const property of propertiesFor(value)) wishes.push({ nodeId, property, parts });
      if (value.namespace === 0) continue;
      const type = types.get(value.toString()) ?? { nodeId: value, parts: [] };
      type.parts.push(...parts);
      types.set(value.toString(), type);
    }
  }
  // What an enumeration's numbers mean stands at its type, once for all nodes.
  const ofTypes = [...types.values()];
  for (const { nodeId, parts } of ofTypes)
    for (const property of ['EnumStrings', 'EnumValues'] as const) wishes.push({ nodeId, property, parts });
  const definitions = ofTypes.map(({ nodeId, parts }): Question => ({ nodeId, asked: 'DataTypeDefinition', parts }));
  for await (const answers of read(connection, definitions, limits.read)) yield factsOf(answers);
  for await (const found of findProperties(connection, wishes, limits.translate))
    for await (const answers of read(connection, found, limits.read)) yield factsOf(answers);
}

interface Answer {
  readonly question: Question;
  readonly value: unknown;
}

function factsOf(answers: readonly Answer[]): Record<string, string> {
  return Object.fromEntries(
    answers.flatMap(({ question: { asked, parts }, value }) =>
      asked === 'DataType'
        ? []
        : factsFrom(asked, value).flatMap(({ name, text }) => parts.map(({ id }) => [`${id}.${name}`, text] as const)),
    ),
  );
}

/** What the server does not have or does not tell is left out. */
async function* read(
  connection: Pick<UaConnection, 'request'>,
  questions: readonly Question[],
  limit: BatchLimit,
): AsyncGenerator<Answer[]> {
  const ask = async (batch: readonly Question[]): Promise<readonly DataValue[]> => {
    const request = new ReadRequest({
      nodesToRead: batch.map(({ nodeId, asked }) => ({
        nodeId,
        attributeId: asked in attributes ? attributes[asked as keyof typeof attributes] : AttributeIds.Value,
      })),
      timestampsToReturn: TimestampsToReturn.Neither,
    });
    const what = `read what ${batch.length} nodes measure`;
    return (await connection.request<ReadResponse>(request, what)).results ?? [];
  };
  for await (const { items, answers } of inBatches(questions, limit, ask)) {
    yield items.flatMap((question, index) => {
      const answer = answers[index];
      return answer?.statusCode.isGoodish() ? [{ question, value: answer.value.value as unknown }] : [];
    });
  }
}

async function* findProperties(
  connection: Pick<UaConnection, 'request'>,
  wishes: readonly Wish[],
  limit: BatchLimit,
): AsyncGenerator<Question[]> {
  const translate = async (batch: readonly Wish[]): Promise<readonly BrowsePathResult[]> => {
    const request = new TranslateBrowsePathsToNodeIdsRequest({
      browsePaths: batch.map(({ nodeId, property }) => ({
        startingNode: nodeId,
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
  for await (const { items, answers } of inBatches(wishes, limit, translate)) {
    yield items.flatMap(({ property, parts }, index) => {
      const target = answers[index]?.targets?.[0]?.targetId;
      if (!target || target.serverIndex > 0) return [];
      const nodeId = new NodeId(target.identifierType, target.value, target.namespace);
      return [{ nodeId, asked: property, parts }];
    });
  }
}
