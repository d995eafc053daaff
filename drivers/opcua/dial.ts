import type { OPCUAClient } from 'node-opcua-client';
import type { OpcuaOptions } from './schema.ts';

/** How the channel is opened: by dialling, or by waiting for the server's call. */
export interface Dial {
  /** For messages. */
  readonly endpoint: string;
  readonly open: (client: OPCUAClient) => Promise<void>;
  /** Longest time that opening may take; absent: as for every step of connecting. */
  readonly withinMs?: number;
  /** What it means that opening took longer: one sentence. */
  readonly lateText?: string;
}

/** Every way to the server in the configured order, which begins anew behind the last; the first choice comes first. */
export function waysTo(options: OpcuaOptions, firstChoice: string | undefined): string[] {
  const all = [...new Set([options.endpoint, ...options.redundant])];
  const first = Math.max(0, firstChoice === undefined ? 0 : all.indexOf(firstChoice));
  return [...all.slice(first), ...all.slice(0, first)];
}

export const dialTo = (endpoint: string): Dial => ({ endpoint, open: (client) => client.connect(endpoint) });
