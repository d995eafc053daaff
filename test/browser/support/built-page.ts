import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** `npm test` builds the page before it starts; a single file that is run by hand must not see an old one either. */
export function buildPage(): void {
  if (process.env['npm_lifecycle_event'] === 'test') return;
  // What a test runner says of its environment would make it a page for developers.
  const env = { ...process.env, NODE_ENV: 'production' };
  execFileSync(process.execPath, ['agent/cli/ensure-installed.mjs'], { cwd: root, stdio: 'pipe', env });
}
