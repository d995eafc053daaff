import { ChangeServer } from '../permits/change-server.ts';
import { demoRegisters } from './demo-registers.ts';
import type { RegisterRow } from './demo-registers.ts';

export interface RegisterSystemOptions {
  /** On loopback; 0: any free one. */
  readonly port?: number;
  readonly token?: string;
  readonly now?: () => number;
}

interface KeptRow extends RegisterRow {
  readonly seq: number;
  readonly deleted: 0 | 1;
  readonly updateDate: number;
}

/**
 * An enterprise's own dual-prevention system: answers `GET /registers?cursor=N` with what changed after N, in its own
 * table names. Starts with the registers of the demo site; scenarios call its methods.
 */
export class RegisterSystem {
  readonly #server: ChangeServer;
  readonly #rows = new Map<string, KeptRow>();
  readonly #now: () => number;
  #seq = 0;

  constructor({ port = 0, token = 'register-token', now = Date.now }: RegisterSystemOptions = {}) {
    this.#now = now;
    this.#server = new ChangeServer({ path: '/registers', port, token, rows: () => this.#rows.values() });
    for (const row of demoRegisters(now())) this.put(row);
  }

  get endpoint(): string {
    return this.#server.endpoint;
  }

  get writesSeen(): number {
    return this.#server.writesSeen;
  }

  start = (): Promise<void> => this.#server.start();

  stop = (): Promise<void> => this.#server.stop();

  /** A new record, or a change of the one with this table and id. */
  put(row: RegisterRow): void {
    this.#keep({ ...row, seq: 0, deleted: 0, updateDate: 0 });
  }

  /** Changes some fields of a record. */
  change(table: string, id: string, fields: RegisterRow['fields']): void {
    const row = this.#row(table, id);
    this.#keep({ ...row, fields: { ...row.fields, ...fields } });
  }

  delete(table: string, id: string): void {
    this.#keep({ ...this.#row(table, id), deleted: 1 });
  }

  #row(table: string, id: string): KeptRow {
    const row = this.#rows.get(`${table}/${id}`);
    if (!row) throw new RangeError(`there is no record ${table}/${id}`);
    return row;
  }

  #keep(row: KeptRow): void {
    this.#seq += 1;
    this.#rows.set(`${row.table}/${row.id}`, { ...row, seq: this.#seq, updateDate: this.#now() });
  }
}
