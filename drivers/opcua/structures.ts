import { DataTypeExtractStrategy, getExtraDataTypeManager } from 'node-opcua-client';
import type { NodeId } from 'node-opcua-client';
import { BinaryStream } from 'node-opcua-binary-stream';
import type { UaConnection } from './connection.ts';
import { messageOf } from './faults.ts';
import type { BatchLimit } from './limits.ts';
import { typeSession } from './type-session.ts';
import { NOT_THERE, NOT_YET_KNOWN } from './variant.ts';
import type { OpenStructure } from './variant.ts';

/** The structure types of one session under one namespace table. */
export interface Structures {
  /** Decodes a structure whose type is known; notes the type of any other, so that it can be learned. */
  readonly open: OpenStructure;
  /** True when a structure came whose type has yet to be asked of the server. */
  readonly hasUnknown: () => boolean;
  /**
   * Asks the server for the types of all structures that came. A type that it does not tell is not asked for again, and
   * its values are bad from then on.
   *
   * @returns why each such type can't be decoded
   */
  readonly learn: () => Promise<readonly string[]>;
}

/** As the library leaves a structure whose type it does not know. */
interface ClosedStructure {
  /** Of the type's binary encoding. */
  readonly nodeId: NodeId;
  readonly buffer: Buffer;
}

type Constructor = new () => { decode(stream: BinaryStream): void };

export function createStructures(connection: UaConnection, limit: BatchLimit): Structures {
  const session = typeSession(connection, limit);
  const known = new Map<string, Constructor | undefined>();
  const unknown = new Map<string, NodeId>();
  const opened = new WeakMap<object, unknown>();

  const decode = ({ nodeId, buffer }: ClosedStructure): unknown => {
    const encoding = nodeId.toString();
    const Structure = known.get(encoding);
    if (!Structure) {
      if (known.has(encoding)) return NOT_THERE;
      unknown.set(encoding, nodeId);
      return NOT_YET_KNOWN;
    }
    try {
      const structure = new Structure();
      structure.decode(new BinaryStream(buffer));
      return structure;
    } catch {
      // The bytes do not fit the type that the server tells: its points are bad, by reason decode.
      return NOT_THERE;
    }
  };

  return {
    hasUnknown: () => unknown.size > 0,
    open(value) {
      if (!isClosed(value)) return value;
      const before = opened.get(value);
      if (before !== undefined) return before;
      const structure = decode(value);
      if (structure !== NOT_YET_KNOWN) opened.set(value, structure);
      return structure;
    },
    async learn() {
      const faults: string[] = [];
      for (const [encoding, nodeId] of unknown) {
        try {
          const manager = await getExtraDataTypeManager(session, DataTypeExtractStrategy.Lazy);
          known.set(encoding, await manager.getExtensionObjectConstructorFromBinaryEncodingAsync(nodeId));
        } catch (error) {
          known.set(encoding, undefined);
          faults.push(`structure ${encoding}: ${messageOf(error)}`);
        }
        unknown.delete(encoding);
      }
      return faults;
    },
  };
}

const isClosed = (value: object): value is ClosedStructure =>
  value.constructor.name === 'OpaqueStructure' && 'nodeId' in value && 'buffer' in value;
