import { z } from 'zod';

/** As much of JSON Schema as the messages use. */
interface Shape {
  readonly type?: string | readonly string[] | undefined;
  readonly const?: unknown;
  readonly enum?: readonly unknown[] | undefined;
  readonly description?: string | undefined;
  readonly properties?: Readonly<Record<string, Shape>> | undefined;
  readonly required?: readonly string[] | undefined;
  readonly items?: Shape | undefined;
  readonly anyOf?: readonly Shape[] | undefined;
  readonly title?: string | undefined;
}

const shape: z.ZodType<Shape> = z.lazy(() =>
  z.object({
    type: z.union([z.string(), z.array(z.string())]).optional(),
    const: z.unknown().optional(),
    enum: z.array(z.unknown()).optional(),
    description: z.string().optional(),
    properties: z.record(z.string(), shape).optional(),
    required: z.array(z.string()).optional(),
    items: shape.optional(),
    anyOf: z.array(shape).optional(),
    title: z.string().optional(),
  }),
);

const BEGIN = '<!-- begin: messages -->';
const END = '<!-- end: messages -->';

/** The text with its reference of messages made anew from their schemas; what stands around the marks is kept. */
export function withMessageReference(
  text: string,
  schemas: readonly { readonly path: string; readonly schema: object }[],
): string {
  const [before = '', rest = ''] = text.split(BEGIN);
  const [, after = '\n'] = rest.split(END);
  const parts = schemas.map(({ path, schema }) => message(/([a-z]+)\.schema\.json$/.exec(path)?.[1] ?? path, schema));
  return `${before.trimEnd()}\n\n${BEGIN}\n\n${parts.join('\n\n')}\n\n${END}${after}`;
}

function message(name: string, schema: object): string {
  const top = shape.parse(schema);
  const rows = fieldsOf(top, '').map(([field, kind, meaning]) => `| \`${field}\` | ${kind} | ${meaning} |`);
  return [
    `### ${name}`,
    '',
    ...(top.description ? [top.description, ''] : []),
    '| field | type | meaning |',
    '|---|---|---|',
    ...rows,
  ].join('\n');
}

type Field = readonly [name: string, kind: string, meaning: string];

function fieldsOf({ properties = {}, required = [] }: Shape, prefix: string): readonly Field[] {
  return Object.entries(properties).flatMap(([name, one]): readonly Field[] => {
    const path = `${prefix}${name}`;
    const shown = `${path}${required.includes(name) ? '' : '?'}`;
    const inner = one.items?.properties ? fieldsOf(one.items, `${path}[].`) : fieldsOf(one, `${path}.`);
    return [[shown, kindOf(one), cell(one.description ?? '')], ...inner];
  });
}

function kindOf({ type, const: only, enum: choices, items, anyOf }: Shape): string {
  if (only !== undefined) return `\`${JSON.stringify(only)}\``;
  if (choices) return choices.map((one) => `\`${String(one)}\``).join(', ');
  if (anyOf) return [...new Set(anyOf.map(kindOrForm))].join(', or ');
  if (items) return `list of ${kindOf(items)}`;
  return typeof type === 'string' ? type : (type?.join(' or ') ?? 'any');
}

/** One of several forms of an object is told by its fields. */
const kindOrForm = (one: Shape): string =>
  one.properties
    ? `{ ${Object.entries(one.properties)
        .map(([name, inner]) => `${name}: ${kindOf(inner)}`)
        .join('; ')} }`
    : kindOf(one);

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
