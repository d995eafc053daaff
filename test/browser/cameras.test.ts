import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { pagePort } from '#agent/line/page-port.ts';
import { systemClock } from '#agent/model/clock.ts';
import { startSite } from '#agent/site.ts';
import { startPage } from '#agent/web/server.ts';
import type { RunningPage } from '#agent/web/server.ts';
import { formatFinding } from '#config/findings.ts';
import { loadSite } from '#config/load-site.ts';
import { drivers } from '#drivers/registry.ts';
import { CameraSimulator } from '#simulators/camera/camera-simulator.ts';
import { siteDirectory } from '#test/agent/site/played-site.ts';
import { buildPage } from './support/built-page.ts';
import { openBrowser, setUp, violationsOf, visit } from './support/visitor.ts';

/** A camera that works, and one that is not there, whose alarm the first one keeps pictures of. */
async function serveCameras(): Promise<RunningPage> {
  const camera = new CameraSimulator({ port: 0 });
  await camera.start();
  onTestFinished(() => camera.stop());
  const file = join(siteDirectory(), 'site.yaml');
  writeFileSync(
    file,
    `site: { id: gate }
sources:
  - { id: cam-gate, kind: onvif, name: 大门摄像机, host: 127.0.0.1, port: ${camera.endpoint.split(':').at(-1)}, snapshotInterval: 300ms }
  - { id: cam-yard, kind: onvif, name: 罐区摄像机, host: 127.0.0.1, port: 1 }
points:
  - { id: gate.image, source: cam-gate, address: "health:image", kind: state, zone: gate, alarms: { state: { values: [ok], priority: low } } }
  - { id: yard.image, source: cam-yard, address: "health:image", kind: state }
evidence: { cameras: [{ source: cam-gate, zones: [gate] }] }
`,
  );
  const loaded = loadSite(file, { kinds: drivers, env: {} });
  if (!loaded.ok) throw new Error(loaded.errors.map(formatFinding).join('\n'));
  const site = startSite({ config: loaded.config, drivers, clock: systemClock, tell: () => {} });
  const page = await startPage({
    port: pagePort(site, '1.2.3'),
    options: { host: '127.0.0.1', port: 0, isReadOnly: false, anonymous: 'viewer' },
    clock: systemClock,
    health: () => ({ isLive: true, isReady: true, isDegraded: false, reasons: [] }),
    onTrouble: () => {},
  });
  onTestFinished(async () => {
    await page.stop();
    await site.stop(0);
  });
  return page;
}

describe('cameras on the page', { timeout: 300_000 }, () => {
  let browser: Browser;
  beforeAll(async () => {
    buildPage();
    browser = await openBrowser();
  }, 300_000);
  afterAll(() => browser?.close());

  it('stand side by side, the broken one first with its reason; pictures are for operators', async () => {
    const served = await serveCameras();
    const visitor = await visit(browser, { url: served.url });
    const { page } = visitor;
    await visitor.goTo('cameras');
    const [first, second] = [page.locator('.camera').nth(0), page.locator('.camera').nth(1)];
    await page.locator('.camera.well', { hasText: '大门摄像机' }).waitFor({ timeout: 20_000 });
    expect(await first.innerText()).toContain('罐区摄像机');
    expect(await first.innerText()).toMatch(/not well[^]*offline/);
    expect(await second.locator('img').count()).toBe(0);
    await page.getByText('Pictures are shown to operators').waitFor();
    expect(await violationsOf(page)).toEqual([]);

    await page.getByRole('button', { name: 'Sign in' }).click();
    await setUp(visitor, served.setupCode() ?? '');
    await visitor.goTo('cameras');
    await page.locator('.camera.well .snapshot img').waitFor();
    const width = 'document.querySelector(".camera.well .snapshot img").naturalWidth';
    await expect.poll(() => page.evaluate(width), { timeout: 45_000 }).toBeGreaterThan(100);

    const kept = page.locator('.evidence', { hasText: 'gate.image/state' });
    await kept.locator('img').first().waitFor();
    await page.locator('.camera.well button').click();
    await page.locator('.camera-details', { hasText: 'vendor' }).waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await visitor.context.close();
  });
});
