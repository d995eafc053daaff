// Runs before npm scripts, on any Node from 20 on, before anything is installed: plain JavaScript, built-ins only.
// Compares what package-lock.json asks for with what npm recorded in node_modules, and installs when they differ; then
// builds the page where it is older than its sources.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const progressEveryMs = 2000;

const wanted = packagesOf(join(root, 'package-lock.json'));
const installed = packagesOf(join(root, 'node_modules', '.package-lock.json'));
const missing = [...wanted].filter(
  ([path, entry]) => !entry.optional && installed.get(path)?.version !== entry.version,
);

if (missing.length > 0) {
  const size = installed.size === 0 ? `${wanted.size} packages` : `${missing.length} of ${wanted.size} packages`;
  console.error(`Firewatch: ${size} to install, this takes about a minute.`);
  process.exitCode = await install();
}
if (!process.exitCode && isPageStale()) {
  console.error('Firewatch: building the page …');
  process.exitCode = await run(['run', '--silent', 'build:page']);
}

function packagesOf(lockfile) {
  if (!existsSync(lockfile)) return new Map();
  const { packages } = JSON.parse(readFileSync(lockfile, 'utf8'));
  return new Map(Object.entries(packages).filter(([path]) => path !== ''));
}

/** True where a source of the page is younger than what was built of it, or nothing was built. */
function isPageStale() {
  const page = join(root, 'agent', 'web', 'page');
  const builtAt = timeOf(join(page, 'dist', 'index.html'));
  return readdirSync(page, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.startsWith(join(page, 'dist')))
    .some((entry) => timeOf(join(entry.parentPath, entry.name)) > builtAt);
}

function timeOf(file) {
  return existsSync(file) ? statSync(file).mtimeMs : 0;
}

function start(args) {
  const npm = process.env.npm_execpath;
  return npm?.endsWith('.js')
    ? spawn(process.execPath, [npm, ...args], { cwd: root, stdio: ['ignore', 2, 2] })
    : spawn('npm', args, { cwd: root, stdio: ['ignore', 2, 2], shell: process.platform === 'win32' });
}

function run(args) {
  return new Promise((resolve) => {
    const child = start(args);
    child.once('error', () => resolve(1));
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

function install() {
  const child = start(['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error']);
  const started = Date.now();
  const timer = setInterval(() => {
    const present = [...wanted.keys()].filter((path) => existsSync(join(root, path, 'package.json'))).length;
    const seconds = Math.round((Date.now() - started) / 1000);
    console.error(`  ${present} of ${wanted.size} packages after ${seconds} s`);
  }, progressEveryMs);
  return new Promise((resolve) => {
    child.once('error', (error) => {
      clearInterval(timer);
      console.error(`Firewatch: cannot start npm: ${error.message}. Install npm and run the command again.`);
      resolve(1);
    });
    child.once('exit', (code) => {
      clearInterval(timer);
      if (code === 0) console.error('  installed.');
      else console.error('Firewatch: npm ci failed, see above; run it by hand with: npm ci');
      resolve(code ?? 1);
    });
  });
}
