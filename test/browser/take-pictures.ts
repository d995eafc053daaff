import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as delay } from 'node:timers/promises';
import { raiseStage } from '#agent/cli/demo/stage.ts';
import { buildPage } from './support/built-page.ts';
import { openBrowser, settled, visit } from './support/visitor.ts';

/** `node test/browser/take-pictures.ts`: the pictures of the READMEs, taken from the running demo while its alarms stand. */
const folder = fileURLToPath(new URL('../../config/guides/pictures/', import.meta.url));
/** By then hydrogen leaks beside hot work, and the tank that decomposes has its first alarms. */
const PLAY_MS = 45_000;
/** What is asked for after the first drawing, and the trends, come meanwhile. */
const DRAW_MS = 6000;
const MOST_BYTES = 150_000;
/** A page has few colours: chosen well, nobody sees that there are no others, and the file is a third. */
const FEW_COLOURS = 'split[a][b];[a]palettegen=max_colors=192[p];[b][p]paletteuse=dither=none';

buildPage();
const scratch = mkdtempSync(join(tmpdir(), 'firewatch-pictures-'));
const stage = await raiseStage({ site: 'demo', scenario: 'demo', signal: new AbortController().signal });
const browser = await openBrowser();
try {
  if (!stage.page) throw new Error('the demo has no page');
  await delay(PLAY_MS);
  mkdirSync(folder, { recursive: true });
  for (const [language, isDark] of [
    ['en', false],
    ['zh', true],
  ] as const) {
    const { page } = await visit(browser, { url: stage.page.url, language, isDark, width: 1920, height: 800 });
    await settled(page);
    await delay(DRAW_MS);
    const taken = join(scratch, `${language}.png`);
    await page.screenshot({ path: taken, animations: 'disabled' });
    const path = join(folder, `overview.${language}.png`);
    execFileSync('ffmpeg', ['-loglevel', 'error', '-y', '-i', taken, '-vf', FEW_COLOURS, path]);
    const { size } = statSync(path);
    if (size > MOST_BYTES) throw new Error(`${path} has ${size} bytes, more than ${MOST_BYTES}`);
    process.stdout.write(`${path}: ${size} bytes\n`);
  }
} finally {
  await browser.close();
  await stage.stop();
  rmSync(scratch, { recursive: true, force: true });
}
process.exit(0);
