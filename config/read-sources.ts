import type { AlarmDefinition } from '#agent/model/alarm.ts';
import { sourceId } from '#agent/model/ids.ts';
import type { PointId } from '#agent/model/ids.ts';
import { communicationAlarm } from './build-alarms.ts';
import { checkEntry } from './check-entry.ts';
import type { Reading } from './check-entry.ts';
import { isMapping } from './mapping.ts';
import { suggest } from './nearest.ts';
import type { Entry } from './place.ts';
import { formOf, keysAt } from './schema-shape.ts';
import type { Form } from './schema-shape.ts';
import type { SourceConfig } from './site.ts';
import type { SourceKind } from './source-kind.ts';
import { sourceSchema } from './source-schema.ts';

/** A kind with the shapes of its two schemas, worked out once and used for every source and point. */
export interface KindForms {
  readonly kind: SourceKind;
  readonly options: Form<unknown>;
  readonly address: Form<unknown>;
}

/** A source that could be read, at least as far as its id and kind. */
export interface ReadSource {
  readonly entry: Entry;
  readonly forms: KindForms;
  readonly alarm: AlarmDefinition;
  /** Undefined when its own keys have faults. */
  readonly config: SourceConfig | undefined;
  /** The same map as in `config`, to be filled while points are read. */
  readonly addresses: Map<PointId, unknown>;
}

const baseForm = formOf(sourceSchema);
const baseKeys = keysAt(baseForm.shape, [], undefined);

/** Undefined when not even id and kind could be read; faults are reported. */
export function readSource(
  entry: Entry,
  kinds: ReadonlyMap<string, KindForms>,
  reading: Reading,
): ReadSource | undefined {
  const { value } = entry;
  if (!isMapping(value)) {
    checkEntry(baseForm, entry, reading);
    return undefined;
  }
  const base = checkEntry(baseForm, { ...entry, value: pick(value, (key) => baseKeys.includes(key)) }, reading);
  const written = value['kind'];
  const forms = typeof written === 'string' ? kinds.get(written) : undefined;
  if (typeof written === 'string' && !forms)
    reading.findings.errorAt(entry, ['kind'], {
      what: `unknown kind of source "${written}"`,
      why: `known are ${[...kinds.keys()].join(', ')}`,
      todo: suggest(written, [...kinds.keys()], 'use one of them'),
    });
  if (!forms) return undefined;
  const own = { ...entry, value: pick(value, (key) => !baseKeys.includes(key)) };
  const before = reading.findings.errorCount;
  const options = checkEntry(forms.options, own, reading, baseKeys);
  if (!base) return undefined;
  const id = sourceId(base.id);
  const addresses = new Map<PointId, unknown>();
  const { name = base.id, simulated } = base;
  const isGood = reading.findings.errorCount === before;
  return {
    entry,
    forms,
    alarm: communicationAlarm(id, base.alarms?.communication),
    config: isGood ? { id, kind: base.kind, name, simulated, options, addresses } : undefined,
    addresses,
  };
}

const pick = (value: Readonly<Record<string, unknown>>, wanted: (key: string) => boolean): Record<string, unknown> =>
  Object.fromEntries(Object.entries(value).filter(([key]) => wanted(key)));

/** Lets the kind check what no schema can: a source's options together with the addresses of its points. */
export function checkSource(source: ReadSource, pointEntries: ReadonlyMap<string, Entry>, reading: Reading): void {
  const { config, forms, entry } = source;
  if (!config || !forms.kind.check) return;
  const points = [...source.addresses].map(([id, address]) => ({ id, address }));
  try {
    for (const { point, path, what, why, todo } of forms.kind.check(config.options, points)) {
      const at = point === undefined ? undefined : pointEntries.get(point);
      reading.findings.errorAt(at ?? entry, at ? ['address', ...path] : path, { what, why, todo });
    }
  } catch (error) {
    reading.findings.errorAt(entry, [], {
      what: `the check of kind "${config.kind}" failed`,
      why: error instanceof Error ? error.message : String(error),
      todo: 'report this message',
    });
  }
}
