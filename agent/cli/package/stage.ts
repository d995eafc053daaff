import { copyFileSync, cpSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { ProductionModule } from './production-modules.ts';

/** Processor that a release is for, in Node's words. */
export type Architecture = 'x64' | 'arm64';

const SOURCES = ['agent', 'config', 'drivers', 'simulators', 'package.json', 'package-lock.json'];
const DOCUMENTS = ['LICENSE', 'README.md', 'README.zh-CN.md', 'ARCHITECTURE.md', 'CHANGELOG.md'];
const PAGE = join('agent', 'web', 'page');

/** Copies the program, without tests and without the sources of the page, which is there as built. */
export function stageSources(root: string, target: string): void {
  if (!existsSync(join(root, PAGE, 'dist', 'index.html')))
    throw new Error('the page is not built: run npm run build:page');
  for (const name of [...SOURCES, ...DOCUMENTS])
    cpSync(join(root, name), join(target, name), {
      recursive: true,
      filter: (file) => {
        const path = relative(root, file);
        return !path.startsWith(PAGE + sep) || path.startsWith(join(PAGE, 'dist'));
      },
    });
}

/** What no program reads: types, maps, other platforms' binaries, and the C sources of SQLite. */
const needless = /\.(map|d\.[cm]?ts|tsbuildinfo)$|node_modules\/better-sqlite3\/(deps|src)(\/|$)/;
const prebuilt = /\/prebuilds\/([^/]+)/;

export function stageModules(
  root: string,
  target: string,
  modules: readonly ProductionModule[],
  architecture: Architecture,
): void {
  const platform = new RegExp(`^linux-${architecture}(\\.node)?$`);
  for (const { path } of modules) {
    const from = join(root, path);
    cpSync(from, join(target, path), {
      recursive: true,
      filter: (file) => {
        const inside = relative(from, file);
        // Each nested package is an entry of its own.
        if (inside.split(sep).includes('node_modules')) return false;
        const built = prebuilt.exec(`/${inside}`)?.[1];
        return !needless.test(file) && (built === undefined || platform.test(built));
      },
    });
  }
}

const ATOMIC = 'libatomic.so.1';

/**
 * Node itself, and the one library of it that a minimal Linux may lack: from the first of `libraries` that holds it.
 * False where none does.
 */
export function stageRuntime(node: string, libraries: readonly string[], target: string): boolean {
  const [bin, lib] = [join(target, 'runtime', 'bin'), join(target, 'runtime', 'lib')];
  for (const folder of [bin, lib]) mkdirSync(folder, { recursive: true });
  copyFileSync(node, join(bin, 'node'));
  const holder = libraries.find((folder) => existsSync(join(folder, ATOMIC)));
  if (holder !== undefined) copyFileSync(join(holder, ATOMIC), join(lib, ATOMIC));
  return holder !== undefined;
}

/** The scripts that stand at the top of an unpacked release. */
export function stageScripts(root: string, target: string): void {
  const deploy = join(root, 'config', 'deploy');
  mkdirSync(join(target, 'bin'));
  cpSync(join(deploy, 'firewatch.sh'), join(target, 'bin', 'firewatch'));
  for (const name of ['install.sh', 'uninstall.sh', 'firewatch.service'])
    cpSync(join(deploy, name), join(target, name));
}

/** Every file below a folder, relative and sorted. */
export function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .toSorted();
}
