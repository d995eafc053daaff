import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { z } from 'zod';
import type { RegisterKind } from '#agent/model/register.ts';
import type { RegisterField, RegisterForm, RegisterShape } from '#agent/model/register-watch.ts';
import { checkEntry } from '../../check-entry.ts';
import type { Reading } from '../../check-entry.ts';
import type { Fault } from '../../fault.ts';
import type { Findings } from '../../findings.ts';
import { suggest } from '../../nearest.ts';
import type { Entry } from '../../place.ts';
import { formOf } from '../../schema-shape.ts';
import { parseYaml } from '../../yaml-file.ts';
import { shapeSchema } from './shape-schema.ts';

type ShapeText = z.output<typeof shapeSchema>;
type FieldText = NonNullable<ShapeText['registers'][RegisterKind]>['fields'][string];

const form = formOf(shapeSchema);

/** The shape that is taken where a site names none. */
const DEFAULT = 'dual-prevention-1.yaml';
const defaultFile = fileURLToPath(new URL(DEFAULT, import.meta.url));

/**
 * Reads a shape and reports its faults at their place in its own file.
 *
 * @param path of the site's own file; absent: the default
 */
export function readShape(
  path: string | undefined,
  directory: string,
  reading: Reading,
): { readonly shape: RegisterShape } | { readonly fault: Fault | undefined } {
  const file = path === undefined ? defaultFile : resolve(directory, path);
  const text = reading.readText(file);
  if (!text.ok) return { fault: { ...text.fault, what: `${path ?? file}: ${text.fault.what}` } };
  const shown = path ?? `config/derived/registers/${DEFAULT}`;
  const entry = parseYaml(text.text, { shown, directory: dirname(file) }, reading.findings);
  const read = entry && checkEntry(form, entry, reading);
  if (!entry || !read) return { fault: undefined };
  checkFields(entry, read, reading.findings);
  return { shape: shapeOf(read) };
}

function shapeOf({ id, version, zone, inspection, danger, registers }: ShapeText): RegisterShape {
  const forms = Object.entries(registers).flatMap(([kind, each]): [string, RegisterForm][] =>
    each
      ? [
          [
            kind,
            {
              parents: each.parents,
              needsParent: each.needsParent,
              isOpen: each.open,
              fields: Object.fromEntries(Object.entries(each.fields).map(([name, field]) => [name, fieldOf(field)])),
            },
          ],
        ]
      : [],
  );
  return { id, version, zone, inspection, danger, registers: Object.fromEntries(forms) };
}

function fieldOf({ type, required, values, least, most, longest, confidence }: FieldText): RegisterField {
  const known = Array.isArray(values) ? values : values && Object.keys(values);
  return {
    type,
    isRequired: required === true,
    ...(typeof required === 'object' && { requiredWhen: required }),
    ...(known && { values: known }),
    ...(least !== undefined && { least }),
    ...(most !== undefined && { most }),
    longest,
    confidence,
  };
}

/** Fields from which something follows must be fields of their register. */
function checkFields(entry: Entry, { inspection, danger, registers }: ShapeText, findings: Findings): void {
  const used = [
    ...(['cycle', 'unit', 'start', 'workStart', 'workEnd'] as const).map(
      (key) => ['inspection', key, inspection[key], 'inspection-task'] as const,
    ),
    ['inspection', 'checked', inspection.checked, 'inspection-record'] as const,
    ...(['state', 'deadline', 'level'] as const).map((key) => ['danger', key, danger[key], 'hidden-danger'] as const),
  ];
  for (const [section, key, field, kind] of used) {
    const fields = Object.keys(registers[kind]?.fields ?? {});
    if (!fields.includes(field))
      findings.errorAt(entry, [section, key], {
        what: `a ${kind} has no field "${field}"`,
        why: 'nothing would ever follow from it',
        todo: suggest(field, fields, 'name a field of the register'),
      });
  }
}
