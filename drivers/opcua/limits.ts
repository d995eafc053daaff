/**
 * How many operations go into one request. Starts at the server's own limit where it tells one, else modest; halves when
 * the server refuses, and never grows again within a connection.
 */
export interface BatchLimit {
  readonly size: number;
  /** Lowers the limit below a batch that was refused. False when it can't go lower: the operation itself is the trouble. */
  readonly halve: (refused: number) => boolean;
}

/** For a server that tells no limit: what DCS gateways are known to accept, far below what breaks them. */
const UNKNOWN_LIMIT = 500;

/**
 * @param told - the server's OperationLimits value; absent or 0 means unknown (OPC 10000-5 §6.3.11)
 * @param cap - our own limit
 */
export function createBatchLimit(told: number | undefined, cap: number = UNKNOWN_LIMIT): BatchLimit {
  let size = Math.max(1, told ? Math.min(told, cap) : cap);
  return {
    get size() {
      return size;
    },
    halve(refused) {
      if (refused <= 1) return false;
      size = Math.max(1, Math.min(size, Math.floor(refused / 2)));
      return true;
    },
  };
}

/** Status codes by which servers say that a request or its response was too big. */
const tooBig = new Set([
  'BadTooManyOperations',
  'BadEncodingLimitsExceeded',
  'BadRequestTooLarge',
  'BadResponseTooLarge',
  'BadTcpMessageTooLarge',
  'BadOutOfMemory',
]);

export const isTooBig = (statusName: string): boolean => tooBig.has(statusName);

/** By these a server says that it does not have the service at all. */
const noService = new Set(['BadServiceUnsupported', 'BadNotImplemented', 'BadNotSupported']);

export const isNoService = (statusName: string): boolean => noService.has(statusName);
