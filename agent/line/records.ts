import type { Journal } from '#agent/journal/journal.ts';
import type { Clock } from '#agent/model/clock.ts';
import type { AuditEntry } from '#agent/model/record.ts';
import type { LedgerEntry } from './ledger.ts';

/** What the running site has on disk, for those who show it, and the little that they put there. */
export interface SiteRecords {
  readonly journal: Pick<Journal, 'head' | 'tail' | 'read' | 'history' | 'trend'>;
  readonly audit: (entry: AuditEntry) => void;
  /** Something that happened to the agent itself. */
  readonly note: (event: { readonly kind: string; readonly text: string }) => void;
  readonly state: (scope: string) => ReadonlyMap<string, unknown>;
  /** `undefined` removes the key. */
  readonly remember: (scope: string, key: string, value: unknown) => void;
}

export const siteRecords = (
  journal: Journal,
  enter: (entry: LedgerEntry) => void,
  { clock, siteFlags }: { readonly clock: Clock; readonly siteFlags: () => number },
): SiteRecords => ({
  journal,
  audit: (body) => enter({ drafts: [{ stream: 'audit', body }] }),
  note: (event) => enter({ drafts: [{ stream: 'event', body: { time: clock.now(), ...event, flags: siteFlags() } }] }),
  state: (scope) => journal.state(scope),
  remember: (scope, key, value) => enter({ state: [{ scope, key, value }] }),
});
