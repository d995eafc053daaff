import { execFileSync, spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const repository = fileURLToPath(new URL('../..', import.meta.url));

/** Everything that the scripts may count on: a shell and coreutils, and no Node. */
const TOOLS =
  'sh basename cat chmod cp dirname env id install ln mkdir mv readlink rm sed sha256sum sleep sort true'.split(' ');

/** A box as a customer has it: neither the repository nor any Node is there. */
export interface BareBox {
  readonly run: (program: string, ...words: readonly string[]) => { status: number | null; text: string };
  readonly start: (program: string, ...words: readonly string[]) => ChildProcess;
}

/** The repository is covered by an empty file system, in a mount namespace of the command's own. */
export function bareBox(directory: string): BareBox {
  const tools = join(directory, 'tools');
  mkdirSync(tools);
  for (const tool of TOOLS) {
    const path = ['/usr/bin', '/bin', '/usr/sbin'].find((folder) => readdirSync(folder).includes(tool));
    if (path === undefined) throw new Error(`${tool} is not installed`);
    symlinkSync(join(path, tool), join(tools, tool));
  }
  const cover = 'mount -t tmpfs none "$0" && exec /usr/bin/env -i PATH="$1" TMPDIR=/tmp LANG=C.UTF-8 "${@:2}"';
  const inside = ['--mount', '--', 'bash', '-c', cover, repository, tools];
  const wrapped = (program: string, words: readonly string[]): string[] => [...inside, program, ...words];
  return {
    run: (program, ...words) => {
      const done = spawnSync('unshare', wrapped(program, words), { encoding: 'utf8', cwd: directory });
      return { status: done.status, text: done.stdout + done.stderr };
    },
    start: (program, ...words) => spawn('unshare', wrapped(program, words), { cwd: directory, stdio: 'ignore' }),
  };
}

/** Makes and unpacks the release of this checkout. Answers its folder. */
export function makeRelease(directory: string): string {
  const made = [join(repository, 'agent', 'cli', 'package', 'main.ts'), '--out', directory, '--level', '1'];
  execFileSync(process.execPath, made, { cwd: repository, stdio: 'pipe' });
  const archive = readdirSync(directory).find((name) => name.endsWith('.tar.gz'));
  if (archive === undefined) throw new Error('no archive was made');
  execFileSync('sha256sum', ['--quiet', '-c', `${archive}.sha256`], { cwd: directory });
  execFileSync('tar', ['-xzf', archive, '-C', directory], { cwd: directory });
  return join(directory, archive.slice(0, -'.tar.gz'.length));
}

/** The same release under another version, as if it were the next one. */
export function nextRelease(release: string, version: string): string {
  const target = `${release}-next-${version}`;
  execFileSync('cp', ['-al', release, target]);
  replace(join(target, 'package.json'), (text) => text.replace(/"version": "[^"]+"/, `"version": "${version}"`));
  const sum = createHash('sha256')
    .update(readFileSync(join(target, 'package.json')))
    .digest('hex');
  replace(join(target, 'SHA256SUMS'), (text) => text.replace(/^\w+ {2}package\.json$/m, `${sum}  package.json`));
  return target;
}

/** Files are linked between releases: a changed one is written anew, and the other keeps its own. */
export function replace(file: string, change: (text: string) => string): void {
  const text = change(readFileSync(file, 'utf8'));
  execFileSync('rm', [file]);
  writeFileSync(file, text);
}
