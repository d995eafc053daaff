import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runAgent } from './support/running-agent.ts';
import type { RunningAgent } from './support/running-agent.ts';
import { openBrowser, setUp, settled, visit } from './support/visitor.ts';
import type { Visitor } from './support/visitor.ts';

describe('an engineer at the page', { timeout: 300_000 }, () => {
  let agent: RunningAgent;
  let browser: Browser;
  let visitor: Visitor;
  let page: Page;

  beforeAll(async () => {
    [agent, browser] = await Promise.all([runAgent(), openBrowser()]);
    visitor = await visit(browser, { url: agent.url });
    page = visitor.page;
    await setUp(visitor, agent.setupCode);
  }, 300_000);
  afterAll(async () => {
    await browser?.close();
    await agent?.stop();
  });

  const change = async (file: string, from: string, to: string): Promise<void> => {
    await page.locator('.files button', { hasText: file }).click();
    const editor = page.getByRole('textbox', { name: file });
    const text = await editor.inputValue();
    expect(text).toContain(from);
    await editor.fill(text.replace(from, to));
  };
  const onDisk = (): string => readFileSync(join(agent.directory, 'site', 'points.yaml'), 'utf8');

  it('is shown a fault at its line, and nothing is applied', async () => {
    await visitor.goTo('configuration');
    await change('points.yaml', 'kind: level', 'kind: levle');
    await page.getByRole('button', { name: 'Check' }).click();
    await page.locator('.outcome', { hasText: '1 faults' }).waitFor();
    const place = await page.locator('.outcome button').first().innerText();
    const line =
      onDisk()
        .split('\n')
        .findIndex((text) => text.includes('kind: level')) + 1;
    expect(place).toMatch(new RegExp(`^points\\.yaml:${line}:\\d+$`));
    expect(await page.locator('.gutter .is-faulty').innerText()).toBe(String(line));

    await page.getByRole('button', { name: 'Apply on trial' }).click();
    await page.locator('[role=alert]').waitFor();
    expect(onDisk()).toContain('kind: level');
    await page.getByRole('button', { name: 'Discard changes' }).click();
  });

  it('sees what changes, applies it on trial, and takes it back', async () => {
    await visitor.goTo('configuration');
    await change('points.yaml', 'setpoint: 5', 'setpoint: 95');
    await page.getByRole('tab', { name: /Changes/ }).click();
    expect(await page.locator('.diff .removed').allInnerTexts()).toEqual([expect.stringContaining('setpoint: 5')]);
    expect(await page.locator('.diff .added').allInnerTexts()).toEqual([expect.stringContaining('setpoint: 95')]);

    await page.getByRole('button', { name: 'Apply on trial' }).click();
    await page.locator('.status.on-trial').waitFor();
    expect(onDisk()).toContain('setpoint: 95');
    await page.getByRole('button', { name: 'Roll back' }).click();
    await page.locator('.status.rolled-back').waitFor();

    await visitor.goTo('system');
    await page.getByRole('tab', { name: 'Audit' }).click();
    await page.locator('tr', { hasText: 'chief' }).first().waitFor();
  });

  it('makes an account for an operator, who is offered neither configuration nor accounts', async () => {
    await visitor.goTo('system');
    await page.getByRole('tab', { name: 'Accounts' }).click();
    await page.getByLabel('Name').fill('night shift');
    await page.getByLabel('Password').fill('correct horse battery');
    await page.getByRole('button', { name: 'Save account' }).click();
    await page.locator('tr', { hasText: 'night shift' }).waitFor();

    const other = await visit(browser, { url: agent.url });
    await other.page.locator('.sign-in input').nth(0).fill('night shift');
    await other.page.locator('.sign-in input').nth(1).fill('correct horse battery');
    await other.page.locator('.sign-in button[type=submit]').click();
    await other.page.locator('nav').waitFor();
    expect(await other.page.locator('nav a', { hasText: 'Configuration' }).count()).toBe(0);
    await other.goTo('system');
    await settled(other.page);
    expect(await other.page.getByRole('tab', { name: 'Accounts' }).count()).toBe(0);
    await other.context.close();
  });

  it('issues a token that is shown once and works', async () => {
    await visitor.goTo('system');
    await page.getByRole('tab', { name: 'Accounts' }).click();
    await page.getByLabel('Purpose').fill('historian');
    await page.getByRole('button', { name: 'Issue' }).click();
    const token = await page.locator('section code').innerText();
    const answer = await fetch(`${agent.url}/api/sources`, { headers: { authorization: `Bearer ${token}` } });
    expect(answer.status).toBe(200);
    await page.reload();
    await page.getByRole('tab', { name: 'Accounts' }).click();
    await page.locator('tr', { hasText: 'historian' }).waitFor();
    expect(await page.content()).not.toContain(token);
  });

  it('exports the values of a trend for a spreadsheet', async () => {
    await visitor.goTo('trends', '?points=TK-2101.level&span=300000');
    await page.locator('.above-chart', { hasText: /[1-9]\d* values/ }).waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Export CSV' }).click(),
    ]);
    const lines = readFileSync(await download.path(), 'utf8').split('\r\n');
    expect(lines[0]).toBe('\uFEFFpoint,source time,value,quality,reason,flags');
    expect(lines.slice(1, -1).length).toBeGreaterThan(0);
    expect(lines.slice(1, -1).every((line) => line.startsWith('TK-2101.level,20'))).toBe(true);
  });

  it('complained about nothing', () => {
    expect(visitor.complaints().filter((text) => !text.includes('409'))).toEqual([]);
  });
});
