import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runAgent } from './support/running-agent.ts';
import type { RunningAgent } from './support/running-agent.ts';
import { views } from './support/views.ts';
import { openBrowser, setUp, settled, signIn, violationsOf, visit } from './support/visitor.ts';

describe('the page of a running agent', { timeout: 300_000 }, () => {
  let agent: RunningAgent;
  let browser: Browser;

  beforeAll(async () => {
    [agent, browser] = await Promise.all([runAgent(), openBrowser()]);
    const first = await visit(browser, { url: agent.url });
    await setUp(first, agent.setupCode);
    await first.context.close();
  }, 300_000);
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
});
