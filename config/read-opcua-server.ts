import type { OpcuaServerOptions } from '#agent/model/northbound.ts';
import { checkEntry } from './check-entry.ts';
import type { Reading } from './check-entry.ts';
import { opcuaServerSection } from './opcua-server-schema.ts';
import type { Entry } from './place.ts';
import { formOf } from './schema-shape.ts';

const form = formOf(opcuaServerSection);

/** Undefined where there is no such section, or where it has faults. */
export function readOpcuaServer(entry: Entry, reading: Reading): OpcuaServerOptions | undefined {
  if (entry.value === undefined || entry.value === null) return undefined;
  const text = checkEntry(form, entry, reading);
  if (!text) return undefined;
  const seen = new Set<string>();
  for (const [index, { name }] of text.users.entries()) {
    if (seen.has(name))
      reading.findings.errorAt(entry, ['users', index, 'name'], {
        what: `user "${name}" is there twice`,
        why: 'only one password could hold',
        todo: 'delete one',
      });
    seen.add(name);
  }
  const { every, ...options } = text;
  return { ...options, everyMs: every };
}
