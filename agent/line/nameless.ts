import type { Derivation } from '#agent/model/derivation.ts';
import type { SiteEvent } from '#agent/model/event.ts';

/** What a person is called here, by a word that names one: a tag, or the enterprise's id of the person. */
export type Pseudonym = (who: string) => string;

/** Without a headcount nobody has a pseudonym. */
const SOMEBODY = 'somebody';

export const pseudonymsOf = (derivations: readonly Derivation[]): Pseudonym => {
  const known = derivations.find(({ pseudonym }) => pseudonym);
  return (who) => known?.pseudonym?.(who) ?? SOMEBODY;
};

/** The event as it may be kept and leave the box: whoever it names has the site's pseudonym in every text of it. */
export function nameless(event: SiteEvent, pseudonym: Pseudonym): SiteEvent {
  const { who = [], ...kept } = event;
  if (who.length === 0) return kept;
  // The longest first: one may be a part of another.
  const names = who.filter((name) => name !== '').toSorted((one, other) => other.length - one.length);
  const hide = (text: string): string => names.reduce((so, name) => so.replaceAll(name, pseudonym(name)), text);
  const detail = Object.entries(kept.detail ?? {}).map(
    ([key, value]) => [key, typeof value === 'string' ? hide(value) : value] as const,
  );
  // Records of persons are known by this: they expire by their own age, and viewers are not shown whom they name.
  const person = names.length > 0 && kept.detail?.['person'] === undefined ? { person: hide(names[0] ?? '') } : {};
  return { ...kept, text: hide(kept.text), detail: { ...Object.fromEntries(detail), ...person } };
}
