import type { DerivedSection } from '../derived-section.ts';
import { headcountPoints, idsOfHeadcount } from './points.ts';
import { readHeadcount } from './read.ts';
import { headcountSchema } from './schema.ts';

/** `headcount:` */
export const headcountSection: DerivedSection = {
  key: 'headcount',
  noun: 'headcount',
  uniqueBecause: 'its figures and its memory are named after it',
  description: 'people by zone: maps, zones and roster of the locating systems, and the rules about people',
  schema: headcountSchema,
  read: (entry, reading) => {
    const read = readHeadcount(entry, reading);
    return (
      read && {
        entry,
        config: { kind: 'headcount', definition: read.definition },
        points: headcountPoints(read),
        check: () => undefined,
      }
    );
  },
  idsOf: idsOfHeadcount,
};
