import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runAgent } from './support/running-agent.ts';
import type { RunningAgent } from './support/running-agent.ts';
import { openBrowser, setUp, settled, signIn, violationsOf, visit } from './support/visitor.ts';

const views = [
  ['', '总览', 'Overview'],
  ['alarms', '报警', 'Alarms'],
  ['plant', '装置', 'Plant'],
  ['people', '人员', 'People'],
  ['trends', '趋势', 'Trends', '?points=TK-2101.level,TK-2101.temperature&span=300000'],
  ['sources', '数据源', 'Sources'],
  ['uplinks', '上报', 'Uplinks'],
  ['configuration', '配置', 'Configuration'],
  ['system', '系统', 'System'],
] as const;

describe('the page of a running agent', { timeout: 50_000 }, () => {
  let agent: RunningAgent;
  let browser: Browser;

  beforeAll(async () => {
    [agent, browser] = await Promise.all([runAgent(), openBrowser()]);
    const first = await visit(browser, { url: agent.url });
    await setUp(first, agent.setupCode);
    await first.context.close();
  }, 50_000);
  afterAll(async () => {
    await browser?.close();
    await agent?.stop();
  });

  it('offers the setup once: a second visitor is asked to sign in', async () => {
    const visitor = await visit(browser, { url: agent.url, language: 'zh' });
    await visitor.page.locator('.sign-in').waitFor();
    expect(await visitor.page.locator('.sign-in input').count()).toBe(2);
    await visitor.page.locator('.sign-in input').nth(0).fill('chief');
    await visitor.page.locator('.sign-in input').nth(1).fill('wrong');
    await visitor.page.locator('.sign-in button[type=submit]').click();
    await visitor.page.locator('[role=alert]').waitFor();
    expect(await visitor.page.locator('nav').count()).toBe(0);
    await visitor.context.close();
  });

  it.each([
    ['zh', false],
    ['en', true],
  ] as const)(
    'shows every view in %s (dark: %s) without a complaint of the browser or of axe',
    async (language, isDark) => {
      const visitor = await visit(browser, { url: agent.url, language, isDark });
      const { page, goTo, complaints } = visitor;
      await signIn(visitor);
      expect(await page.locator('nav a').allTextContents()).toHaveLength(views.length);
      const found: Record<string, readonly string[]> = {};
      for (const [view, chinese, english, query = ''] of views) {
        await goTo(view, query);
        await page
          .locator('nav a.router-link-exact-active', { hasText: language === 'zh' ? chinese : english })
          .waitFor();
        await settled(page);
        const violations = await violationsOf(page);
        if (violations.length > 0) found[view] = violations;
      }
      expect(found).toEqual({});
      expect(complaints()).toEqual([]);
      await visitor.context.close();
    },
  );

  it.each([
    ['phone', 390, 844],
    ['control room', 1024, 768],
  ] as const)('fits a %s: nothing is wider than the screen', async (_name, width, height) => {
    const visitor = await visit(browser, { url: agent.url, width, height });
    await signIn(visitor);
    for (const [view, , , query = ''] of views) {
      await visitor.goTo(view, query);
      await settled(visitor.page);
      const excess = await visitor.page.evaluate('document.documentElement.scrollWidth - innerWidth');
      expect({ view, excess }).toEqual({ view, excess: 0 });
    }
    await visitor.context.close();
  });

  it('counts alarms by ISA-18.2, in a chart that keeps to the rules of content', async () => {
    const visitor = await visit(browser, { url: agent.url });
    await signIn(visitor);
    await visitor.goTo('alarms');
    await visitor.page.getByRole('tab', { name: 'Figures' }).click();
    await visitor.page.locator('.figure', { hasText: 'Alarms told' }).locator('b', { hasText: '2' }).waitFor();
    await visitor.page.locator('.rate-chart canvas').waitFor();
    expect(await violationsOf(visitor.page)).toEqual([]);
    expect(visitor.complaints()).toEqual([]);
    await visitor.context.close();
  });

  it('loads nothing from anywhere else', async () => {
    const visitor = await visit(browser, { url: agent.url });
    const hosts = new Set<string>();
    visitor.page.on('request', (request) => hosts.add(new URL(request.url()).host));
    await visitor.page.reload();
    await signIn(visitor);
    await visitor.goTo('trends', '?points=TK-2101.level&span=300000');
    await visitor.page.locator('.chart canvas').waitFor();
    expect([...hosts]).toEqual([new URL(agent.url).host]);
    await visitor.context.close();
  });
});
