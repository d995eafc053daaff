import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serveSite } from '#test/agent/web/served-site.ts';
import { buildPage } from './support/built-page.ts';
import { openBrowser, settled, violationsOf, visit } from './support/visitor.ts';

const names = ['A', 'B', 'C', 'D'];
const SITE = `points:
${names
  .map(
    (name) =>
      `  - { id: ${name}, source: plant, address: ${name}, kind: number, zone: tank-farm, alarms: { H: { setpoint: 50, priority: high, message: { zh: 液位高, en: Level high } } } }`,
  )
  .join('\n')}
  - { id: P.running, source: plant, address: p, kind: state }
floods:
  - { id: alarms, name: 全厂, startsAbove: 3, endsBelow: 1 }
stops:
  - { id: P-101, name: 进料泵, running: P.running, after: 1s }
`;

describe('the page in a flood of alarms', { timeout: 300_000 }, () => {
  let browser: Browser;
  beforeAll(async () => {
    buildPage();
    browser = await openBrowser();
  }, 300_000);
  afterAll(() => browser?.close());

  it.each([
    ['zh', '报警泛滥 全厂', '4 个报警', '未申报，视为离线'],
    ['en', 'Alarm flood 全厂', '4 alarms', 'not declared: offline'],
  ] as const)(
    'in %s: shows the summary above everything, and which machine stands still undeclared',
    async (language, title, count, undeclared) => {
      const { page: served, site } = await serveSite({ yaml: SITE, page: { anonymous: 'viewer' } });
      await expect.poll(() => site.report().sources[0]?.status?.state, { timeout: 45_000 }).toBe('online');
      site.play({ 'P.running': true, ...Object.fromEntries(names.map((name) => [name, 0])) });
      const visitor = await visit(browser, { url: served.url, language, isDark: language === 'en' });
      await visitor.goTo('');
      const { page } = visitor;
      await page.locator('.count.high').waitFor();
      expect(await page.locator('.flood').count()).toBe(0);
      site.play(Object.fromEntries(names.map((name) => [name, 90])));
      const flood = page.locator('.flood');
      await flood.waitFor();
      const text = await flood.innerText();
      for (const told of [title, count, 'tank-farm 4']) expect(text).toContain(told);
      // Which alarm was the first is told in its words, not by its id.
      await flood.locator('b', { hasText: language === 'zh' ? '液位高' : 'Level high' }).waitFor();
      await settled(page);
      expect(await violationsOf(page)).toEqual([]);
      await visitor.goTo('alarms');
      await page.locator('.flood', { hasText: count }).waitFor();
      await visitor.goTo('plant');
      await expect
        .poll(
          async () => {
            site.play({ 'P.running': false });
            return page.locator('.plant-stops').innerText();
          },
          { timeout: 20_000 },
        )
        .toContain(undeclared);
      await settled(page);
      expect(await violationsOf(page)).toEqual([]);
      expect(visitor.complaints()).toEqual([]);
      await visitor.context.close();
    },
  );
});
