import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

const BROWSERS = ['chromium', 'chromium-browser', 'google-chrome'];
const PATIENCE_MS = 120_000;

/** Prints a page into a PDF by the first Chromium at hand; false where there is none or it fails. */
export async function printPdf(html: string, pdf: string): Promise<boolean> {
  const profile = mkdtempSync(join(tmpdir(), 'firewatch-print-'));
  const words = [
    '--headless',
    '--disable-gpu',
    '--disable-dev-shm-usage',
    `--user-data-dir=${profile}`,
    // Its sandbox refuses root; the page is our own and loads nothing.
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    '--no-pdf-header-footer',
    `--print-to-pdf=${pdf}`,
    pathToFileURL(html).href,
  ];
  try {
    for (const browser of BROWSERS) {
      try {
        await promisify(execFile)(browser, words, { timeout: PATIENCE_MS });
        return true;
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) return false;
      }
    }
    return false;
  } finally {
    rmSync(profile, { recursive: true, force: true });
  }
}
