import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import { openBrowser } from '#test/browser/support/visitor.ts';
import { buildPage } from '#test/browser/support/built-page.ts';
import { startScript } from './line/json-child.ts';
import { cpuMs } from './line/process-usage.ts';
import { HISTORY_MS } from './page/big-site.ts';
import type { BenchResult } from './result.ts';

const PAGES = 50;
const POINTS_A_PAGE = 100;
const VIEWS_EVERY_MS = 5000;
const MEASURED_MS = 10_000;
const FRAMES = 90;

/** The page over a site with 10,000 points and 5,000 active alarms, in Debian's Chromium, which draws without a GPU here. */
export async function bench(): Promise<BenchResult[]> {
  buildPage();
  const server = startScript<{ readonly url: string }>(new URL('page/serve.ts', import.meta.url), []);
  const { url } = await server.first;
  const browser = await openBrowser();
  try {
    return [
      ...(await firstView(browser, url)),
      ...(await smoothness(browser, url)),
      await costOfPages(server.pid, url),
    ];
  } finally {
    await browser.close();
    await server.stop();
  }
}

/** Where others keep the machine busy, a frame may last as long as twice one of a plain table without any script. */
const atMost = (
  name: string,
  unit: string,
  target: number,
  [measured, reference]: readonly [number, number?],
): BenchResult => ({
  name: `page: ${name}`,
  unit,
  target: `≤ ${target}`,
  measured,
  reference: reference ?? null,
  ratio: reference === undefined ? null : measured / reference,
  ok: measured <= target || (reference !== undefined && measured <= 2 * reference),
});

async function firstView(browser: Browser, url: string): Promise<BenchResult[]> {
  const took: number[] = [];
  let gzipBytes = 0;
  for (let turn = 0; turn < 5; turn += 1) {
    const context = await browser.newContext();
    const page = await context.newPage();
    const scripts: Promise<Buffer>[] = [];
    page.on('response', (response) => {
      if (response.url().endsWith('.js')) scripts.push(response.body());
    });
    const started = performance.now();
    await page.goto(url, { waitUntil: 'commit' });
    await page.locator('.count.critical b', { hasText: '1250' }).waitFor();
    await page.locator('.lines li').first().waitFor();
    took.push(performance.now() - started);
    gzipBytes = (await Promise.all(scripts)).reduce((sum, script) => sum + gzipSync(script).length, 0);
    await context.close();
  }
  return [
    atMost('first view useful, median of 5', 'ms', 1000, [percentile(took, 0.5)]),
    atMost('JavaScript of the first view, gzip', 'kB', 300, [gzipBytes / 1000]),
  ];
}

async function smoothness(browser: Browser, url: string): Promise<BenchResult[]> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await page.setContent(`<table>${`<tr>${'<td>报警 alarm</td>'.repeat(7)}</tr>`.repeat(1000)}</table>`);
  const reference = percentile(await frames(page, (frame) => `scrollTo(0, ${frame * 150})`), 0.95);
  await page.goto(`${url}/#/alarms`);
  await page.locator('.alarm-row').first().waitFor();
  const alarms = await frames(page, (frame) => `scrollTo(0, ${frame * 150})`);

  await page.goto(`${url}/#/sources`);
  await page.locator('tbody tr').nth(50).waitFor();
  const sources = await frames(page, (frame) => `scrollTo(0, ${frame * 100})`);

  const to = Date.now();
  await page.goto(`${url}/#/trends?points=TI-10000&span=${HISTORY_MS}&to=${to}`);
  await page.locator('.chart canvas').waitFor();
  const started = performance.now();
  await page.locator('select').selectOption('raw');
  await page.locator('.above-chart', { hasText: /\b1\d{6} / }).waitFor({ timeout: 120_000 });
  await page.locator('progress').first().waitFor({ state: 'detached', timeout: 120_000 });
  const loaded = performance.now() - started;
  const trend = await frames(
    page,
    (frame) =>
      `document.querySelector('.u-over').dispatchEvent(new WheelEvent('wheel', ` +
      `{ deltaY: ${frame % 40 < 20 ? -40 : 40}, clientX: 500, bubbles: true, cancelable: true }))`,
  );
  await page.close();
  return [
    atMost('5,000 alarms scrolled, frame p95', 'ms', 34, [percentile(alarms, 0.95), reference]),
    atMost('points of 10,000 scrolled, frame p95', 'ms', 34, [percentile(sources, 0.95), reference]),
    atMost('1,000,000 samples loaded', 's', 30, [loaded / 1000]),
    atMost('1,000,000 samples zoomed, frame p95', 'ms', 50, [percentile(trend, 0.95), reference]),
  ];
}

/** Does something in each frame and tells how long the frames were. Milliseconds */
const frames = (page: Page, act: (frame: number) => string): Promise<number[]> =>
  page.evaluate<number[]>(`new Promise((resolve) => {
    const acts = [${Array.from({ length: FRAMES }, (_, frame) => `() => { ${act(frame)} }`).join(',')}];
    const took = [];
    let before = performance.now();
    const next = () => {
      const now = performance.now();
      took.push(now - before);
      before = now;
      const act = acts[took.length - 1];
      if (!act) return resolve(took.slice(1));
      act();
      requestAnimationFrame(next);
    };
    requestAnimationFrame(next);
  })`);

/** Fifty open pages, each with its overview each second, a hundred points that all change, and the warning level now and then. */
async function costOfPages(pid: number, url: string): Promise<BenchResult> {
  await delay(1000);
  const idleBefore = cpuMs(pid);
  await delay(MEASURED_MS / 2);
  const idle = (cpuMs(pid) - idleBefore) * 2;
  const leave = new AbortController();
  let events = 0;
  const pages = Array.from({ length: PAGES }, async (_, index) => {
    const ids = Array.from({ length: POINTS_A_PAGE }, (_, at) => `TI-${10_000 + index * POINTS_A_PAGE + at}`);
    const response = await fetch(`${url}/api/live?points=${ids.join(',')}`, { signal: leave.signal });
    void asked(`${url}/api/views?kind=warning-level`, index, leave.signal);
    const decoder = new TextDecoder();
    for await (const piece of response.body ?? []) events += decoder.decode(piece).split('event: values').length - 1;
  });
  await delay(2000);
  const before = cpuMs(pid);
  await delay(MEASURED_MS);
  const used = cpuMs(pid) - before - idle;
  leave.abort();
  await Promise.allSettled(pages);
  if (events < PAGES * (MEASURED_MS / 1000)) throw new Error(`only ${events} events came`);
  return atMost('50 pages open, share of a core', '%', 10, [(100 * used) / MEASURED_MS]);
}

/** Again and again, as the first view does; the pages are not of one mind. */
async function asked(url: string, index: number, signal: AbortSignal): Promise<void> {
  await delay((index * VIEWS_EVERY_MS) / PAGES);
  while (!signal.aborted) {
    const response = await fetch(url, { signal }).catch(() => undefined);
    await response?.text().catch(() => '');
    await delay(VIEWS_EVERY_MS);
  }
}

function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
