import type { Revealed } from './receiver.ts';

/** An OPC UA server by which the plant's own systems read what the agent knows. Read-only. */
export interface OpcuaServerOptions {
  /** Address to listen on: 127.0.0.1 is this box alone. */
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
  /** `none` is for this box alone. */
  readonly security: 'none' | 'signed' | 'encrypted';
  readonly policies: readonly ('Basic256Sha256' | 'Aes128_Sha256_RsaOaep' | 'Aes256_Sha256_RsaPss')[];
  /** Who may read; empty: whoever's certificate is trusted. */
  readonly users: readonly { readonly name: string; readonly password: Revealed }[];
  /** Clients at once. */
  readonly maxSessions: number;
  /** How often values are brought up to date while somebody is connected. Milliseconds. */
  readonly everyMs: number;
}
