import { isAlias, isCollection, isMap, isScalar, isSeq, LineCounter, parseDocument, visit } from 'yaml';
import type { Document, Node, Pair, YAMLError } from 'yaml';
import type { Fault } from './fault.ts';
import type { Findings } from './findings.ts';
import { offsetInScalar } from './offset-in-scalar.ts';
import { formatPath, valueAt } from './place.ts';
import type { Entry, Path, Place } from './place.ts';

/** Aliases may repeat this many nodes in all; a "billion laughs" file is refused instead of filling the memory. */
const MOST_ALIASES = 1000;

/** Parses one YAML file; on any fault of syntax reports all of them and returns undefined. Never throws. */
export function parseYaml(text: string, names: FileNames, findings: Findings): Entry | undefined {
  const lines = new LineCounter();
  const placeOf = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { file: names.shown, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  try {
    const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, version: '1.2', merge: false });
    const faults = [...document.errors, ...document.warnings];
    for (const fault of faults) findings.error(placeOf(fault.pos[0]), '', explainYaml(fault));
    const dangling = aliasesWithoutAnchor(document);
    for (const offset of dangling) findings.error(placeOf(offset), '', aliasWithoutAnchor);
    if (faults.length + dangling.length > 0) return undefined;
    const entry = entryOf(document, names, placeOf);
    return {
      ...entry,
      inside: (path, offset) => {
        const value = valueAt(entry.value, path);
        if (typeof value !== 'string') return undefined;
        return placeOf(offsetInScalar(text, offsetOf(document, path, 'value'), value, offset));
      },
    };
  } catch (error) {
    // Nesting beyond the parser's stack, and aliases that repeat each other endlessly, end here.
    findings.error(placeOf(0), '', {
      what: 'the file can not be unfolded',
      why: error instanceof Error ? error.message : String(error),
      todo: 'nest less deeply, and use fewer anchors and aliases',
    });
    return undefined;
  }
}

export interface FileNames {
  /** As the integrator would type it. */
  readonly shown: string;
  readonly directory: string;
}

function entryOf(document: Document.Parsed, names: FileNames, placeOf: (offset: number) => Place): Entry {
  return {
    value: document.toJS({ maxAliasCount: MOST_ALIASES }),
    directory: names.directory,
    at: (path, part = 'value') => placeOf(offsetOf(document, path, part)),
    label: formatPath,
  };
}

/** Start of the value (or key) at a path, or of the nearest parent that exists. */
function offsetOf(document: Document.Parsed, path: Path, part: 'key' | 'value'): number {
  let node: Node | null = document.contents;
  let offset = node?.range?.[0] ?? 0;
  for (const [index, step] of path.entries()) {
    if (isAlias(node)) node = node.resolve(document) ?? null;
    if (!isCollection(node)) return offset;
    if (isSeq<Node>(node)) {
      node = node.items[Number(step)] ?? null;
    } else if (isMap<Node, Node | null>(node)) {
      const pair: Pair<Node, Node | null> | undefined = node.items.find((pair) => keyOf(pair) === String(step));
      if (!pair) return offset;
      const isAsked = index === path.length - 1 && part === 'key';
      if (isAsked || pair.value === null || isEmpty(pair.value)) return pair.key.range?.[0] ?? offset;
      node = pair.value;
    }
    if (!node) return offset;
    offset = node.range?.[0] ?? offset;
  }
  return offset;
}

const keyOf = (pair: Pair<Node, Node | null>): string => (isScalar(pair.key) ? String(pair.key.value) : '');

/** `key:` with nothing behind it: the value has no place of its own, so its key's is shown. */
const isEmpty = (node: Node): boolean => isScalar(node) && node.value === null && node.source === '';

const wording: Partial<Record<YAMLError['code'], Fault>> = {
  TAB_AS_INDENT: {
    what: 'a tab is used to indent',
    why: 'YAML is indented with spaces',
    todo: 'replace the tab with spaces',
  },
  DUPLICATE_KEY: {
    what: 'this key stands here twice',
    why: 'one of the two values would be lost',
    todo: 'delete or rename one of them',
  },
  MULTIPLE_DOCS: {
    what: 'a second YAML document begins here',
    why: 'one file holds one document',
    todo: 'delete the "---", or split the file and use include',
  },
  TAG_RESOLVE_FAILED: {
    what: 'an unknown YAML tag',
    why: 'no tags are used in a site file',
    todo: 'put text that starts with "!" in quotes',
  },
  BAD_INDENT: {
    what: 'the indentation does not fit',
    why: 'keys of one mapping and items of one list start in the same column',
    todo: 'indent it like the line above',
  },
  MULTILINE_IMPLICIT_KEY: {
    what: 'a key goes over more than one line',
    why: 'the colon after a key is probably missing',
    todo: 'write "key: value"',
  },
  MISSING_CHAR: {
    what: 'something is missing before this',
    why: 'a bracket, quote or comma is not closed',
    todo: 'close it',
  },
};

const aliasWithoutAnchor: Fault = {
  what: 'an alias without its anchor',
  why: 'YAML reads "*name" as an alias of "&name"',
  todo: 'put text that starts with "*" in quotes',
};

/** The parser leaves these to whoever unfolds the document, who would stop at the first and not say where. */
function aliasesWithoutAnchor(document: Document.Parsed): readonly number[] {
  const anchors = new Set<string>();
  const dangling: number[] = [];
  visit(document, {
    Node: (_, node) => {
      if (isAlias(node)) {
        if (!anchors.has(node.source)) dangling.push(node.range?.[0] ?? 0);
      } else if (node.anchor !== undefined) anchors.add(node.anchor);
    },
  });
  return dangling;
}

function explainYaml(error: YAMLError): Fault {
  const said = error.message.replaceAll(/\s+/g, ' ');
  const isUnclosed = error.code === 'BAD_INDENT' && said.startsWith('Flow');
  const fault = wording[isUnclosed ? 'MISSING_CHAR' : error.code] ?? {
    what: 'this is no valid YAML',
    why: said,
    todo: 'correct it',
  };
  return fault.why === said ? fault : { ...fault, why: `${fault.why} (YAML: ${said})` };
}
