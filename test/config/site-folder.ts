import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { loadSite } from '#config/load-site.ts';
import type { LoadedSite, LoadOptions } from '#config/load-site.ts';
import type { SiteConfig } from '#config/site.ts';
import { drivers } from '#drivers/registry.ts';

/** Writes files into a fresh directory, removed after the test. */
export function siteFolder(files: Readonly<Record<string, string | Uint8Array>>): string {
  const root = mkdtempSync(join(tmpdir(), 'firewatch-config-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), content);
  }
  return root;
}

export const loadText = (text: string, options: Partial<LoadOptions> = {}): LoadedSite =>
  loadSite(join(siteFolder({ 'site.yaml': text }), 'site.yaml'), { kinds: drivers, env: {}, ...options });

/** The configuration; a test that expects it fails with every error when there is none. */
export function configOf(loaded: LoadedSite): SiteConfig {
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.errors, undefined, 2));
  return loaded.config;
}

export const head = 'site: { id: demo }\n';
export const source = 'sources:\n  - { id: dcs, kind: opcua, endpoint: "opc.tcp://127.0.0.1:4840" }\n';

/** One point of source `dcs`; `rest` are further keys in flow style. */
export const point = (id: string, rest: string): string =>
  `  - { id: ${id}, source: dcs, address: "nsu=urn:plant;s=${id}", ${rest} }\n`;
