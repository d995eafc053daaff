import { resolve } from 'node:path';
import type { EvidenceOptions } from '#agent/model/evidence.ts';
import { sourceId, zoneId } from '#agent/model/ids.ts';
import { checkEntry } from './check-entry.ts';
import type { Reading } from './check-entry.ts';
import { evidenceSection } from './evidence-schema.ts';
import { suggest } from './nearest.ts';
import type { Entry } from './place.ts';
import { formOf } from './schema-shape.ts';

const form = formOf(evidenceSection);

/**
 * Undefined where there is no such section, or where it has faults.
 *
 * @param sources ids of all sources, those with faults included
 */
export function readEvidence(
  entry: Entry,
  sources: ReadonlySet<string>,
  reading: Reading,
): EvidenceOptions | undefined {
  if (entry.value === undefined || entry.value === null) return undefined;
  const text = checkEntry(form, entry, reading);
  if (!text) return undefined;
  for (const [index, { source }] of text.cameras.entries())
    if (!sources.has(source))
      reading.findings.errorAt(entry, ['cameras', index, 'source'], {
        what: `there is no source "${source}"`,
        why: 'its pictures are the evidence',
        todo: suggest(source, [...sources], 'name a camera of "sources"'),
      });
  const { directory, maxSize, cameras, before, after, patience, clip } = text;
  return {
    directory: resolve(entry.directory, directory),
    maxBytes: maxSize,
    cameras: cameras.map(({ source, zones }) => ({ source: sourceId(source), zones: zones.map(zoneId) })),
    before,
    after,
    patienceMs: patience,
    ...(clip && { clip: { beforeMs: clip.before, afterMs: clip.after, patienceMs: patience } }),
  };
}
