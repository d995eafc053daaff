import { SIMULATOR_VENDOR } from '#agent/model/simulation.ts';
import { ChangeServer } from './change-server.ts';
import { crewCsv, crewRoster } from './crew-roster.ts';

/** One permit as this system keeps it: its own words and codes, as such systems have them. */
export interface Ticket {
  readonly id: string;
  readonly seq: number;
  readonly deleted: 0 | 1;
  readonly ticketType: string;
  readonly level: string;
  readonly ticketStatus: string;
  readonly planStartTime: number;
  readonly planEndTime: number;
  readonly updateDate: number;
  readonly workAreaCode: string;
  readonly ticketContent: string;
  readonly workers: readonly string[];
  readonly supervisor: string;
  readonly gasAnalysis: readonly {
    readonly analystTime: number;
    readonly gasName: string;
    readonly analysisResults: number;
    readonly resultsUnit: string;
  }[];
  readonly videoCodes: readonly string[];
}

export interface PermitSystemOptions {
  /** On loopback; 0: any free one. */
  readonly port?: number;
  readonly token?: string;
  readonly seed?: number;
  readonly now?: () => number;
}

const HOUR_MS = 3_600_000;

/**
 * A permit system that answers `GET /permits?cursor=N` with what changed after N, and `GET /roster` and `/roster.csv` with
 * who wears which tag; scenarios call its methods.
 */
export class PermitSystem {
  readonly #server: ChangeServer;
  readonly #tickets = new Map<string, Ticket | Readonly<Record<string, unknown>>>();
  readonly #options: Required<PermitSystemOptions>;
  #seq = 0;
  #seed: number;

  constructor(options: PermitSystemOptions = {}) {
    this.#options = { port: 0, token: 'permit-token', seed: 1, now: Date.now, ...options };
    this.#seed = this.#options.seed;
    const { port, token } = this.#options;
    this.#server = new ChangeServer({
      path: '/permits',
      port,
      token,
      rows: () => this.#tickets.values(),
      whole: { '/roster': () => ({ vendor: SIMULATOR_VENDOR, data: crewRoster() }), '/roster.csv': crewCsv },
    });
  }

  get endpoint(): string {
    return this.#server.endpoint;
  }

  /** Requests that asked for something else than to read. */
  get writesSeen(): number {
    return this.#server.writesSeen;
  }

  start = (): Promise<void> => this.#server.start();

  stop = (): Promise<void> => this.#server.stop();

  /** Hot work of grade 1, signed and not begun, unless `more` says otherwise. Returns its id. */
  create(more: Partial<Omit<Ticket, 'id' | 'seq'>> = {}): string {
    const now = this.#options.now();
    const id = `T-${this.#draw(1e9)}`;
    this.#keep({
      id,
      seq: 0,
      deleted: 0,
      ticketType: '01',
      level: '一级',
      ticketStatus: '1',
      planStartTime: now - HOUR_MS,
      planEndTime: now + 4 * HOUR_MS,
      updateDate: now,
      workAreaCode: 'tank-farm',
      ticketContent: `更换阀门 ${this.#draw(100)}`,
      workers: [`E0${this.#draw(10)}`],
      supervisor: `G0${this.#draw(10)}`,
      gasAnalysis: [],
      videoCodes: [],
      ...more,
    });
    return id;
  }

  /** Declares that a device stands still from now on, for thirty days. Returns the id of the record. */
  declareStop(equipCode: string, stopReason: string): string {
    const now = this.#options.now();
    this.#seq += 1;
    const id = `S-${equipCode}`;
    this.#tickets.set(id, {
      id,
      seq: this.#seq,
      deleted: 0,
      equipCode,
      stopType: '1',
      stopReason,
      stopDate: now,
      planEnableDate: now + 30 * 24 * HOUR_MS,
      enableDate: null,
      updateDate: now,
    });
    return id;
  }

  begin(id: string): void {
    this.#change(id, { ticketStatus: '2' });
  }

  gasTest(id: string, value: number, unit = '%LEL', gas = '甲烷'): void {
    const test = { analystTime: this.#options.now(), gasName: gas, analysisResults: value, resultsUnit: unit };
    this.#change(id, { gasAnalysis: [...this.#ticket(id).gasAnalysis, test] });
  }

  suspend(id: string): void {
    this.#change(id, { ticketStatus: '6' });
  }

  finish(id: string): void {
    this.#change(id, { ticketStatus: '3' });
  }

  cancel(id: string): void {
    this.#change(id, { ticketStatus: '5' });
  }

  delete(id: string): void {
    this.#change(id, { deleted: 1 });
  }

  /** A record that means nothing: a status that no table has, a time that is none. */
  garble(id: string): void {
    this.#seq += 1;
    this.#tickets.set(`garbled-${id}`, {
      id,
      seq: this.#seq,
      ticketType: '99',
      ticketStatus: '?',
      planStartTime: 'soon',
    });
  }

  #ticket(id: string): Ticket {
    const ticket = this.#tickets.get(id);
    if (!ticket || !('gasAnalysis' in ticket)) throw new RangeError(`there is no permit ${id}`);
    return ticket as Ticket;
  }

  #change(id: string, more: Partial<Ticket>): void {
    this.#keep({ ...this.#ticket(id), ...more, updateDate: this.#options.now() });
  }

  #keep(ticket: Ticket): void {
    this.#seq += 1;
    this.#tickets.set(ticket.id, { ...ticket, seq: this.#seq });
  }

  /** A whole number below `below`; the same seed draws the same. */
  #draw(below: number): number {
    this.#seed = (Math.imul(this.#seed, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((this.#seed / 2 ** 32) * below);
  }
}
