import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { MappedField, MappedMessage, MappingProfile } from '#agent/model/mapping-profile.ts';
import { checkEntry } from '../check-entry.ts';
import type { Reading } from '../check-entry.ts';
import type { Fault } from '../fault.ts';
import { Findings, formatFinding } from '../findings.ts';
import { References } from '../follow-references.ts';
import { formOf } from '../schema-shape.ts';
import { readSourceText } from '../source-text.ts';
import { parseYaml } from '../yaml-file.ts';
import { checkProfile } from './check-profile.ts';
import { mappingSchema } from './profile-schema.ts';
import type { FieldText, MappingText, MessageText } from './profile-schema.ts';

const form = formOf(mappingSchema);

const shippedFolder = fileURLToPath(new URL('../receivers/', import.meta.url));

/**
 * Reads a profile and reports its faults at their place in its own file.
 *
 * @param named id of one that comes with Firewatch, or a path of the site's own, relative to `directory`
 */
export function readMappingProfile(
  named: string,
  directory: string,
  reading: Reading,
): { readonly profile: MappingProfile } | { readonly fault: Fault | undefined } {
  const isPath = /\.ya?ml$/.test(named);
  const file = isPath ? resolve(directory, named) : resolve(shippedFolder, named, 'profile.yaml');
  const text = reading.readText(file);
  if (!text.ok)
    return {
      fault: {
        ...text.fault,
        what: isPath ? `${named}: ${text.fault.what}` : `no profile "${named}" comes with Firewatch`,
        todo: isPath
          ? text.fault.todo
          : 'name a folder of config/receivers that has a profile.yaml, or a YAML file of your own',
      },
    };
  const shown = isPath ? named : `config/receivers/${named}/profile.yaml`;
  const entry = parseYaml(text.text, { shown, directory: dirname(file) }, reading.findings);
  const read = entry && checkEntry(form, entry, reading);
  if (!entry || !read || !checkProfile(entry, read, reading.findings)) return { fault: undefined };
  return { profile: profileOf(read, createHash('sha256').update(text.text).digest('base64url').slice(0, 22)) };
}

/** Ids of the profiles that come with Firewatch. */
export const shippedMappings = (): readonly string[] =>
  readdirSync(shippedFolder).filter((name) => existsSync(join(shippedFolder, name, 'profile.yaml')));

/** One of them as written. Throws where it has faults, which no release has. */
export function shippedMapping(id: string): MappingText {
  const findings = new Findings();
  const shown = `config/receivers/${id}/profile.yaml`;
  const entry = parseYaml(
    readFileSync(join(shippedFolder, id, 'profile.yaml'), 'utf8'),
    { shown, directory: shippedFolder },
    findings,
  );
  const reading = { findings, references: new References({}, findings), readText: readSourceText };
  const text = entry && checkEntry(form, entry, reading);
  if (!text) throw new Error(findings.errors([]).map(formatFinding).join('\n'));
  return text;
}

function profileOf(text: MappingText, fingerprint: string): MappingProfile {
  const { id, version, title, zone, time, batch, envelope, codes, answer, receipts } = text;
  return {
    id,
    version,
    title,
    zone,
    time,
    batch,
    envelope,
    codes,
    messages: Object.entries(text.messages).map(([name, message]) => messageOf(name, message, text)),
    answer: {
      accepted: answer.accepted,
      rejected: answer.rejected,
      ...(answer.batch && { batch: answer.batch }),
    },
    ...(receipts && {
      receipts: {
        path: receipts.path,
        parameter: receipts.parameter,
        everyMs: receipts.every,
        patienceMs: receipts.patience,
        done: receipts.done,
        rejected: receipts.rejected,
      },
    }),
    fingerprint,
  };
}

/** A field of the message itself stands in the place of one of its sets. */
export const fieldsOf = ({ use, fields }: MessageText, { sets }: MappingText): Readonly<Record<string, FieldText>> =>
  Object.assign({}, ...use.map((set) => sets[set] ?? {}), fields) as Record<string, FieldText>;

function messageOf(name: string, message: MessageText, text: MappingText): MappedMessage {
  const { register, stream = 'event', when, each, id, parents, tracked } = message;
  return {
    name,
    from: register === undefined ? { stream } : { stream: 'register', register },
    ...(when && { when }),
    ...(each && { each }),
    id,
    parents,
    isTracked: tracked,
    fields: Object.entries(fieldsOf(message, text)).flatMap(([field, one]) => fieldOf(field, one, text) ?? []),
  };
}

function fieldOf(name: string, field: FieldText, { words }: MappingText): MappedField | undefined {
  const { from, value, as, required, code, longest, keep, emptyWhen, confidence } = field;
  const source = from ?? (value === undefined ? undefined : { constant: value });
  const table = field.words === undefined ? undefined : words[field.words];
  return (
    source && {
      name,
      from: source,
      as,
      isRequired: required,
      ...(table && { words: table }),
      ...(code && { code }),
      ...(longest !== undefined && { longest }),
      isKept: keep,
      ...(emptyWhen && { emptyWhen }),
      confidence,
    }
  );
}
