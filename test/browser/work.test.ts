import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '#agent/model/clock.ts';
import { zoneId } from '#agent/model/ids.ts';
import type { PermitFact } from '#agent/model/permit.ts';
import { serveSite } from '#test/agent/web/served-site.ts';
import type { ServedSite } from '#test/agent/web/served-site.ts';
import { buildPage } from './support/built-page.ts';
import { openBrowser, settled, violationsOf, visit } from './support/visitor.ts';

const HOUR_MS = 3_600_000;

const SITE = `points:
  - { id: GAS-1, source: plant, address: g, kind: gas-combustible, unit: "%LEL", range: { low: 0, high: 100 } }
  - { id: CAM.sees, source: plant, address: c, kind: state }
permits:
  - id: work
    name: 特殊作业
    zones:
      - { id: tank-farm, name: 罐区, detectors: [{ point: GAS-1, gas: hydrogen }] }
    cameras: [{ id: cam-2, blind: { point: CAM.sees, on: false } }]
`;

/** Begun an hour ago; valid until half an hour ago unless told otherwise. */
function permit(id: string, more: Partial<PermitFact> = {}): PermitFact {
  const now = systemClock.now();
  return {
    kind: 'permit',
    id,
    version: 1,
    isDeleted: false,
    work: 'hot-work',
    grade: 1,
    state: 'active',
    validFrom: now - 2 * HOUR_MS,
    validTo: now - HOUR_MS / 2,
    zone: zoneId('tank-farm'),
    content: '法兰焊接',
    people: [{ person: 'p1', role: 'guardian' }],
    gasTests: [{ time: now - HOUR_MS, readings: [{ gas: 'hydrogen', value: 2, unit: '%VOL' }] }],
    gases: [],
    cameras: ['cam'],
    sourceTime: now - HOUR_MS,
    receiveTime: now,
    flags: 0,
    ...more,
  };
}

describe('special work on the page', { timeout: 300_000 }, () => {
  let browser: Browser;
  beforeAll(async () => {
    buildPage();
    browser = await openBrowser();
  }, 300_000);
  afterAll(() => browser?.close());

  const serve = (): Promise<ServedSite> => serveSite({ yaml: SITE, page: { anonymous: 'viewer' } });

  it.each([
    {
      language: 'zh',
      expired: '作业票已过期仍在作业',
      gas: '气体分析不合格',
      beyond: '不合格',
      video: /cam：作业期间可见 0 %/,
      blind: '画面中断',
    },
    {
      language: 'en',
      expired: 'work after the permit expired',
      gas: 'gas test beyond the work limit',
      beyond: 'beyond',
      video: /cam: 0 % of the work seen/,
      blind: 'blind',
    },
  ] as const)(
    'in $language: work beyond its permit stands on a line of time, and opens with every reason',
    async ({ language, expired, gas, beyond, video, blind }) => {
      const { page: served, site } = await serve();
      await expect.poll(() => site.report().sources[0]?.status?.state, { timeout: 45_000 }).toBe('online');
      const validTo = systemClock.now() + HOUR_MS;
      const filmed = permit('DH-3', { cameras: ['cam-2'], validTo });
      site.playFacts([permit('DH-1'), permit('DH-2', { state: 'approved', validTo }), filmed]);
      site.play({ 'CAM.sees': true });
      const visitor = await visit(browser, { url: served.url, language, isDark: language === 'en' });
      await visitor.goTo('work');
      const { page } = visitor;
      const row = page.getByRole('button', { name: 'DH-1' });
      await row.locator('i.beyond').waitFor({ state: 'attached' });
      expect(await row.locator('i.test.is-beyond').count()).toBe(1);
      const other = page.getByRole('button', { name: 'DH-2' });
      expect(await other.locator('i:is(.active, .beyond)').count()).toBe(0);

      await row.focus();
      await row.press('Enter');
      const detail = page.locator('.permit-detail');
      await detail.getByText(expired, { exact: true }).waitFor();
      await detail.getByText(gas, { exact: true }).waitFor();
      await detail.getByText(beyond, { exact: true }).waitFor();
      await detail.getByText('GB 30871-2022').first().waitFor();
      await detail.getByText(video).waitFor();
      await detail.locator('.video-line i.sees-unknown').first().waitFor({ state: 'attached' });

      // A camera that is blind for a while: that stretch stands on the line and in words, between those that it saw.
      const filmedRow = page.getByRole('button', { name: 'DH-3' });
      await filmedRow.press('Enter');
      const line = detail.locator('li.video', { hasText: 'cam-2' });
      await line.locator('i.sees-yes').first().waitFor({ state: 'attached' });
      expect(await line.locator('small.fault').count()).toBe(0);
      site.play({ 'CAM.sees': false });
      await line.locator('i.sees-no').waitFor({ state: 'attached' });
      site.play({ 'CAM.sees': true });
      await line.locator('i.sees-no + i.sees-yes').waitFor({ state: 'attached' });
      await line.locator('small.fault', { hasText: blind }).waitFor();
      expect(await line.locator('i.sees-no').getAttribute('title')).toContain(blind);
      expect(await violationsOf(page)).toEqual([]);
      // On paper too: what can be pressed on the screen is what there is to read.
      await page.emulateMedia({ media: 'print' });
      expect([await row.isVisible(), await page.locator('nav').isVisible()]).toEqual([true, false]);
      expect(visitor.complaints()).toEqual([]);
      await visitor.context.close();
    },
  );

  it('says what to configure where nothing is watched', async () => {
    const { page: served } = await serveSite({ page: { anonymous: 'viewer' } });
    const visitor = await visit(browser, { url: served.url });
    for (const [view, text] of [
      ['work', 'permits:'],
      ['cameras', 'discover onvif'],
    ] as const) {
      await visitor.goTo(view);
      await settled(visitor.page);
      await visitor.page.locator('.empty', { hasText: text }).waitFor();
    }
    await visitor.context.close();
  });
});
