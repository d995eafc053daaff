import { openForReading } from '#agent/journal/store.ts';
import type { Tables } from '#agent/journal/store.ts';
import { formatFinding } from '#config/findings.ts';

/** Where commands that look into a journal find it. */
export const journalPlace = ['<site>', 'site file (YAML), or the directory of its journal'] as const;

/** The site file is asked for its journal; a directory has no limit that we know. */
export async function placeOf(site: string): Promise<{ readonly directory: string; readonly maxBytes: number }> {
  if (!/\.ya?ml$/.test(site)) return { directory: site, maxBytes: Infinity };
  const [{ loadSite }, { drivers }] = await Promise.all([
    import('#config/load-site.ts'),
    import('#drivers/registry.ts'),
  ]);
  const loaded = loadSite(site, { kinds: drivers });
  if (!loaded.ok) {
    const [first] = loaded.errors;
    const more = loaded.errorCount > 1 ? ` (firewatch check ${site} lists all ${loaded.errorCount} errors)` : '';
    throw new Error(`${first ? formatFinding(first) : site}${more}`);
  }
  return loaded.config.journal;
}

/** Reads beside a running agent. */
export async function withTables(site: string, use: (tables: Tables) => void | Promise<void>): Promise<void> {
  const { directory } = await placeOf(site);
  const tables = openForReading(directory);
  try {
    await use(tables);
  } finally {
    tables.close();
  }
}
