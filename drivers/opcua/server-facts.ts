import { AttributeIds, ReadRequest, TimestampsToReturn } from 'node-opcua-client';
import type { ReadResponse } from 'node-opcua-client';
import { SourceError } from '#drivers/driver.ts';
import { SIMULATOR_VENDOR } from '#agent/model/simulation.ts';
import { inBatches } from './batches.ts';
import type { UaConnection } from './connection.ts';
import { createBatchLimit } from './limits.ts';

/** What a server says of itself. Read anew after every session: all of it may have changed. */
export interface ServerFacts {
  /** NamespaceArray: the meaning of each namespace index, now. */
  readonly namespaces: readonly string[];
  readonly manufacturer: string;
  readonly product: string;
  readonly version: string;
  readonly isSimulator: boolean;
  /** OperationLimits; undefined where the server tells none. */
  readonly limits: {
    readonly read: number | undefined;
    readonly monitor: number | undefined;
    readonly browse: number | undefined;
    readonly translate: number | undefined;
    readonly history: number | undefined;
  };
}

/** Node numbers of OPC 10000-6 Annex A. */
const NAMESPACE_ARRAY = 2255;
const facts = {
  product: 2261,
  manufacturer: 2263,
  version: 2264,
  read: 11705,
  history: 12165,
  browse: 11710,
  translate: 11712,
  monitor: 11714,
} as const;

/** What to monitor in order to hear of a change of the namespace table. */
export const NAMESPACE_ARRAY_NODE = `ns=0;i=${NAMESPACE_ARRAY}`;

/** Few nodes a request: a server whose limit is not known yet must not stumble over the question. */
const FIRST_READ = 10;

export async function readServerFacts(connection: UaConnection): Promise<ServerFacts> {
  const nodes = [NAMESPACE_ARRAY, ...Object.values(facts)];
  const values = new Map<number, unknown>();
  const readBatch = async (batch: readonly number[]) => {
    const request = new ReadRequest({
      nodesToRead: batch.map((node) => ({ nodeId: `ns=0;i=${node}`, attributeId: AttributeIds.Value })),
      timestampsToReturn: TimestampsToReturn.Neither,
    });
    const response = await connection.request<ReadResponse>(request, `read what ${connection.endpoint} says of itself`);
    return response.results ?? [];
  };
  for await (const { items, answers } of inBatches(nodes, createBatchLimit(undefined, FIRST_READ), readBatch)) {
    for (const [index, node] of items.entries()) {
      const answer = answers[index];
      if (answer?.statusCode.isGoodish()) values.set(node, answer.value.value);
    }
  }
  const namespaces = values.get(NAMESPACE_ARRAY);
  if (!isTextList(namespaces)) {
    throw new SourceError(
      `${connection.endpoint}: the server does not tell its NamespaceArray, so no address can be resolved`,
    );
  }
  const text = (node: number): string => {
    const value = values.get(node);
    return typeof value === 'string' ? value : '';
  };
  const count = (node: number): number | undefined => Number(values.get(node) ?? 0) || undefined;
  const manufacturer = text(facts.manufacturer);
  return {
    namespaces,
    manufacturer,
    product: text(facts.product),
    version: text(facts.version),
    isSimulator: manufacturer.startsWith(SIMULATOR_VENDOR),
    limits: {
      read: count(facts.read),
      monitor: count(facts.monitor),
      browse: count(facts.browse),
      translate: count(facts.translate),
      history: count(facts.history),
    },
  };
}

export const isTextList = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((element) => typeof element === 'string');
