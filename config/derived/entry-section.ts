import type { z } from 'zod';
import { checkEntry } from '../check-entry.ts';
import type { Reading } from '../check-entry.ts';
import type { Findings } from '../findings.ts';
import { valueAt } from '../place.ts';
import type { Entry } from '../place.ts';
import { formOf } from '../schema-shape.ts';
import type { Definitions, DerivationConfig } from '../site.ts';
import type { DerivedSection, KnownPoints } from './derived-section.ts';

/** One entry, as far as it could be read. */
export interface EntryRead<Text, Definition> {
  readonly entry: Entry;
  readonly text: Text;
  readonly definition: Definition;
}

interface EntrySection<Text, Kind extends keyof Definitions> extends Pick<
  DerivedSection,
  'key' | 'noun' | 'uniqueBecause' | 'description'
> {
  readonly kind: Kind;
  readonly schema: z.ZodType<Text>;
  /** Last parts of the ids of the points that an entry may tell. */
  readonly parts: readonly string[];
  readonly define: (text: Text) => Definitions[Kind];
  /** Faults of the keys together that the schema can't tell. Absent: there are none. */
  readonly judge?: (text: Text, entry: Entry, reading: Reading) => void;
  readonly points: (read: EntryRead<Text, Definitions[Kind]>) => readonly Entry[];
  readonly check: (read: EntryRead<Text, Definitions[Kind]>, known: KnownPoints, findings: Findings) => void;
}

/** A list whose entries each become one definition, and points whose ids begin with the entry's. */
export function entrySection<Text, Kind extends keyof Definitions>({
  kind,
  parts,
  define,
  judge,
  points,
  check,
  ...section
}: EntrySection<Text, Kind>): DerivedSection {
  const form = formOf(section.schema);
  return {
    ...section,
    read: (entry, reading) => {
      const text = checkEntry(form, entry, reading);
      if (!text) return undefined;
      judge?.(text, entry, reading);
      const definition = define(text);
      const read = { entry, text, definition };
      return {
        entry,
        config: { kind, definition } as DerivationConfig,
        points: points(read),
        check: (known, findings) => check(read, known, findings),
      };
    },
    idsOf: (entry) => {
      const id = valueAt(entry.value, ['id']);
      return typeof id === 'string' ? parts.map((part) => `${id}.${part}`) : [];
    },
  };
}
