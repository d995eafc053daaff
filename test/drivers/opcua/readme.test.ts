import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { addressSchema } from '#drivers/opcua/address.ts';
import { optionsSchema } from '#drivers/opcua/schema.ts';

const readme = readFileSync(new URL('../../../drivers/opcua/README.md', import.meta.url), 'utf8');

/** The rows of the tables of options, by their cells. Other tables begin with another word. */
const rows = [...readme.matchAll(/^\| key \| default .*\n\|[-| ]+\n((?:\|.*\n)+)/gm)]
  .flatMap(([, body = '']) => body.trim().split('\n'))
  .map((line) => line.split(' | ').map((cell) => cell.trim()));

/** What stands between backticks in their first column. */
const named = new Set(rows.flatMap(([first = '']) => [...first.matchAll(/`([^`]+)`/g)].map(([, name]) => name)));

interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
}

/** Options that neither stand in a table themselves nor have all their parts there. */
function missingIn(schema: JsonSchema, path: string): string[] {
  if (named.has(path)) return [];
  const parts = [
    ...Object.entries(schema.properties ?? {}).map(
      ([key, part]) => [path === '' ? key : `${path}.${key}`, part] as const,
    ),
    ...(schema.items ? [[`${path}[]`, schema.items] as const] : []),
    ...(schema.anyOf ?? []).map((part) => [path, part] as const),
  ];
  return parts.length === 0 ? [path] : [...new Set(parts.flatMap(([name, part]) => missingIn(part, name)))];
}

test('the README names every option, with default, unit and when to touch it', () => {
  const schema = z.toJSONSchema(optionsSchema, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
  expect(Object.keys(schema.properties ?? {}).length).toBeGreaterThan(15);
  expect(missingIn(schema, '')).toEqual([]);
  expect(rows.length).toBeGreaterThan(25);
  const incomplete = rows.filter(
    (cells) => cells.length !== 4 || cells.some((cell) => cell.replaceAll('|', '').trim() === ''),
  );
  expect(incomplete).toEqual([]);
});

test('the README names no option that there is not', () => {
  const text = JSON.stringify(z.toJSONSchema(optionsSchema, { io: 'input', unrepresentable: 'any' }));
  const options = rows.flatMap(([first = '']) => [...first.matchAll(/`([^`]+)`/g)]);
  const unknown = options.filter(([, name = '']) => !text.includes(`"${name.split(/[.[\]]+/).at(-1)}"`));
  expect(unknown).toEqual([]);
});

test('the defaults of the README are those of the schema', () => {
  const options = optionsSchema.parse({ endpoint: 'opc.tcp://a:1' }) as Readonly<Record<string, unknown>>;
  const seconds = (text: string): number => Number(/^`(\d+)s`$/.exec(text)?.[1]) * 1000;
  const told = rows.flatMap(([key = '', value = '']) => {
    const name = /^\| `(\w+)`$/.exec(key)?.[1];
    const isPlain = /^(`\d+s`|\d+|`true`|`subscribe`)$/.test(value);
    return name && isPlain ? [[name, value.endsWith('s`') ? seconds(value) : value.replaceAll('`', '')] as const] : [];
  });
  expect(told.length).toBeGreaterThan(8);
  for (const [name, value] of told) expect({ [name]: String(options[name]) }).toEqual({ [name]: String(value) });
});

test('every form of address in the README is taken', () => {
  const examples = [...readme.matchAll(/address: "([^"]+)"/g)].map(([, text]) => text);
  expect(examples.length).toBeGreaterThan(0);
  const forms = [
    'nsu=urn:a;s=x',
    'nsu=urn:a;i=1',
    'i=2258',
    'ns=0;i=2258',
    'nsu=urn:a;s=x#[1][2]',
    'nsu=urn:a;s=x#[0].Speed',
  ];
  for (const text of [...examples, ...forms])
    expect({ text, isTaken: addressSchema.safeParse(text).success }).toEqual({ text, isTaken: true });
});
