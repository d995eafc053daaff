import type { Request } from './request.ts';

/** How an exchange ended. */
export type Outcome =
  | { readonly kind: 'data'; readonly data: Uint8Array }
  /** The device answered with an exception. */
  | { readonly kind: 'exception'; readonly code: number }
  /** No reply that fits within the deadline. `found` says what came instead; empty for silence. */
  | { readonly kind: 'timeout'; readonly found: string }
  /** Not asked: a late reply to an earlier request could be taken for the answer. Ask again after `waitMs`. */
  | { readonly kind: 'held'; readonly waitMs: number }
  /** The connection is gone. */
  | { readonly kind: 'closed' };

export interface ExchangeTerms {
  readonly timeoutMs: number;
  /** Most registers or bits that the device serves in one request; a request may be widened up to here. */
  readonly maxCount: number;
}

/**
 * Asks one thing at a time. A second request before the first has ended would be a fault of the caller: with one in
 * flight a reply that does not fit is a stray, never somebody else's.
 */
export interface Connection {
  readonly exchange: (request: Request, terms: ExchangeTerms) => Promise<Outcome>;
  readonly close: () => void;
}

/** Opens a connection; `lost` is told once when it ends by itself. */
export type OpenConnection = (lost: (reason: string) => void, signal: AbortSignal) => Promise<Connection>;
