import type { StandbyOptions } from '#agent/model/standby.ts';
import { checkEntry } from './check-entry.ts';
import type { Reading } from './check-entry.ts';
import type { Entry } from './place.ts';
import { formOf } from './schema-shape.ts';
import { standbySection } from './standby-schema.ts';
import { readNats } from './transports/nats.ts';

const form = formOf(standbySection);

/** Undefined where there is no such section, or where it has faults. */
export function readStandby(entry: Entry, site: string, reading: Reading): StandbyOptions | undefined {
  if (entry.value === undefined || entry.value === null) return undefined;
  const text = checkEntry(form, entry, reading);
  if (!text) return undefined;
  const { box, transport, bucket, replicas, lease } = text;
  const server = readNats({ ...transport, subjectPrefix: '' }, `${site}-${box}`, entry, reading);
  return { box, server, bucket, replicas, leaseMs: lease };
}
