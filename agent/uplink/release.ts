import type { Stream } from '#agent/model/record.ts';
import { formatCursor, parseCursor, reopen } from './cursor.ts';
import { EVIDENCE_NAME } from './evidence/evidence-lane.ts';
import { parseQuarantine, type Quarantined, QUARANTINE_NAME } from './quarantine.ts';

/** What a receiver would not take, from its stored cursors. */
export const quarantinedIn = (cursors: ReadonlyMap<string, string>): readonly Quarantined[] =>
  parseQuarantine(cursors.get(QUARANTINE_NAME));

/**
 * The cursors under which what is picked is sent once more: it is in quarantine no longer, and a hole stands in its
 * place. A stream that is sent from first to last repeats what follows; receivers drop the repeats by id.
 */
export function releaseFrom(
  cursors: ReadonlyMap<string, string>,
  isPicked: (entry: Quarantined) => boolean,
): ReadonlyMap<string, string> {
  const entries = quarantinedIn(cursors);
  const changed = new Map<Stream, string>();
  let evidence = Number(cursors.get(EVIDENCE_NAME) ?? 0);
  for (const { stream, seq } of entries.filter(isPicked)) {
    if (stream === 'evidence') {
      evidence = Math.min(evidence, seq - 1);
      continue;
    }
    const cursor = parseCursor(changed.get(stream) ?? cursors.get(stream));
    changed.set(stream, formatCursor(reopen(cursor, { after: seq - 1, seq })));
  }
  const kept = entries.filter((entry) => !isPicked(entry));
  const content: [string, string][] = cursors.has(EVIDENCE_NAME) ? [[EVIDENCE_NAME, String(evidence)]] : [];
  return new Map<string, string>([...changed, ...content, [QUARANTINE_NAME, JSON.stringify(kept)]]);
}
