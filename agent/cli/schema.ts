import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { messageSchemas } from '#agent/uplink/profiles/firewatch-json-schema.ts';
import {
  formulaJsonSchema,
  packJsonSchema,
  partJsonSchema,
  profileJsonSchema,
  mappingJsonSchema,
  shapeJsonSchema,
  siteJsonSchema,
} from '#config/json-schema.ts';
import { withMessageReference } from './message-reference.ts';
import { shippedProfile, shippedProfiles } from '#config/load-profile.ts';
import { withFieldTable } from '#config/mapping-profile/field-table.ts';
import { shippedMapping, shippedMappings } from '#config/mapping-profile/read-profile.ts';
import { withProfileTable } from '#config/profile-table.ts';
import type { SourceKind } from '#config/source-kind.ts';

/** `firewatch schema`: JSON Schema of the YAML, for editors. `--write` and `--check` keep the published files fresh. */
export const command = (program: Command): void => {
  program
    .command('schema')
    .description('print the JSON Schema of a site file, for editors')
    .option('--write', 'write every published schema into the repository')
    .option('--check', 'exit 1 if a published schema is stale')
    .action(async (options: { readonly write?: boolean; readonly check?: boolean }, self: Command) => {
      if (options.write && options.check) self.error('error: give either --write or --check');
      const { drivers } = await import('#drivers/registry.ts');
      if (options.write) console.log(writeSchemas(repository, drivers).join('\n'));
      else if (options.check) process.exitCode = report(staleSchemas(repository, drivers));
      else console.log(render(siteJsonSchema(drivers)));
    });
};

const repository = fileURLToPath(new URL('../..', import.meta.url));

interface PublishedSchema {
  /** Relative to the repository. */
  readonly path: string;
  readonly schema: object;
}

/** A document of which a part is generated. */
interface PublishedText {
  readonly path: string;
  /** The whole text as it should be, from the text as it is. */
  readonly text: (current: string) => string;
}

/** Every schema that is generated and committed. A new one is one line here. */
const published = (kinds: readonly SourceKind[]): readonly (PublishedSchema | PublishedText)[] => [
  { path: 'config/site.schema.json', schema: siteJsonSchema(kinds) },
  { path: 'config/site-part.schema.json', schema: partJsonSchema(kinds) },
  { path: 'config/device-profile.schema.json', schema: profileJsonSchema() },
  { path: 'config/warning-formula.schema.json', schema: formulaJsonSchema() },
  { path: 'config/rule-pack.schema.json', schema: packJsonSchema() },
  { path: 'config/mapping-profile.schema.json', schema: mappingJsonSchema() },
  { path: 'config/register-shape.schema.json', schema: shapeJsonSchema() },
  {
    path: 'config/devices/README.md',
    text: (current) => withProfileTable(current, shippedProfiles().map(shippedProfile)),
  },
  ...shippedMappings().map((id) => ({
    path: `config/receivers/${id}/README.md`,
    text: (current: string) => withFieldTable(current, shippedMapping(id)),
  })),
  ...messageSchemas(),
  ...['config/guides/receivers.md', 'config/guides/receivers.zh-CN.md'].map((path) => ({
    path,
    text: (current: string) => withMessageReference(current, messageSchemas()),
  })),
];

const wanted = (file: PublishedSchema | PublishedText, root: string): string =>
  'schema' in file ? `${render(file.schema)}\n` : file.text(read(join(root, file.path)) ?? '');

const render = (schema: object): string => JSON.stringify(schema, undefined, 2);

/** @returns the paths written, relative to the repository */
export const writeSchemas = (root: string, kinds: readonly SourceKind[]): readonly string[] =>
  published(kinds).map((one) => {
    const file = join(root, one.path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, wanted(one, root));
    return one.path;
  });

/** @returns the paths whose file is missing or differs from what would be written */
export const staleSchemas = (root: string, kinds: readonly SourceKind[]): readonly string[] =>
  published(kinds).flatMap((one) => (read(join(root, one.path)) === wanted(one, root) ? [] : [one.path]));

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').replaceAll('\r\n', '\n');
  } catch {
    return undefined;
  }
}

function report(stale: readonly string[]): number {
  if (stale.length === 0) console.log('every published schema is fresh');
  for (const path of stale) console.log(`${path} is stale: run "npm run build" and commit it`);
  return stale.length === 0 ? 0 : 1;
}
