import { loadSite } from '#config/load-site.ts';
import type { LoadedSite } from '#config/load-site.ts';
import type { SiteTexts } from '#config/site-texts.ts';
import type { SiteConfig } from '#config/site.ts';
import { formatFinding } from '#config/findings.ts';
import { drivers } from '#drivers/registry.ts';
import { digestOf, journalDirectoryOf, readLastGood, textsOf } from './last-good.ts';

export interface LoadedForRun {
  readonly config: SiteConfig;
  readonly texts: SiteTexts;
  /** Why the last known good configuration runs instead of the file; absent: the file itself runs. */
  readonly insteadBecause?: string;
}

/** The file, or what was good last; with every fault told. Undefined when there is neither. */
export function loadForRun(path: string, say: (line: string) => void): LoadedForRun | undefined {
  const loaded = loadSite(path, { kinds: drivers });
  tellFindings(loaded, say);
  const kept = readLastGood(loaded.ok ? loaded.config.journal.directory : journalDirectoryOf(path));
  if (loaded.ok) {
    const texts = textsOf(loaded.config.files);
    if (kept?.refused !== digestOf(texts)) return { config: loaded.config, texts };
  }
  const because = loaded.ok ? 'it made things worse when it was tried' : 'it has faults';
  const again = kept && loadSite(path, { kinds: drivers, texts: kept.texts });
  if (!again?.ok) return loaded.ok ? { config: loaded.config, texts: textsOf(loaded.config.files) } : undefined;
  const since = new Date(kept?.savedAt ?? 0).toISOString();
  return {
    config: again.config,
    texts: kept?.texts ?? new Map(),
    insteadBecause: `${path} is not used, ${because}; the last good configuration of ${since} runs instead`,
  };
}

function tellFindings(loaded: LoadedSite, say: (line: string) => void): void {
  for (const warning of loaded.warnings) say(`${formatFinding(warning)} (warning)`);
  if (!loaded.ok) for (const error of loaded.errors) say(formatFinding(error));
}
