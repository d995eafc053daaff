import { openForReading } from '#agent/journal/store.ts';
import type { Tables } from '#agent/journal/store.ts';
import type { SiteConfig } from '#config/site.ts';
import { formatFinding } from '#config/findings.ts';

/** Where commands that look into a journal find it. */
export const journalPlace = ['<site>', 'site file (YAML), or the directory of its journal'] as const;

/** The site file is asked for its journal; a directory has no limit that we know. */
export async function placeOf(site: string): Promise<{ readonly directory: string; readonly maxBytes: number }> {
  return /\.ya?ml$/.test(site) ? (await siteIn(site)).journal : { directory: site, maxBytes: Infinity };
}

/** Throws what is wrong with the file, the first of it. */
export async function siteIn(site: string): Promise<SiteConfig> {
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
  return loaded.config;
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
