import type { Browser, Page } from 'playwright-core';
import { parse } from 'yaml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { headcountSchema } from '#config/derived/headcount/schema.ts';
import { runAgent } from './support/running-agent.ts';
import type { RunningAgent } from './support/running-agent.ts';
import { openBrowser, setUp, violationsOf, visit } from './support/visitor.ts';
import type { Visitor } from './support/visitor.ts';

describe('an engineer who puts a site into operation', { timeout: 300_000 }, () => {
  let agent: RunningAgent;
  let browser: Browser;
  let visitor: Visitor;
  let page: Page;

  beforeAll(async () => {
    [agent, browser] = await Promise.all([runAgent(), openBrowser()]);
    visitor = await visit(browser, { url: agent.url });
    page = visitor.page;
    page.setDefaultTimeout(30_000);
    await setUp(visitor, agent.setupCode);
  }, 300_000);
  afterAll(async () => {
    await browser?.close();
    await agent?.stop();
  });

  it('browses the DCS, picks a variable, and has it checked in the configuration', async () => {
    await visitor.goTo('commissioning');
    await page.getByLabel('or connect as a configured source').selectOption('dcs');
    await page.getByLabel('Path contains').fill('SI-1501');
    await page.getByRole('button', { name: 'Begin' }).click();
    await page.getByRole('status').filter({ hasText: 'done' }).waitFor();
    await page.locator('.found input[type=checkbox]').first().check();
    expect(await page.locator('.paste pre').innerText()).toMatch(/^points:\n  # .*SI-1501.*\n  - id: /);
    expect(await violationsOf(page)).toEqual([]);
    await page.getByRole('button', { name: 'Add to the configuration and check' }).click();
    await page.locator('.outcome').waitFor();
    await page.getByRole('tab', { name: 'Changes (1)' }).click();
    await page.locator('.diff .added', { hasText: 'SI-1501' }).first().waitFor();
  });

  it('compares a point with its instrument, which stays on record with name and time', async () => {
    await visitor.goTo('commissioning');
    await page.getByRole('tab', { name: 'Loop checks' }).click();
    const row = page.locator('table.loops tr', { hasText: 'XV-2101.open' });
    await row.getByLabel('Instrument shows XV-2101.open').fill('开');
    await row.getByLabel('Remark XV-2101.open').fill('seen at the valve');
    await row.getByRole('button', { name: 'It is bad' }).click();
    await row.getByText('bad', { exact: true }).waitFor();
    expect(await row.innerText()).toMatch(/simulated[^]*seen at the valve[^]*chief/);
    await page.getByRole('status').filter({ hasText: '1 bad' }).waitFor();
    expect(await violationsOf(page)).toEqual([]);
    expect(visitor.complaints()).toEqual([]);
  });

  it('draws a zone on the plan, as a line that a headcount takes', async () => {
    await visitor.goTo('commissioning');
    await page.getByRole('tab', { name: 'Draw zones' }).click();
    await page.getByLabel('Zone id').fill('tank-farm');
    const plan = page.locator('.plan svg');
    for (const position of [
      { x: 100, y: 60 },
      { x: 200, y: 60 },
      { x: 200, y: 120 },
    ])
      await plan.click({ position });
    expect(await page.locator('.drawn circle').count()).toBe(3);
    const text = await page.locator('.paste pre').innerText();
    const [zone] = parse(text) as [object];
    expect(zone).toMatchObject({
      id: 'tank-farm',
      kind: 'ordinary',
      polygon: Array.from({ length: 3 }, () => [expect.any(Number), expect.any(Number)]),
    });
    expect(headcountSchema.shape.zones.safeParse([zone]).success).toBe(true);
    await page.getByRole('button', { name: 'Undo a corner' }).click();
    expect(await page.locator('.paste').count()).toBe(0);
    expect(await violationsOf(page)).toEqual([]);
  });

  it('downloads a diagnostics bundle', async () => {
    await visitor.goTo('system');
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Diagnostics bundle' }).click();
    expect((await download).suggestedFilename()).toMatch(/^firewatch-diagnostics-\w+\.zip$/);
  });
});
