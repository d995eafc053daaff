import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { ProductionModule } from './production-modules.ts';

const MAX_SBOM_BYTES = 64 * 1024 * 1024;

interface Component {
  readonly 'bom-ref': string;
  readonly type: 'library' | 'application';
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  readonly licenses: readonly object[];
}

/**
 * CycloneDX of what runs in production, from package-lock.json alone, with the Node runtime beside the packages. What
 * `npm sbom` leaves out, because something that is no part of production wants it too, is put in.
 */
export function billOfMaterials(root: string, modules: readonly ProductionModule[], nodeVersion: string): string {
  const npm = process.env['npm_execpath'];
  const words = ['sbom', '--sbom-format=cyclonedx', '--omit=dev', '--package-lock-only'];
  const [program, ...args] = npm?.endsWith('.js') ? [process.execPath, npm, ...words] : ['npm', ...words];
  const text = execFileSync(program, args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: MAX_SBOM_BYTES,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const bill = JSON.parse(text) as { metadata: { component: object }; components: Component[] };
  Object.assign(bill.metadata.component, { name: 'firewatch', type: 'application' });
  const named = new Set(bill.components.map(({ name, version }) => `${name}@${version}`));
  for (const { name, version, licence } of modules) {
    const reference = `${name}@${version}`;
    if (named.has(reference)) continue;
    named.add(reference);
    const purl = `pkg:npm/${reference.replace(/^@/, '%40')}`;
    bill.components.push({ ...component(reference, name, version), purl, licenses: [{ license: { name: licence } }] });
  }
  const purl = `pkg:generic/node@${nodeVersion}`;
  const node = component(`node@${nodeVersion}`, 'node', nodeVersion);
  bill.components.push({ ...node, type: 'application', purl, licenses: [{ license: { id: 'MIT' } }] });
  return `${JSON.stringify(bill, undefined, 2)}\n`;
}

const component = (reference: string, name: string, version: string) =>
  ({ 'bom-ref': reference, type: 'library', name, version }) as const;

/** Who wrote what is inside, and on which terms. The texts stand in each package's folder. */
export function licencesList(modules: readonly ProductionModule[], nodeVersion: string): string {
  const rows = [
    ...modules.map(({ name, version, licence, path }) => ({ name, version, licence, path })),
    { name: 'Node.js', version: nodeVersion, licence: 'MIT and others, see its LICENSE', path: 'runtime/bin/node' },
    {
      name: 'libatomic',
      version: 'of GCC',
      licence: 'GPL-3.0-or-later WITH GCC-exception-3.1',
      path: 'runtime/lib/libatomic.so.1',
    },
  ].toSorted((a, b) => a.name.localeCompare(b.name));
  return [
    '# Licences',
    '',
    'Firewatch itself: Apache-2.0, see LICENSE. What it is shipped with:',
    '',
    '| package | version | licence | folder |',
    '|---|---|---|---|',
    ...rows.map(({ name, version, licence, path }) => `| ${name} | ${version} | ${licence} | ${path} |`),
    '',
  ].join('\n');
}

/** A line as sha256sum(1) writes and checks it. */
export function sumLine(file: string, name: string): string {
  return `${createHash('sha256').update(readFileSync(file)).digest('hex')}  ${name}\n`;
}
