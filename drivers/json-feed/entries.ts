import type { Expression } from '#config/expression.ts';
import { asTruth } from './told-value.ts';

/** Which parts of a message a mapping is about. */
export interface EntrySelection {
  readonly each?: Expression | undefined;
  readonly when?: Expression | undefined;
}

/** The list that a mapping names, or the message itself, one entry or a list of them; of these the wanted ones. */
export function entriesOf({ each, when }: EntrySelection, message: unknown): readonly unknown[] {
  const listed = each ? each.of(message) : message;
  const entries: readonly unknown[] = Array.isArray(listed) ? listed : listed === null ? [] : [listed];
  return entries.filter((entry) => !when || asTruth(when.of(entry)) === true);
}
