import { execFileSync, spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, statfsSync, symlinkSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const repository = fileURLToPath(new URL('../..', import.meta.url));

/** Everything that the scripts may count on: a shell and coreutils, and no Node. */
const TOOLS =
  'sh basename cat chmod cp dirname env id install ln mkdir mv readlink rm sed sha256sum sleep sort true'.split(' ');

/** Releases of ten thousand files are laid out: in memory where that has room, as a busy disk takes minutes. */
export function roomyFolder(): string {
  const memory = '/dev/shm';
  if (!existsSync(memory)) return tmpdir();
  const { bavail, bsize } = statfsSync(memory);
  return bavail * bsize > 3e9 ? memory : tmpdir();
}

/** A box as a customer has it: neither the repository nor any Node is there. */
export interface BareBox {
  readonly run: (program: string, ...words: readonly string[]) => { status: number | null; text: string };
  readonly start: (program: string, ...words: readonly string[]) => ChildProcess;
  /** Arguments of `unshare` that run a command there. */
  readonly wrapped: (program: string, words: readonly string[]) => string[];
}

/**
 * The repository is covered by an empty file system, in a mount namespace of the command's own.
 *
 * @param further tools that the box has beside the usual
 */
export function bareBox(directory: string, further: readonly string[] = []): BareBox {
  const tools = join(directory, 'tools');
  mkdirSync(tools);
  for (const tool of [...TOOLS, ...further]) {
    const path = ['/usr/bin', '/bin', '/usr/sbin'].find((folder) => readdirSync(folder).includes(tool));
    if (path === undefined) throw new Error(`${tool} is not installed`);
    symlinkSync(join(path, tool), join(tools, tool));
  }
  const cover = 'mount -t tmpfs none "$0" && exec /usr/bin/env -i PATH="$1" TMPDIR=/tmp LANG=C.UTF-8 "${@:2}"';
  const inside = ['--mount', '--', 'bash', '-c', cover, repository, tools];
  const wrapped: BareBox['wrapped'] = (program, words) => [...inside, program, ...words];
  return {
    wrapped,
    run: (program, ...words) => {
      const done = spawnSync('unshare', wrapped(program, words), { encoding: 'utf8', cwd: directory });
      return { status: done.status, text: done.stdout + done.stderr };
    },
    start: (program, ...words) => spawn('unshare', wrapped(program, words), { cwd: directory, stdio: 'ignore' }),
  };
}

/** Makes and unpacks the release of this checkout, signed with this private key. Answers its folder. */
export function makeRelease(directory: string, key: string): string {
  const out = ['--out', directory, '--level', '1', '--sign', key];
  const made = [join(repository, 'agent', 'cli', 'package', 'main.ts'), ...out];
  execFileSync(process.execPath, made, { cwd: repository, stdio: 'pipe' });
  const archive = readdirSync(directory).find((name) => name.endsWith('.tar.gz'));
  if (archive === undefined) throw new Error('no archive was made');
  execFileSync('sha256sum', ['--quiet', '-c', `${archive}.sha256`], { cwd: directory });
  execFileSync('tar', ['-xzf', archive, '-C', directory], { cwd: directory });
  return join(directory, archive.slice(0, -'.tar.gz'.length));
}

/** A pair of keys, `release-key.pem` and `release-key.pub.pem`. */
export function makeReleaseKey(directory: string): { readonly secret: string; readonly open: string } {
  const [secret, open] = [join(directory, 'release-key.pem'), join(directory, 'release-key.pub.pem')];
  execFileSync('openssl', ['genpkey', '-algorithm', 'ed25519', '-out', secret]);
  execFileSync('openssl', ['pkey', '-in', secret, '-pubout', '-out', open]);
  return { secret, open };
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
