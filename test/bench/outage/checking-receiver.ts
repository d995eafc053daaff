import { connectAsync } from 'mqtt';
import { zstdDecompressSync } from 'node:zlib';
import { createNumberSet } from '#simulators/receiver/ranges.ts';
import type { CatalogMessage, SampleMessage, StreamMessage } from '#simulators/receiver/wire.ts';
import { isData, siteData } from './data.ts';
import { firstDifference } from './expected-samples.ts';

/** What the receiver has, printed as a line of JSON each second. */
export interface Checked {
  /** Each counted once. */
  readonly samples: number;
  /** Of them, those of the backlog, each compared with what was written. */
  readonly compared: number;
  /** Messages that said anything else than was written, or left numbers out. */
  readonly faults: number;
  readonly firstFault: string | undefined;
  /** Messages that came again. */
  readonly repeats: number;
  /** Numbers up to the highest that no message accounts for. */
  readonly missing: number;
  readonly highest: number;
  readonly residentMb: number;
}

/**
 * `checking-receiver.ts URL plant|walk START RECORDS`: takes samples from a broker, compares the first RECORDS records with
 * the data that began at START (UTC ms), and counts the rest. Keeps nothing of what it has compared.
 */
const [url = '', kind = '', start = '0', records = '0'] = process.argv.slice(2);
if (!isData(kind)) throw new Error(`no data named ${kind}`);
const data = siteData(kind);
const catalogs = new Map<string, string[]>();
const accounted = createNumberSet();
/** Records of which not all parts are here: which are, and how many samples they hold together. */
const parts = new Map<number, { readonly firsts: Set<number>; samples: number }>();
let [samples, compared, faults, repeats] = [0, 0, 0, 0];
let firstFault: string | undefined;

function fault(what: string): void {
  faults += 1;
  firstFault ??= what;
}

function take(message: StreamMessage): void {
  const { seq, after, skipped } = message;
  if (skipped && skipped.expired + skipped.filtered + skipped.quarantined > 0) fault(`${after}–${seq} was left out`);
  if (!('body' in message) || message.stream !== 'sample') return;
  if (accounted.has(seq)) {
    repeats += 1;
    return;
  }
  const count = message.body.point.length;
  if (seq <= Number(records)) compare(message);
  if (message.part && !isWhole(message, count)) return;
  samples += message.part?.of ?? count;
  accounted.add(after + 1, seq);
}

function compare(message: SampleMessage): void {
  const nth = message.seq - 1;
  const written = data.batch(nth);
  const at = Number(start) + data.after(nth);
  const { catalog = '', points } = message.body;
  const told = catalogs.get(catalog) ?? [];
  const places = points.length === 0 ? told : [...told, ...points];
  const differs = firstDifference(message, places, written, at - (written[0]?.receiveTime ?? at));
  if (differs === undefined) compared += message.body.point.length;
  else fault(`record ${message.seq}: ${differs}`);
}

function isWhole({ seq, part }: SampleMessage, count: number): boolean {
  const known = parts.get(seq) ?? { firsts: new Set<number>(), samples: 0 };
  parts.set(seq, known);
  if (!known.firsts.has(part?.first ?? 0)) known.samples += count;
  known.firsts.add(part?.first ?? 0);
  if (known.samples < (part?.of ?? 0)) return false;
  parts.delete(seq);
  return true;
}

const client = await connectAsync(url, { protocolVersion: 5 });
client.on('message', (topic, payload) => {
  // Magic number of zstd, RFC 8878, 3.1.1.
  const text = payload.readUInt32LE(0) === 0xfd2f_b528 ? zstdDecompressSync(payload) : payload;
  const message: unknown = JSON.parse(text.toString());
  if (topic.includes('/catalog/')) {
    const { catalog, points } = message as CatalogMessage;
    catalogs.set(
      catalog,
      points.map(({ id }) => id),
    );
  } else take(message as StreamMessage);
});
await client.subscribeAsync({ 'firewatch/+/catalog/+': { qos: 1 }, 'firewatch/+/sample': { qos: 1 } });

function tell(): void {
  const missing = accounted.missing(accounted.highest).reduce((sum, [first, last]) => sum + last - first + 1, 0);
  const told: Checked = {
    samples,
    compared,
    faults,
    firstFault,
    repeats,
    missing,
    highest: accounted.highest,
    residentMb: process.memoryUsage.rss() / 1e6,
  };
  process.stdout.write(`${JSON.stringify(told)}\n`);
}
tell();
setInterval(tell, 1000);
