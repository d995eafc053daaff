import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { once } from 'node:events';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { version } from '#agent/cli/version.ts';
import { filesIn } from '#agent/cli/package/stage.ts';
import { until } from '#test/faults/whole-line.ts';
import { bareBox, makeRelease, makeReleaseKey, nextRelease, replace, roomyFolder } from './release.ts';
import type { BareBox } from './release.ts';

let directory: string;
let prefix: string;
let release: string;
let box: BareBox;
let keys: ReturnType<typeof makeReleaseKey>;
/** Records in the journal after the first run. */
let head: number;

beforeAll(() => {
  directory = mkdtempSync(join(roomyFolder(), 'firewatch-release-'));
  prefix = join(directory, 'box');
  mkdirSync(prefix);
  keys = makeReleaseKey(directory);
  release = makeRelease(directory, keys.secret);
  box = bareBox(directory);
}, 300_000);
afterAll(() => rmSync(directory, { recursive: true, force: true }), 120_000);

const at = (...path: readonly string[]): string => join(prefix, ...path);
const firewatch = (): string => at('opt/firewatch/current/bin/firewatch');
const pointsTo = (link: string): string => basename(readlinkSync(at('opt/firewatch', link)));
const site = (): string => at('etc/firewatch/site.yaml');

const install = (from: string, ...words: readonly string[]) =>
  box.run(join(from, 'install.sh'), '--prefix', prefix, ...words);

function writeSite(extra = ''): void {
  writeFileSync(
    site(),
    `site: { id: box, name: box, timezone: UTC }
journal: { directory: ${at('var/lib/firewatch')} }
sources:
  - { id: plc, kind: modbus, transport: { kind: tcp, host: 127.0.0.1, port: 1 } }
points:
  - { id: T, source: plc, address: "holding:0 uint16", kind: temperature, unit: °C }
${extra}`,
  );
}

/** Runs the installed agent until it says that it is well, then ends it. Answers how many records the journal has. */
async function runOnce(): Promise<number> {
  const agent = box.start(firewatch(), 'run', site());
  const gone = once(agent, 'exit');
  try {
    const beat = at('var/lib/firewatch/heartbeat.json');
    await until('the agent is ready', () =>
      existsSync(beat) && readFileSync(beat, 'utf8').includes('"isReady":true') ? true : undefined,
    );
    expect(box.run(firewatch(), 'health', site(), '--ready')).toMatchObject({
      status: 0,
      text: expect.stringContaining('ready, with faults'),
    });
  } finally {
    agent.kill('SIGTERM');
    await gone;
  }
  const { text } = box.run(firewatch(), 'journal', 'status', site(), '--json');
  const streams = (JSON.parse(text) as { streams: Record<string, { head: number }> }).streams;
  return Object.values(streams).reduce((sum, { head }) => sum + head, 0);
}

describe('a release', () => {
  it('holds what runs, and nothing else', () => {
    const files = filesIn(release);
    expect(files).toContain('agent/web/page/dist/index.html');
    expect(files).toContain('node_modules/better-sqlite3/package.json');
    expect(files).toContain('runtime/bin/node');
    const needless = /^test\/|^node_modules\/(vitest|vite|typescript|node|vue)\/|^agent\/web\/page\/(?!dist)|\.map$/;
    expect(files.filter((file) => needless.test(file))).toEqual([]);
    const foreign = files.filter((file) => file.endsWith('.node') && !file.includes(`linux-${process.arch}`));
    expect(foreign).toEqual([]);
  });

  it('names what it is made of, package by package, with licence and sum', () => {
    const bill = JSON.parse(readFileSync(join(release, 'sbom.cdx.json'), 'utf8')) as {
      readonly bomFormat: string;
      readonly components: readonly { readonly name: string; readonly version: string }[];
    };
    expect(bill.bomFormat).toBe('CycloneDX');
    const shipped = new Set(
      filesIn(release).flatMap((file) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)\/package\.json$/.exec(file)?.[1] ?? []),
    );
    const named = new Set(bill.components.map(({ name }) => name));
    expect(shipped.size).toBeGreaterThan(100);
    expect([...shipped].filter((name) => !named.has(name) && !isPartOfAPackage(name))).toEqual([]);
    expect(bill.components).toContainEqual(expect.objectContaining({ name: 'node', version: process.versions.node }));
    const licences = readFileSync(join(release, 'LICENCES.md'), 'utf8');
    expect(licences).toMatch(/\| better-sqlite3 \| [\d.]+ \| MIT \|/);
    expect(licences.match(/not stated/g)?.length ?? 0).toBeLessThanOrEqual(3);
    const sums = readFileSync(join(release, 'SHA256SUMS'), 'utf8').trim().split('\n');
    expect(sums).toHaveLength(filesIn(release).length - 2);
  });

  it('is signed, so that openssl finds it unchanged', () => {
    const archive = readdirSync(directory).find((name) => name.endsWith('.tar.gz')) ?? '';
    for (const file of [join(directory, archive), join(release, 'SHA256SUMS')]) {
      const words = [
        'pkeyutl',
        '-verify',
        '-pubin',
        '-inkey',
        keys.open,
        '-rawin',
        '-in',
        file,
        '-sigfile',
        `${file}.sig`,
      ];
      expect(spawnSync('openssl', words, { encoding: 'utf8' })).toMatchObject({ status: 0 });
    }
  });
});

