import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { loadSite } from '#config/load-site.ts';
import { drivers } from '#drivers/registry.ts';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const deploy = join(repository, 'config', 'deploy');
const read = (...path: readonly string[]): string => readFileSync(join(...path), 'utf8');

interface Service {
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly ports?: unknown;
  readonly logging?: object;
  readonly volumes: readonly string[];
  readonly networks: readonly string[];
}

const compose = parse(read(deploy, 'compose.yaml')) as {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: object;
  readonly networks: Readonly<Record<string, { readonly internal?: boolean } | null>>;
};

it('the site file that comes with the service is good, and its broker is the one of the compose file', () => {
  const loaded = loadSite(join(deploy, 'site', 'site.yaml'), { kinds: drivers });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.errors));
  const [receiver] = loaded.config.receivers;
  const { transport } = receiver ?? {};
  const url = transport && 'url' in transport ? transport.url : '';
  expect(Object.keys(compose.services)).toContain(new URL(url).hostname);
});

it('the journal is where image, unit, compose file and site file say', () => {
  const state = '/var/lib/firewatch';
  const loaded = loadSite(join(deploy, 'site', 'site.yaml'), { kinds: drivers });
  expect(loaded.ok && loaded.config.journal.directory).toBe(state);
  expect(read(repository, 'Dockerfile')).toContain(`VOLUME ["${state}"]`);
  expect(read(deploy, 'firewatch.service')).toContain('StateDirectory=firewatch\n');
  expect(compose.services['agent']?.volumes).toContain(`state:${state}`);
});

it('the log of every service of the compose file is bounded', () => {
  const bounds = Object.entries(compose.services).map(([name, { logging }]) => [name, logging]);
  const bounded = { driver: 'json-file', options: { 'max-size': '10m', 'max-file': '3' } };
  expect(bounds).toEqual([
    ['agent', bounded],
    ['broker', bounded],
  ]);
});

it('every service of the compose file has a read-only root, no capability, no open port, and files that exist', () => {
  expect(Object.keys(compose.services)).toHaveLength(2);
  for (const { read_only, cap_drop, ports, volumes } of Object.values(compose.services)) {
    expect({ read_only, cap_drop, ports }).toEqual({ read_only: true, cap_drop: ['ALL'], ports: undefined });
    for (const volume of volumes) {
      const source = volume.split(':')[0] ?? '';
      expect(source.startsWith('./') ? existsSync(join(deploy, source)) : source in compose.volumes).toBe(true);
    }
  }
  expect(compose.services['broker']?.networks).toEqual(['upstream']);
  expect(compose.networks['upstream']).toEqual({ internal: true });
});
