import { z } from 'zod';
import type { Path } from './place.ts';

/** A JSON Schema as zod writes it; only the parts that are looked at here. */
export interface Shape {
  readonly $schema?: string;
  readonly title?: string;
  readonly type?: string | readonly string[];
  readonly required?: readonly string[];
  readonly if?: Shape;
  readonly then?: Shape;
  readonly description?: string;
  readonly examples?: readonly unknown[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly additionalProperties?: Shape | boolean;
  readonly items?: Shape | boolean;
  readonly prefixItems?: readonly Shape[];
  readonly anyOf?: readonly Shape[];
  readonly oneOf?: readonly Shape[];
  readonly allOf?: readonly Shape[];
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Shape>>;
  readonly [mark: `x-${string}`]: unknown;
}

/** A schema together with its shape, which says what keys it knows and where it wants a secret. */
export interface Form<T> {
  readonly schema: z.ZodType<T>;
  readonly shape: Shape;
}

/** The shape is worked out when it is first asked for: a site uses few of the sections that there are. */
export function formOf<T>(schema: z.ZodType<T>): Form<T> {
  let shape: Shape | undefined;
  return {
    schema,
    get shape() {
      return (shape ??= shapeOf(schema));
    },
  };
}

/** How YAML must look to satisfy a schema. What JSON Schema can't say (a transform, a refinement) is left open. */
const shapeOf = (schema: z.ZodType): Shape => z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Shape;

/** Every shape that may apply at a path; branches of a union that the value at hand rules out are left out. */
export function shapesAt(root: Shape, path: Path, value: unknown): readonly Shape[] {
  let shapes = expand(root, root, value);
  let current = value;
  for (const step of path) {
    const below = typeof current === 'object' && current !== null ? Reflect.get(current, step) : undefined;
    shapes = shapes.flatMap((shape) => childrenOf(shape, step).flatMap((child) => expand(child, root, below)));
    current = below;
  }
  return shapes;
}

/** The keys that a mapping at a path may have. */
export const keysAt = (root: Shape, path: Path, value: unknown): readonly string[] => [
  ...new Set(shapesAt(root, path, value).flatMap((shape) => Object.keys(shape.properties ?? {}))),
];

function childrenOf(shape: Shape, step: string | number): readonly Shape[] {
  const children =
    typeof step === 'number' && shape.prefixItems === undefined
      ? [shape.items]
      : [shape.prefixItems?.[Number(step)], shape.properties?.[step] ?? shape.additionalProperties];
  return children.filter((child): child is Shape => typeof child === 'object');
}

/** Follows `$ref`, `anyOf`, `oneOf` and `allOf` down to plain shapes. */
function expand(shape: Shape, root: Shape, value: unknown, seen: ReadonlySet<Shape> = new Set()): readonly Shape[] {
  if (seen.has(shape)) return [];
  const within = new Set(seen).add(shape);
  const branches = [...(shape.anyOf ?? []), ...(shape.oneOf ?? [])].filter((branch) => !isRuledOut(branch, value));
  const further = [...branches, ...(shape.allOf ?? []), ...referred(shape, root)];
  return [shape, ...further.flatMap((branch) => expand(branch, root, value, within))];
}

/** True if the branch demands another constant than the value has, e.g. `transport: tcp` of a value that says rtu. */
function isRuledOut(branch: Shape, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(branch.properties ?? {}).some(
    ([key, { const: wanted }]) =>
      wanted !== undefined && Object.hasOwn(value, key) && Reflect.get(value, key) !== wanted,
  );
}

function referred(shape: Shape, root: Shape): readonly Shape[] {
  if (shape.$ref === undefined) return [];
  const target = shape.$ref === '#' ? root : root.$defs?.[shape.$ref.replace('#/$defs/', '')];
  return target ? [target] : [];
}