/** Folders inside a package that carry a package.json of their own are no packages of the registry. */
const isPartOfAPackage = (name: string): boolean => /^(\.|dist|lib|esm|cjs)/.test(name);

describe('installing it on a box without repository, network tools and Node', { timeout: 400_000 }, () => {
  it('refuses an archive that was damaged on its way', () => {
    const damaged = nextRelease(release, '0.0.1-damaged');
    replace(join(damaged, 'agent', 'site.ts'), (text) => `${text}\n`);
    const { status, text } = install(damaged);
    expect(text).toContain('the archive is damaged');
    expect(status).toBe(1);
    expect(existsSync(at('opt'))).toBe(false);
  });

  it('puts the program, its service and its state in place', () => {
    const { status, text } = install(release);
    expect(text).toContain(`Firewatch ${version} is installed`);
    expect(status).toBe(0);
    expect(pointsTo('current')).toBe(version);
    expect(existsSync(at('var/lib/firewatch'))).toBe(true);
    expect(box.run(firewatch(), '--version')).toEqual({ status: 0, text: `${version}\n` });
  });

  it('installs only what the key that the owner left on the box has signed', () => {
    const owners = at('etc/firewatch/release-key.pem');
    copyFileSync(keys.open, owners);
    const foreign = install(nextRelease(release, '6.6.6'));
    expect(foreign.text).toContain('is not signed by');
    expect(foreign.status).toBe(1);
    expect(pointsTo('current')).toBe(version);
    expect(install(release)).toMatchObject({ status: 0 });
    rmSync(owners);
  });

  it('runs the site, writing nowhere but to its state directory', async () => {
    writeSite();
    expect(box.run(firewatch(), 'check', site())).toMatchObject({ status: 0 });
    const before = filesIn(at('opt'));
    head = await runOnce();
    expect(head).toBeGreaterThan(0);
    expect(filesIn(at('opt'))).toEqual(before);
    expect(filesIn(at('etc/firewatch'))).toEqual(['site.yaml']);
  });

  it('refuses to upgrade to a release that does not accept the site, and changes nothing', () => {
    writeSite('nonsense: true\n');
    const { status, text } = install(nextRelease(release, '9.0.0'));
    expect(text).toContain('nonsense');
    expect(text).toContain('nothing was changed');
    expect(status).toBe(1);
    expect(pointsTo('current')).toBe(version);
    writeSite();
  });

  it('upgrades, keeping journal and the release before, and goes back to it', async () => {
    expect(install(nextRelease(release, '9.9.9'))).toMatchObject({ status: 0 });
    expect([pointsTo('current'), pointsTo('previous')]).toEqual(['9.9.9', version]);
    expect(box.run(firewatch(), '--version').text).toBe('9.9.9\n');
    const upgraded = await runOnce();
    expect(upgraded).toBeGreaterThan(head);
    expect(box.run(at('opt/firewatch/install.sh'), '--prefix', prefix, '--rollback')).toMatchObject({ status: 0 });
    expect([pointsTo('current'), pointsTo('previous')]).toEqual([version, '9.9.9']);
    expect(await runOnce()).toBeGreaterThan(upgraded);
  });

  it('keeps two releases and no more', () => {
    expect(install(nextRelease(release, '9.9.10'))).toMatchObject({ status: 0 });
    expect([pointsTo('current'), pointsTo('previous')]).toEqual(['9.9.10', version]);
    expect(existsSync(at('opt/firewatch/releases/9.9.9'))).toBe(false);
  });

  it('has a unit that the service manager accepts', () => {
    const unit = join(directory, 'firewatch.service');
    const installed = readFileSync(at('etc/systemd/system/firewatch.service'), 'utf8');
    writeFileSync(unit, installed.replaceAll('/opt/firewatch/', at('opt/firewatch/')));
    const { status, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', unit], { encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });

  it('leaves with its data kept, or with all of it when that is asked for', () => {
    const uninstall = (...words: readonly string[]) =>
      box.run(join(release, 'uninstall.sh'), '--prefix', prefix, ...words);
    expect(uninstall()).toMatchObject({ status: 0 });
    expect(existsSync(at('opt/firewatch'))).toBe(false);
    expect(existsSync(site())).toBe(true);
    expect(filesIn(at('var/lib/firewatch'))).not.toEqual([]);
    expect(uninstall('--purge')).toMatchObject({ status: 0 });
    expect(filesIn(prefix)).toEqual([]);
  });
});
