import { z } from 'zod';
import { deviceSchema } from './device-schema.ts';
import { derivedSections } from './derived/sections.ts';
import { shapeSchema } from './derived/registers/shape-schema.ts';
import { formulaSchema } from './derived/warning-level/formula.ts';
import { evidenceSection } from './evidence-schema.ts';
import { opcuaServerSection } from './opcua-server-schema.ts';
import { mappingSchema } from './mapping-profile/profile-schema.ts';
import { pageSection } from './page-schema.ts';
import { peopleSection } from './people-schema.ts';
import { pointSchema } from './point-schema.ts';
import { profileSchema } from './profile-schema.ts';
import { receiverSchema } from './receiver-schema.ts';
import { packSchema } from './rules/pack-schema.ts';
import type { Shape } from './schema-shape.ts';
import { SECRET_MARK } from './secret.ts';
import { includeSection, journalSection, siteSection } from './site-schema.ts';
import type { SourceKind } from './source-kind.ts';
import { sourceSchema } from './source-schema.ts';
import { standbySection } from './standby-schema.ts';
import { shelvingSection, suppressionSchema } from './suppression-schema.ts';

/** JSON Schema of a site file, for editors: generated from the schemas that the loader checks with. */
export const siteJsonSchema = (kinds: readonly SourceKind[]): Shape =>
  documentSchema('Firewatch site', kinds, ['site'], {
    site: publish(siteSection),
    journal: publish(journalSection),
    shelving: publish(shelvingSection),
    page: publish(pageSection),
    opcuaServer: publish(opcuaServerSection),
    evidence: publish(evidenceSection),
    people: publish(peopleSection),
    standby: publish(standbySection),
  });

/** JSON Schema of a device profile. */
export const profileJsonSchema = (): Shape => ({
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'Firewatch device profile',
  ...publish(profileSchema),
});

/** JSON Schema of a rule pack. */
export const packJsonSchema = (): Shape => ({
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'Firewatch rule pack',
  ...publish(packSchema),
});

/** JSON Schema of a formula of the site's own warning. */
export const formulaJsonSchema = (): Shape => ({
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'Firewatch warning formula',
  ...publish(formulaSchema),
});

/** JSON Schema of a profile of a foreign platform. */
export const mappingJsonSchema = (): Shape => ({
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'Firewatch mapping profile',
  ...publish(mappingSchema),
});

/** JSON Schema of a shape of registers. */
export const shapeJsonSchema = (): Shape => ({
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'Firewatch register shape',
  ...publish(shapeSchema),
});

/** JSON Schema of a YAML file that a site file includes. */
export const partJsonSchema = (kinds: readonly SourceKind[]): Shape =>
  documentSchema('Part of a Firewatch site', kinds, [], {});

function documentSchema(
  title: string,
  kinds: readonly SourceKind[],
  required: readonly string[],
  properties: Readonly<Record<string, Shape>>,
): Shape {
  const lists = {
    sources: list('what is read: one entry for each connection', sourceItem(kinds)),
    devices: list(
      'devices that a profile describes: one entry makes the points of all channels',
      publish(deviceSchema),
    ),
    points: list('what is measured: one entry for each point', pointItem(kinds)),
    receivers: list('whom to report to', publish(receiverSchema)),
    suppression: list('alarms that say nothing new while something else is so', publish(suppressionSchema)),
    ...Object.fromEntries(
      derivedSections.map(({ key, description, schema }) => [key, list(description, publish(schema))]),
    ),
  };
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title,
    type: 'object',
    properties: { ...properties, include: publish(includeSection), ...lists },
    required,
    additionalProperties: false,
  };
}

/** Editors show an empty list (all entries commented out) as null; the loader takes it as no entries. */
const list = (description: string, items: Shape): Shape => ({ description, type: ['array', 'null'], items });

/** One branch for each kind, its own keys beside those of every source, told apart by `kind`. */
function sourceItem(kinds: readonly SourceKind[]): Shape {
  const base = publish(sourceSchema);
  return {
    type: 'object',
    required: ['id', 'kind'],
    properties: {
      kind: { enum: kinds.map(({ kind }) => kind), description: base.properties?.['kind']?.description ?? '' },
    },
    allOf: kinds.map(({ kind, summary, schema }) =>
      whenKind(kind, { ...besides(publish(schema), base, kind), description: summary }),
    ),
  };
}

/** `if`/`then`, so that an editor complains of the keys of this kind alone and not of every branch of a union. */
const whenKind = (kind: string, then: Shape): Shape => ({
  if: { properties: { kind: { const: kind } }, required: ['kind'] },
  // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
  then,
});

/** The keys of a kind and of every source in one mapping, so that an unknown key is still unknown. */
function besides(own: Shape, base: Shape, kind: string): Shape {
  const union = own.anyOf ?? own.oneOf;
  if (union) return { anyOf: union.map((branch) => besides(branch, base, kind)) };
  return {
    ...own,
    properties: { ...base.properties, kind: { const: kind }, ...own.properties },
    required: [...new Set(['id', 'kind', ...(own.required ?? [])])],
    additionalProperties: false,
  };
}

function pointItem(kinds: readonly SourceKind[]): Shape {
  const point = publish(pointSchema);
  const addresses = kinds.map(({ kind, address }) => ({ title: `address of kind ${kind}`, anyOf: [publish(address)] }));
  const description = point.properties?.['address']?.description ?? '';
  return { ...point, properties: { ...point.properties, address: { description, anyOf: addresses } } };
}

/** Draft 7: what YAML language servers know. Marks for the loader alone are taken out. */
function publish(schema: z.ZodType): Shape {
  const shape = z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
    target: 'draft-07',
    override: ({ jsonSchema }) => {
      const shape = jsonSchema as Record<string, unknown>;
      delete shape[SECRET_MARK];
      // Zod's own name for what stands in `pattern` anyway; validators refuse a format that they do not know.
      if (shape['format'] === 'starts_with') delete shape['format'];
    },
  });
  const { $schema: _, ...rest } = shape;
  return rest as Shape;
}
