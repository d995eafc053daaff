import { createDecipheriv } from 'node:crypto';
import { once } from 'node:events';
import { createServer as createHttp, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo } from 'node:net';
import { faultOf } from './judge.ts';
import type { ForeignRecord } from './judge.ts';
import { parkRules, relayRules } from './rules.ts';
import type { MessageRule } from './rules.ts';

export interface PlatformSimulation {
  /** `park`: answers for each record at once. `relay`: a batch is taken, and a receipt comes later. */
  readonly shape: 'park' | 'relay';
  readonly company: string;
  /** On loopback; 0: any free one. */
  readonly port?: number;
  readonly tls?: { readonly key: string | Buffer; readonly cert: string | Buffer };
  /** The park deciphers `datas` by it. */
  readonly key?: Buffer;
}

/** What a platform does wrong, or slowly. */
export type PlatformFault =
  /** Refuses these ids, whatever they say. */
  | { readonly kind: 'refuses'; readonly ids: readonly string[]; readonly reason: string }
  /** Says that it took them, and keeps none of this message. */
  | { readonly kind: 'lies'; readonly message: string }
  /** Refuses a whole request that holds one of these ids, and names none. */
  | { readonly kind: 'chokes'; readonly ids: readonly string[] }
  | { readonly kind: 'breaks'; readonly status: number }
  /** Answers with a page of its gateway. */
  | { readonly kind: 'babbles' }
  /** Answers, and takes its time. */
  | { readonly kind: 'slow'; readonly ms: number }
  /** Receipts do not come. */
  | { readonly kind: 'forgets-receipts' };

/** One request as it came. */
export interface Received {
  readonly message: string;
  readonly records: readonly ForeignRecord[];
  readonly refused: readonly { readonly id: string; readonly msg: string }[];
}

const MOST_RECORDS = { park: 20, relay: 50 } as const;
const times = { park: /^\d{14}$/, relay: /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/ } as const;

/** A platform that takes records by the rules that were observed, upserts them by id, and remembers what it was sent. */
export class ProvincialPlatform {
  readonly #server: Server;
  readonly #simulation: PlatformSimulation;
  readonly #rules: Readonly<Record<string, MessageRule>>;
  readonly #held = new Map<string, Map<string, ForeignRecord>>();
  readonly #batches = new Map<string, readonly { readonly id: string; readonly msg: string }[]>();
  readonly received: Received[] = [];
  fault: PlatformFault | undefined;
  #requests = 0;

  constructor(simulation: PlatformSimulation) {
    this.#simulation = simulation;
    this.#rules = simulation.shape === 'park' ? parkRules : relayRules;
    const answer = (request: IncomingMessage, response: ServerResponse): void => {
      this.#answer(request, response).catch((error: unknown) => {
        response.writeHead(500).end(String(error));
      });
    };
    this.#server = simulation.tls ? createHttps(simulation.tls, answer) : createHttp(answer);
  }

  get url(): string {
    const address = this.#server.address() as AddressInfo | null;
    const { tls, port = 0 } = this.#simulation;
    return `${tls ? 'https' : 'http'}://127.0.0.1:${address?.port ?? port}/api`;
  }

  async start(): Promise<void> {
    this.#server.listen(this.#simulation.port ?? 0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  /** What it has of a message, by id. */
  held(message: string): ReadonlyMap<string, ForeignRecord> {
    return this.#held.get(message) ?? new Map();
  }

  /** Everything that it has, as it would export it. */
  list(): readonly { readonly message: string; readonly id: string }[] {
    return [...this.#held].flatMap(([message, records]) => [...records.keys()].map((id) => ({ message, id })));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://platform');
    const message = pathname.replace(/^\/api\//, '');
    const { fault } = this;
    if (fault?.kind === 'breaks') return void response.writeHead(fault.status).end();
    if (fault?.kind === 'babbles') return void response.writeHead(200).end('<html>gateway</html>');
    if (fault?.kind === 'slow') await new Promise((resolve) => setTimeout(resolve, fault.ms));
    if (request.method === 'GET' && message === 'receipt')
      return json(response, this.#receiptOf(searchParams.get('wbatchId') ?? ''));
    const rule = this.#rules[message];
    if (request.method !== 'POST' || !rule) return void response.writeHead(404).end();
    const records = this.#recordsOf(await bodyOf(request));
    if (records === undefined || records.length > MOST_RECORDS[this.#simulation.shape])
      return json(response, { success: false, code: 400, msg: '数据格式错误' });
    if (fault?.kind === 'chokes' && records.some((record) => fault.ids.includes(textOf(record[rule.id]))))
      return json(response, { success: false, code: 500, msg: '系统异常' });
    json(response, this.#take(message, rule, records));
  }

  #take(message: string, rule: MessageRule, records: readonly ForeignRecord[]): unknown {
    const refused: { id: string; msg: string }[] = [];
    const held = this.#held.get(message) ?? new Map<string, ForeignRecord>();
    this.#held.set(message, held);
    for (const record of records) {
      const id = textOf(record[rule.id]);
      const msg = this.#faultOf(id, record, rule);
      if (msg !== undefined) refused.push({ id, msg });
      else if (!(this.fault?.kind === 'lies' && this.fault.message === message) && isNewer(record, held.get(id)))
        held.set(id, record);
    }
    this.received.push({ message, records, refused });
    this.#requests += 1;
    const batch = `B${this.#requests}`;
    if (this.#simulation.shape === 'relay') {
      this.#batches.set(batch, refused);
      return { success: true, wbatchId: batch };
    }
    const code = refused.length > 0 ? '500' : '200';
    return { requestId: batch, success: true, code: 200, state: true, data: { code, msg: '', data: refused } };
  }

  #faultOf(id: string, record: ForeignRecord, rule: MessageRule): string | undefined {
    if (this.fault?.kind === 'refuses' && this.fault.ids.includes(id)) return this.fault.reason;
    const { company, shape } = this.#simulation;
    return faultOf(record, rule, { company, time: times[shape], find: (name, key) => this.#held.get(name)?.get(key) });
  }

  #receiptOf(batch: string): unknown {
    const refused = this.#batches.get(batch);
    if (!refused || this.fault?.kind === 'forgets-receipts') return { state: 'pending', data: [] };
    return { state: 'done', data: refused };
  }

  #recordsOf(text: string): readonly ForeignRecord[] | undefined {
    try {
      const sent: unknown = JSON.parse(text);
      if (this.#simulation.shape === 'relay') return Array.isArray(sent) ? (sent as ForeignRecord[]) : undefined;
      const bytes = Buffer.from(String((sent as { datas?: unknown }).datas), 'base64');
      const { key } = this.#simulation;
      const cipher = key && createDecipheriv('aes-128-cbc', key, key);
      const plain = cipher ? Buffer.concat([cipher.update(bytes), cipher.final()]) : bytes;
      const records: unknown = JSON.parse(plain.toString('utf8'));
      return Array.isArray(records) ? (records as ForeignRecord[]) : undefined;
    } catch {
      return undefined;
    }
  }
}

/** A repeat, or an older version that comes late, changes nothing. */
const isNewer = (record: ForeignRecord, known: ForeignRecord | undefined): boolean =>
  known === undefined || textOf(record['updateDate']) >= textOf(known['updateDate']);

const textOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';

function json(response: ServerResponse, body: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}
