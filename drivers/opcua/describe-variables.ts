import { AttributeIds, DataType, ReadRequest, TimestampsToReturn } from 'node-opcua-client';
import type { DataValue, ReadResponse } from 'node-opcua-client';
import { inBatches } from './batches.ts';
import type { Child } from './browse-nodes.ts';
import type { UaConnection } from './connection.ts';
import type { BatchLimit } from './limits.ts';

/** One variable found in a server's address space. */
export interface FoundVariable {
  /** As it is written in a point's `address`. */
  readonly address: string;
  /** Browse names from the start, joined by `/`. */
  readonly path: string;
  readonly name: string;
  /** As in a point's `kind`, from the type of its value: a server does not say what is measured. */
  readonly kind: 'number' | 'state' | 'text';
  /** Its value now, as text; empty where it has none or can't be read. */
  readonly value: string;
  /** Of its value: `Good`, or why there is none. */
  readonly status: string;
}

/** Reads the present value of each variable, a batch at a time. */
export async function* describeVariables(
  connection: UaConnection,
  variables: readonly Child[],
  limit: BatchLimit,
): AsyncGenerator<FoundVariable[]> {
  const read = async (batch: readonly Child[]): Promise<readonly DataValue[]> => {
    const request = new ReadRequest({
      nodesToRead: batch.map(({ nodeId }) => ({ nodeId, attributeId: AttributeIds.Value })),
      timestampsToReturn: TimestampsToReturn.Neither,
    });
    return (await connection.request<ReadResponse>(request, `read ${batch.length} values`)).results ?? [];
  };
  for await (const { items, answers, refusal } of inBatches(variables, limit, read)) {
    yield items.map(({ address, path, name }, index) => {
      const answer = answers[index];
      const status = answer?.statusCode.name ?? refusal?.status ?? '';
      return { address, path, name, status, kind: kindOf(answer), value: answer ? valueText(answer) : '' };
    });
  }
}

const textTypes: ReadonlySet<DataType | undefined> = new Set([
  DataType.String,
  DataType.LocalizedText,
  DataType.QualifiedName,
  DataType.Guid,
  DataType.XmlElement,
]);

function kindOf(answer: DataValue | undefined): FoundVariable['kind'] {
  const dataType = answer?.value.dataType;
  if (dataType === DataType.Boolean) return 'state';
  return textTypes.has(dataType) ? 'text' : 'number';
}

/** Long values (arrays, blobs) are cut: the list is for people. */
const LONGEST_VALUE = 60;

function valueText({ value }: DataValue): string {
  const plain: unknown = value.value;
  if (plain === null || plain === undefined) return '';
  const text = typeof plain === 'string' ? plain : JSON.stringify(plain);
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text;
}
