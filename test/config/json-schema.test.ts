import { Ajv } from 'ajv';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { derivedSections } from '#config/derived/sections.ts';
import { partJsonSchema, siteJsonSchema } from '#config/json-schema.ts';
import { formOf, keysAt } from '#config/schema-shape.ts';
import { sourceSchema } from '#config/source-schema.ts';
import { drivers } from '#drivers/registry.ts';

const root = join(import.meta.dirname, '../..');
const ajv = new Ajv({
  allErrors: true,
  strict: true,
  allowUnionTypes: true,
  strictRequired: false,
  strictTypes: false,
});
const isSite = ajv.compile(siteJsonSchema(drivers));
const read = (path: string): unknown => parse(readFileSync(join(root, path), 'utf8'));

/** Where an editor would underline, and which key it would not know. */
const complaints = (value: unknown): string[] => {
  isSite(value);
  return (isSite.errors ?? []).map(({ instancePath, params }) =>
    `${instancePath} ${String(params['additionalProperty'] ?? params['missingProperty'] ?? '')}`.trim(),
  );
};

it.each(drivers)(
  'no option of $kind has the name of a key that every source has: it could never be set',
  ({ schema }) => {
    const common = keysAt(formOf(sourceSchema).shape, [], undefined);
    expect(common).toContain('alarms');
    expect(keysAt(formOf(schema).shape, [], undefined).filter((key) => common.includes(key))).toEqual([]);
  },
);

describe('the JSON Schema of a site file', () => {
  it.each(readdirSync(join(root, 'config/sites')))('accepts the example %s', (name) => {
    const text = readFileSync(join(root, 'config/sites', name, 'site.yaml'), 'utf8');
    expect(text).toMatch(/^# yaml-language-server: \$schema=\.\.\/\.\.\/site\.schema\.json/);
    isSite(parse(text));
    expect(isSite.errors).toBeNull();
  });

  it('underlines what an editor can see, with the keys of the kind at hand', () => {
    const broken = 'test/config/fixtures/broken';
    expect(complaints(read(`${broken}/unknown-key-of-source/site.yaml`))).toContain('/sources/0 endpiont');
    expect(complaints(read(`${broken}/unknown-key-of-source/site.yaml`))).toContain('/sources/0 endpoint');
    expect(complaints(read(`${broken}/modbus-branch/site.yaml`))).toContain('/sources/0/transport baudrate');
    expect(complaints(read(`${broken}/unknown-kind-of-point/site.yaml`))).toContain('/points/0/kind');
    expect(complaints(read(`${broken}/literal-password/site.yaml`))).toContain('/receivers/0/transport/password');
    expect(complaints(read(`${broken}/unknown-key-at-the-top/site.yaml`))).toContain('reciever');
  });

  /** Conditions, and the keys of a source that it may have again for a part of it. */
  const isRepeated = (path: string) => path.includes('/if') || path.includes('/additionalProperties');

  it('describes every key', () => {
    const missing: string[] = [];
    const visit = (shape: unknown, path: string): void => {
      if (typeof shape !== 'object' || shape === null) return;
      for (const [key, below] of Object.entries(shape)) {
        if (key === 'properties')
          for (const [name, property] of Object.entries(
            below as Record<string, { const?: unknown; description?: string }>,
          ))
            if (!('const' in property) && property.description === undefined && !isRepeated(path))
              missing.push(`${path}/${name}`);
        visit(below, `${path}/${key}`);
      }
    };
    visit(siteJsonSchema(drivers), '');
    expect(missing).toEqual([]);
  });

  it('of a part knows the same lists, without the sections of the site', () => {
    const keys = Object.keys(partJsonSchema(drivers).properties ?? {});
    const derived = derivedSections.map(({ key }) => key);
    expect(derived).toContain('lightning');
    expect(keys).toEqual(['include', 'sources', 'devices', 'points', 'receivers', 'suppression', ...derived]);
  });
});
