import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';
import type { Browser, BrowserContext, Page } from 'playwright-core';

const require = createRequire(import.meta.url);
const axeSource = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

const PASSWORD = 'correct horse battery';

/** Debian's Chromium. */
export const openBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });

export interface Visitor {
  readonly context: BrowserContext;
  readonly page: Page;
  /** What the browser complained about: errors of scripts, of the console, requests that were refused by rules. */
  readonly complaints: () => readonly string[];
  readonly goTo: (view: string, query?: string) => Promise<void>;
}

export interface VisitorOptions {
  readonly url: string;
  readonly language?: 'zh' | 'en';
  readonly isDark?: boolean;
  readonly width?: number;
  readonly height?: number;
}

/** One browser window with its own cookies. */
export async function visit(browser: Browser, options: VisitorOptions): Promise<Visitor> {
  const { url, language = 'en', isDark = false, width = 1280, height = 800 } = options;
  const context = await browser.newContext({ viewport: { width, height } });
  context.setDefaultTimeout(30_000);
  await context.addInitScript(
    `localStorage.setItem('firewatch.language', '${language}');
     localStorage.setItem('firewatch.theme', '${isDark ? 'dark' : 'light'}');`,
  );
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(url);
  return {
    context,
    page,
    complaints: () => complaints,
    async goTo(view, query = '') {
      await page.goto(`${url}/#/${view}${query}`);
    },
  };
}

export async function setUp({ page }: Visitor, code: string): Promise<void> {
  const inputs = page.locator('.sign-in input');
  await inputs.nth(0).fill(code);
  await inputs.nth(1).fill('chief');
  await inputs.nth(2).fill(PASSWORD);
  await page.locator('.sign-in button[type=submit]').click();
  await page.locator('nav').waitFor();
}

export async function signIn({ page }: Visitor, name = 'chief'): Promise<void> {
  const inputs = page.locator('.sign-in input');
  await inputs.nth(0).fill(name);
  await inputs.nth(1).fill(PASSWORD);
  await page.locator('.sign-in button[type=submit]').click();
  await page.locator('nav').waitFor();
}

/** Everything that the view asked for is there. */
export async function settled(page: Page): Promise<void> {
  await page.locator('main > *').first().waitFor();
  await page.locator('main :is(.loading, progress)').first().waitFor({ state: 'detached' });
}

interface AxeResult {
  readonly passes: readonly object[];
  readonly violations: readonly {
    readonly id: string;
    readonly impact: string;
    readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
  }[];
}

/** Serious and critical violations of WCAG 2 A and AA, each with the first places where they stand. */
export async function violationsOf(page: Page): Promise<readonly string[]> {
  await page.evaluate(axeSource);
  const rules = JSON.stringify({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] });
  const { passes, violations } = await page.evaluate<AxeResult>(`axe.run(${rules})`);
  if (passes.length === 0) return ['axe looked at nothing'];
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => {
      const places = nodes.slice(0, 3).map(({ html, failureSummary }) => `${html} (${failureSummary})`);
      return `${id}: ${places.join(' | ')}`;
    });
}
