import { z } from 'zod';
import { refuse } from '#config/fault.ts';
import { CERTIFICATE_NAMESPACE, certificateRoles } from './certificate-address.ts';

/** One step into a value: a field of a structure or an index of an array. */
export type PathStep = string | number;

/** Where a point lives in a server. The namespace is its URI: an index means another device after the next restart. */
export interface OpcuaAddress {
  readonly namespaceUri: string;
  /** Identifier as OPC 10000-6 writes it: `s=…`, `i=…`, `g=…`, `b=…`. */
  readonly identifier: string;
  /** Into arrays and structures; empty for the whole value. */
  readonly path: readonly PathStep[];
}

/** Namespace 0, the one index that the standard fixes. */
export const STANDARD_NAMESPACE = 'http://opcfoundation.org/UA/';

const identifiers = [
  /^s=[\s\S]+$/,
  /^i=\d{1,10}$/,
  /^g=[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
  /^b=[a-z0-9+/]+={0,2}$/i,
];

/** `[3].Field.Sub` → `[3, 'Field', 'Sub']`; undefined when it is no path. */
export function parsePath(text: string): PathStep[] | undefined {
  const steps: PathStep[] = [];
  const step = /\[(\d+)\]|(?:^|\.)([^.[\]]+)/y;
  while (step.lastIndex < text.length) {
    const [, index, field] = step.exec(text) ?? [];
    if (index !== undefined) steps.push(Number(index));
    else if (field !== undefined) steps.push(field);
    else return undefined;
  }
  return steps;
}

/** As a person would write it in YAML; also how the driver names a node in its messages. */
export const formatAddress = ({ namespaceUri, identifier }: OpcuaAddress): string => {
  if (namespaceUri === CERTIFICATE_NAMESPACE) return `certificate=${identifier}`;
  return namespaceUri === STANDARD_NAMESPACE ? identifier : `nsu=${escapeUri(namespaceUri)};${identifier}`;
};

/** OPC 10000-6 §5.3.1.11: `;` and `%` in the URI are percent-encoded. */
const escapeUri = (uri: string): string => uri.replaceAll('%', '%25').replaceAll(';', '%3B');
const unescapeUri = (text: string): string => text.replaceAll(/%3b/gi, ';').replaceAll('%25', '%');

/**
 * `#` alone does not start a path: tags like `1#反应釜.温度` are everywhere in Chinese plants. `#[` and `#.` do; an
 * identifier that holds one of those is written in the object form.
 */
const pathMark = /#(\[[\s\S]*|\.[\s\S]*)$/;

const input = z.union([
  z.string(),
  z.strictObject({
    node: z.string().meta({ description: 'Node id with namespace URI: nsu=<URI>;s=<identifier>' }),
    path: z.string().optional().meta({ description: 'Into an array or structure: [3], Field.Sub, [3].Field' }),
  }),
]);

/** A point's `address`: `nsu=<URI>;s=<identifier>`, with `#[3]` or `#.Field.Sub` behind it for a part of the value. */
export const addressSchema = input
  .transform((given, context): OpcuaAddress => {
    const marked = typeof given === 'string' ? pathMark.exec(given)?.[1] : undefined;
    const node =
      typeof given === 'string' ? given.slice(0, given.length - (marked ? marked.length + 1 : 0)) : given.node;
    const pathText = (typeof given === 'string' ? marked : given.path)?.replace(/^\./, '') ?? '';
    const path = parsePath(pathText);
    const parts = splitNode(node);
    if ('fault' in parts) refuse(context, parts.fault);
    else if (!path)
      refuse(context, {
        what: `"${pathText}" is no path into a value`,
        why: 'expected fields and indices such as [3], Field.Sub or [3].Field',
        todo: 'correct the part behind #, or use { node: …, path: … } when the # belongs to the identifier',
      });
    else return { ...parts, path };
    return z.NEVER;
  })
  .meta({
    description:
      'Node: nsu=<namespace URI>;s=<identifier>, with #[3] or #.Field.Sub behind it for a part of its value; or certificate=server, certificate=own, certificate=user: days until it expires',
    examples: ['nsu=urn:plant:dcs;s=R-101.temperature', 'nsu=urn:plant:dcs;s=Trend#[3]'],
  });

function splitNode(node: string) {
  const role = /^certificate=(.*)$/.exec(node)?.[1];
  if (role !== undefined) {
    if (certificateRoles.some((known) => known === role))
      return { namespaceUri: CERTIFICATE_NAMESPACE, identifier: role };
    const why = 'there are the certificates server, own (of this agent) and user (X.509)';
    return { fault: { what: `"${node}" names no certificate`, why, todo: 'write for example "certificate=server"' } };
  }
  const withUri = /^nsu=([^;]+);([\s\S]*)$/.exec(node);
  const withIndex = /^ns=(\d+);([\s\S]*)$/.exec(node);
  if (withIndex && Number(withIndex[1]) !== 0) {
    return {
      fault: {
        what: `"${node}" names its namespace by index ${withIndex[1]}`,
        why: 'the server may give that index to another namespace at its next restart and would then deliver another tag',
        todo: `write "nsu=<URI>;${withIndex[2]}" with the URI that stands at place ${withIndex[1]} of the server's NamespaceArray ("firewatch browse opcua" prints addresses in this form)`,
      },
    };
  }
  const namespaceUri = withUri?.[1] === undefined ? STANDARD_NAMESPACE : unescapeUri(withUri[1]);
  const identifier = withUri?.[2] ?? withIndex?.[2] ?? node;
  if (identifiers.some((form) => form.test(identifier))) return { namespaceUri, identifier };
  return {
    fault: {
      what: `"${node}" is no OPC UA node id`,
      why: 'expected nsu=<namespace URI>; followed by s=<text>, i=<number>, g=<GUID> or b=<base64>',
      todo: 'write for example "nsu=urn:plant:dcs;s=R-101.temperature"',
    },
  };
}
