import { stringify } from 'yaml';
import { pointIdText } from '#config/id-schema.ts';
import type { FoundVariable } from '#drivers/opcua/describe-variables.ts';

export type BrowseFormat = 'yaml' | 'csv' | 'json';

/** What comes before the first variable, and the lines of each; undefined where a format can't write its address. */
export interface BrowseLines {
  readonly head: readonly string[];
  readonly of: (variable: FoundVariable) => string | undefined;
}

/** Points of a site as a person would paste them, in YAML, CSV or one JSON object a line. Ids are unique in one listing. */
export function browseLines(format: BrowseFormat, source: string): BrowseLines {
  const idOf = createIds();
  const pointOf = (variable: FoundVariable) => ({
    id: idOf(variable.path),
    source,
    address: variable.address,
    kind: variable.kind,
    name: oneLine(variable.name).slice(0, LONGEST_NAME) || oneLine(variable.address),
  });
  const formats: Readonly<Record<BrowseFormat, BrowseLines>> = {
    json: { head: [], of: (variable) => JSON.stringify({ ...variable, ...pointOf(variable) }) },
    csv: {
      head: ['id,source,address,kind,name'],
      of: (variable) =>
        isPlain(variable.address) ? Object.values(pointOf(variable)).map(csvCell).join(',') : undefined,
    },
    yaml: {
      head: ['points:'],
      of: (variable) => {
        const point = pointOf(variable);
        const written = { ...point, address: isPlain(point.address) ? point.address : { node: point.address } };
        const seen = oneLine(`${variable.path}: ${variable.value || variable.status}`);
        return `  # ${seen}\n${stringify([written], { lineWidth: 0 }).trimEnd().replaceAll(/^/gm, '  ')}`;
      },
    },
  };
  return formats[format];
}

/** Where an identifier holds `#[` or `#.` itself, only the object form tells that it is no path. */
const isPlain = (address: string): boolean => !/#[[.]/.test(address);

const LONGEST_NAME = 200;
const LONGEST_ID = 100;

const oneLine = (text: string): string => text.replaceAll(/[\s\p{Cc}]+/gu, ' ').trim();

/** The last two names of a path, with what an id cannot hold replaced; a number behind what is there already. */
function createIds(): (path: string) => string {
  const given = new Set<string>();
  const lastSuffix = new Map<string, number>();
  return (path) => {
    const text = path.split('/').slice(-2).join('.');
    const plain = text.replaceAll(/[^\p{L}\p{N}._:#()（）[\]+&@-]/gu, '_').replace(/^[^\p{L}\p{N}]+/u, '');
    const base = plain.slice(0, LONGEST_ID);
    const start = pointIdText.safeParse(base).success ? base : `point-${base}`;
    let suffix = lastSuffix.get(start) ?? 1;
    let id = suffix === 1 ? start : `${start}-${suffix}`;
    while (given.has(id)) {
      suffix += 1;
      id = `${start}-${suffix}`;
    }
    lastSuffix.set(start, suffix);
    given.add(id);
    return id;
  };
}

const csvCell = (text: string): string => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
