import type { DerivedSection } from '../derived-section.ts';
import { checkStocks, hazardSourcePoints, idsOfHazardSource } from './points.ts';
import { readHazardSource } from './read.ts';
import { hazardSourceSchema } from './schema.ts';

/** `hazardSources:` */
export const hazardSourceSection: DerivedSection = {
  key: 'hazardSources',
  noun: 'hazard source',
  uniqueBecause: 'points name it, and its memory is named after it',
  description: 'major hazard sources (GB 18218): inventory, Σq/Q, R and level',
  schema: hazardSourceSchema,
  read: (entry, reading) => {
    const read = readHazardSource(entry, reading);
    return (
      read && {
        entry,
        config: { kind: 'hazardSource', definition: read.definition },
        points: hazardSourcePoints(read),
        check: (known, findings) => checkStocks(read, known, findings),
      }
    );
  },
  idsOf: idsOfHazardSource,
};
