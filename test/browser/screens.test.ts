import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runAgent } from './support/running-agent.ts';
import type { RunningAgent } from './support/running-agent.ts';
import { views } from './support/views.ts';
import { openBrowser, setUp, settled, signIn, violationsOf, visit } from './support/visitor.ts';

describe('the page on its screens', { timeout: 300_000 }, () => {
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
    await visitor.page
      .locator('.figure', { hasText: 'Alarms told' })
      .locator('b', { hasText: /^[1-9]/ })
      .waitFor();
    await visitor.page.locator('.rate-chart canvas').waitFor();
    expect(await violationsOf(visitor.page)).toEqual([]);
    expect(visitor.complaints()).toEqual([]);
    await visitor.context.close();
  });

  it('has the alarm report of each month, in the language of the page, to be printed', async () => {
    const visitor = await visit(browser, { url: agent.url });
    await signIn(visitor);
    await visitor.goTo('alarms');
    await visitor.page.getByRole('tab', { name: 'Report' }).click();
    const [report] = await Promise.all([
      visitor.context.waitForEvent('page'),
      visitor.page.locator('main li a').first().click(),
    ]);
    await report.locator('h1').waitFor();
    expect(await report.locator('html').getAttribute('lang')).toBe('en');
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
