import { readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { describeBare } from './bare-message.ts';
import { type ReceiverKeys, unseal } from './unseal.ts';
import type { CatalogMessage, EvidenceMessage, PresenceMessage, SampleMessage, StreamMessage } from './wire.ts';

const SCHEMAS = new URL('../../config/receivers/firewatch-json/', import.meta.url);
const STREAMS = ['alarm', 'event', 'gap', 'audit', 'register', 'sample'];

/** One publish as it came. */
export interface Delivered {
  /** Below `<prefix>/<site>/`, e.g. `alarm` or `catalog/0123456789ab`. */
  readonly topic: string;
  readonly site: string;
  readonly payload: Buffer;
  readonly contentType: string | undefined;
  readonly userProperties: Readonly<Record<string, string | string[]>>;
}

export type Checked =
  | { readonly type: 'stream'; readonly message: StreamMessage }
  | { readonly type: 'presence'; readonly message: PresenceMessage }
  | { readonly type: 'catalog'; readonly message: CatalogMessage }
  | { readonly type: 'evidence'; readonly message: EvidenceMessage }
  | { readonly type: 'invalid'; readonly why: string };

/** What the receiver demands of messages beyond their form. */
export interface Trust {
  readonly keys?: ReceiverKeys;
  /** Refuse what is not signed. */
  readonly mustBeSigned?: boolean;
}

/** Checks each message against the published schema, and what a schema can't say. */
export function createMessageCheck(trust: Trust = {}): (delivered: Delivered) => Checked {
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
  /** Points in each catalog that was delivered. */
  const catalogs = new Map<string, number>();
  const compiled = new Map<string, ValidateFunction>();
  const validator = (name: string): ValidateFunction => {
    const known = compiled.get(name);
    if (known) return known;
    const schema: unknown = JSON.parse(readFileSync(new URL(`${name}.schema.json`, SCHEMAS), 'utf8'));
    const made = ajv.compile(schema as object);
    compiled.set(name, made);
    return made;
  };

  const unpack = (delivered: Delivered): string => unseal(delivered, trust.keys ?? {}, trust.mustBeSigned ?? false);

  return (given) => {
    const invalid = (why: string): Checked => ({ type: 'invalid', why: `${given.topic}: ${why}` });
    let delivered = given;
    if (Object.keys(given.userProperties).length === 0) {
      try {
        delivered = describeBare(given, unpack);
      } catch (error) {
        return invalid(`without properties: ${String(error)}`);
      }
    }
    const schema = delivered.userProperties['schema'];
    const [profile, name, version] = typeof schema === 'string' ? schema.split('/') : [];
    if (profile !== 'firewatch-json' || version !== '1' || name === undefined) {
      return invalid(`unknown schema ${String(schema)}`);
    }
    if (![...STREAMS, 'coverage', 'presence', 'catalog', 'evidence'].includes(name))
      return invalid(`unknown message ${name}`);
    let text: string;
    try {
      text = unpack(delivered);
    } catch (error) {
      return invalid(`seal: ${error instanceof Error ? error.message : String(error)}`);
    }
    let message: unknown;
    try {
      message = JSON.parse(text);
    } catch (error) {
      return invalid(`no JSON: ${String(error)}`);
    }
    const validate = validator(name);
    if (!validate(message)) return invalid(ajv.errorsText(validate.errors, { dataVar: name }));
    if (name === 'presence') return { type: 'presence', message: message as PresenceMessage };
    if (name === 'catalog') {
      const catalog = message as CatalogMessage;
      if (delivered.topic !== `catalog/${catalog.catalog}`) return invalid(`catalog ${catalog.catalog}`);
      catalogs.set(catalog.catalog, catalog.points.length);
      return { type: 'catalog', message: catalog };
    }
    if (name === 'evidence') {
      const piece = message as EvidenceMessage;
      const wrong = evidenceFault(piece, delivered);
      return wrong === undefined ? { type: 'evidence', message: piece } : invalid(wrong);
    }
    const checked = message as StreamMessage;
    const fault = faultOf(checked, delivered) ?? placeFault(checked, catalogs);
    return fault === undefined ? { type: 'stream', message: checked } : invalid(fault);
  };
}

function placeFault(message: StreamMessage, catalogs: ReadonlyMap<string, number>): string | undefined {
  if (!('body' in message) || message.stream !== 'sample') return undefined;
  const { catalog, points, point } = message.body;
  const known = catalog === undefined ? 0 : catalogs.get(catalog);
  if (known === undefined) return `refers to catalog ${catalog}, which never came`;
  let place = 0;
  for (const step of point) {
    place += step;
    if (place < 0 || place >= known + points.length) return `a sample of place ${place}, where no point is`;
  }
  return undefined;
}

function evidenceFault(
  { id, site, seq, sim, first, data, missing }: EvidenceMessage,
  { topic, site: ofTopic, userProperties }: Delivered,
): string | undefined {
  if (topic !== 'evidence' || site !== ofTopic) return `evidence of ${site} on topic ${topic} of ${ofTopic}`;
  if (userProperties['sim'] !== String(sim)) return 'property sim differs from the message';
  const isData = first !== undefined && data !== undefined;
  if (isData === (missing !== undefined)) return 'neither content nor a reason, or both';
  const expected = `${site}/evidence/${seq}/${missing ?? first}`;
  return id === expected ? undefined : `id ${id} instead of ${expected}`;
}

function faultOf(message: StreamMessage, { topic, site, userProperties }: Delivered): string | undefined {
  if (message.stream !== topic) return `stream ${message.stream} on topic ${topic}`;
  if (message.site !== site) return `site ${message.site} on a topic of ${site}`;
  if (userProperties['sim'] !== String(message.sim)) return 'property sim differs from the message';
  const skipped = message.skipped;
  const told = (skipped ? skipped.expired + skipped.filtered + skipped.quarantined : 0) + ('body' in message ? 1 : 0);
  if (told !== message.seq - message.after) {
    return `accounts for ${told} of the ${message.seq - message.after} numbers after ${message.after}`;
  }
  if (!('body' in message)) return undefined;
  const id = `${site}/${message.stream}/${message.seq}${message.part ? `/${message.part.first}` : ''}`;
  if (message.id !== id) return `id ${message.id} instead of ${id}`;
  if (message.stream === 'sample') return sampleFault(message);
  const isSimulated = message.body.flags?.includes('sim') ?? false;
  return isSimulated === message.sim ? undefined : `sim is ${message.sim}, its flags say otherwise`;
}

function sampleFault({ body, part, sim }: SampleMessage): string | undefined {
  const count = body.point.length;
  const runs = (list: readonly { readonly count: number }[]): number => list.reduce((sum, run) => sum + run.count, 0);
  const lengths = {
    value: body.scaled ? body.scaled.value.length + body.value.length : body.value.length,
    sourceTime: body.sourceTime.length,
    receiveTime: body.receiveTime.length,
    quality: runs(body.quality),
    flags: runs(body.flags),
    part: part?.count ?? count,
  };
  for (const [column, length] of Object.entries(lengths)) {
    if (length !== count) return `column ${column} has ${length} entries instead of ${count}`;
  }
  const turns = body.float32 ?? [];
  if (turns.some((place, index) => place >= count || place <= (turns[index - 1] ?? -1)))
    return `float32 turns at ${turns.join(', ')} among ${count} values`;
  if ((body.scaled || body.float32) && body.catalog === undefined) return 'scaled or float32 without a catalog';
  if (part && part.first + part.count > part.of) return 'a part beyond its record';
  const isSimulated = body.flags.some((run) => run.flags.includes('sim'));
  return isSimulated === sim ? undefined : `sim is ${sim}, the flags of its samples say otherwise`;
}
