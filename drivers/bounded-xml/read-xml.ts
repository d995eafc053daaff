import sax from 'sax';

/** One element. Names are without their namespace prefix, as devices choose prefixes freely and some leave them undeclared. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  /** Text of its own, trimmed. */
  readonly text: string;
}

const MAX_DEPTH = 64;
const MAX_ELEMENTS = 20_000;
const MAX_ATTRIBUTES = 32;

class XmlRefused extends Error {}

/**
 * A whole document as a tree, or undefined when it is none. Strict: a document type is refused, so that entities can't
 * be declared, and depth and elements are bounded; the caller bounds the bytes.
 */
export function readXml(text: string): XmlElement | undefined {
  const parser = sax.parser(true, { trim: false, position: false });
  const open: Growing[] = [];
  let root: XmlElement | undefined;
  let elements = 0;
  const refuse = (): never => {
    throw new XmlRefused();
  };
  const take = (part: string): void => void open.at(-1)?.parts.push(part);
  const handlers: Partial<sax.SAXParser> = {
    onerror: refuse,
    ondoctype: refuse,
    ontext: take,
    oncdata: take,
    onopentag: ({ name, attributes }) => {
      elements += 1;
      const given = Object.entries(attributes);
      if (elements > MAX_ELEMENTS || open.length >= MAX_DEPTH || given.length > MAX_ATTRIBUTES || root) refuse();
      const own: Record<string, string> = Object.create(null) as Record<string, string>;
      for (const [key, value] of given)
        if (!key.startsWith('xmlns')) own[withoutPrefix(key)] = typeof value === 'string' ? value : value.value;
      open.push({ name: withoutPrefix(name), attributes: own, children: [], parts: [] });
    },
    onclosetag: () => {
      const { parts, ...done } = open.pop() ?? refuse();
      const element = { ...done, text: parts.join('').trim() };
      const parent = open.at(-1);
      if (parent) parent.children.push(element);
      else root = element;
    },
  };
  Object.assign(parser, handlers);
  try {
    parser.write(text).close();
  } catch (error) {
    if (error instanceof XmlRefused) return undefined;
    throw error;
  }
  return root;
}

interface Growing {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: XmlElement[];
  readonly parts: string[];
}

const withoutPrefix = (name: string): string => name.slice(name.indexOf(':') + 1);

/** The first child of that name; names are compared without regard to case. */
export const child = (element: XmlElement | undefined, name: string): XmlElement | undefined =>
  element?.children.find((one) => one.name.toLowerCase() === name.toLowerCase());

export const childrenNamed = (element: XmlElement | undefined, name: string): readonly XmlElement[] =>
  element?.children.filter((one) => one.name.toLowerCase() === name.toLowerCase()) ?? [];

/** Text of the element at the end of a path of names; undefined when it is not there. */
export function textAt(element: XmlElement | undefined, ...path: readonly string[]): string | undefined {
  return path.reduce(child, element)?.text;
}

/** Every element of that name, at any depth, in order. */
export function descendants(element: XmlElement, name: string): XmlElement[] {
  const own = element.name.toLowerCase() === name.toLowerCase() ? [element] : [];
  return [...own, ...element.children.flatMap((one) => descendants(one, name))];
}
