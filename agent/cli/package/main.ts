import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command, Option } from 'commander';
import { version } from '../version.ts';
import { signFile } from './sign-file.ts';
import { billOfMaterials, licencesList, sumLine } from './papers.ts';
import { productionModules } from './production-modules.ts';
import { filesIn, stageModules, stageRuntime, stageScripts, stageSources } from './stage.ts';
import type { Architecture } from './stage.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

interface PackageOptions {
  readonly out: string;
  readonly arch: Architecture;
  readonly runtime: string;
  readonly as: string;
  readonly level: string;
  readonly sign?: string;
}

/** `npm run package`: the archive that installs Firewatch on a box without network, Node or npm. */
new Command('package')
  .description('make dist/firewatch-VERSION-linux-ARCH.tar.gz of what is installed here; uses no network')
  .option('--out <folder>', 'where to', join(root, 'dist'))
  .addOption(new Option('--arch <name>', 'processor').choices(['x64', 'arm64']).default(process.arch))
  .option('--runtime <file>', "the node binary to ship; for another processor, that one's", process.execPath)
  .option('--as <version>', 'version to call it', version)
  .option('--level <number>', 'of compression, 1 to 9', '6')
  .option('--sign <file>', 'Ed25519 private key in PEM that signs sums and archive')
  .action(make)
  .parse();

function make({ out, arch, runtime, as, level, sign }: PackageOptions): void {
  if (arch !== process.arch && runtime === process.execPath)
    throw new Error(`for ${arch} name its node binary with --runtime`);
  const started = performance.now();
  mkdirSync(out, { recursive: true });
  const work = mkdtempSync(join(resolve(out), '.package-'));
  try {
    const name = `firewatch-${as}-linux-${arch}`;
    const target = join(work, name);
    mkdirSync(target);
    const modules = productionModules(root);
    stageSources(root, target);
    stageModules(root, target, modules, arch);
    const isComplete = stageRuntime(runtime, arch === process.arch ? librariesHere() : [], target);
    if (!isComplete) console.error('libatomic.so.1 is not at hand: the target has to have it (Debian: libatomic1)');
    stageScripts(root, target);
    if (as !== version) setVersion(target, as);
    const { node } = process.versions;
    writeFileSync(join(target, 'sbom.cdx.json'), billOfMaterials(root, modules, node));
    writeFileSync(join(target, 'LICENCES.md'), licencesList(modules, node));
    const files = filesIn(target);
    writeFileSync(join(target, 'SHA256SUMS'), files.map((file) => sumLine(join(target, file), file)).join(''));
    if (sign !== undefined) signFile(join(target, 'SHA256SUMS'), sign);
    for (const file of ['bin/firewatch', 'install.sh', 'uninstall.sh', 'runtime/bin/node'])
      chmodSync(join(target, file), 0o755);

    const archive = join(resolve(out), `${name}.tar.gz`);
    const order = ['--sort=name', '--owner=0', '--group=0', '--numeric-owner'];
    execFileSync('tar', [...order, '-I', `gzip -n -${level}`, '-C', work, '-cf', archive, name]);
    if (sign !== undefined) signFile(archive, sign);
    writeFileSync(`${archive}.sha256`, sumLine(archive, `${name}.tar.gz`));
    const megabytes = (statSync(archive).size / 1e6).toFixed(1);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    console.log(`${archive}: ${megabytes} MB, ${files.length} files, ${modules.length} packages, ${seconds} s`);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function setVersion(target: string, as: string): void {
  const file = join(target, 'package.json');
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as object;
  writeFileSync(file, `${JSON.stringify({ ...manifest, version: as }, undefined, 2)}\n`);
}

/** Where this machine's loader looks. */
function librariesHere(): readonly string[] {
  const triplet = process.arch === 'arm64' ? 'aarch64-linux-gnu' : 'x86_64-linux-gnu';
  return [`/lib/${triplet}`, `/usr/lib/${triplet}`, '/lib64', '/usr/lib64'];
}
