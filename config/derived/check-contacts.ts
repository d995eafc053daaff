import type { Contact } from '#agent/model/contact.ts';
import type { Findings } from '../findings.ts';
import { isMapping } from '../mapping.ts';
import { valueAt } from '../place.ts';
import type { Entry, Path } from '../place.ts';
import { checkInput } from './derived-section.ts';
import type { KnownPoints } from './derived-section.ts';

/** Reports contacts of nothing, or of points that are no states; each stands at its path below the entry. */
export function checkContacts(
  entry: Entry,
  contacts: readonly (readonly [Path, Contact | undefined])[],
  known: KnownPoints,
  findings: Findings,
): void {
  for (const [place, contact] of contacts) {
    if (!contact) continue;
    const path = isMapping(valueAt(entry.value, place)) ? [...place, 'point'] : place;
    checkInput({ entry, path, id: contact.point }, { why: 'its state is watched', isNumber: false }, known, findings);
  }
}
