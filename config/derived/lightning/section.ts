import type { DerivedSection } from '../derived-section.ts';
import { checkLightningInputs, idsOfLightning, lightningPoints } from './points.ts';
import { readLightning } from './read.ts';
import { lightningSchema } from './schema.ts';

/** `lightning:` */
export const lightningSection: DerivedSection = {
  key: 'lightning',
  noun: 'lightning watch',
  uniqueBecause: 'its points and its memory are named after it',
  description: 'lightning watches: tiers with their hold, and advice what to stop',
  schema: lightningSchema,
  read: (entry, reading) => {
    const read = readLightning(entry, reading);
    return (
      read && {
        entry,
        config: { kind: 'lightning', definition: read.definition },
        points: lightningPoints(read),
        check: (known, findings) => checkLightningInputs(read, known, findings),
      }
    );
  },
  idsOf: idsOfLightning,
};
