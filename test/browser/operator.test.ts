import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runAgent } from './support/running-agent.ts';
import type { RunningAgent } from './support/running-agent.ts';
import { openBrowser, setUp, settled, visit } from './support/visitor.ts';
import type { Visitor } from './support/visitor.ts';

describe('an operator at the page', { timeout: 300_000 }, () => {
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

  const row = (text: string) => page.locator('.alarm-row', { hasText: text });

  it('acknowledges a standing alarm with the keyboard alone, and the journal says who', async () => {
    await visitor.goTo('alarms');
    await row('TK-2101 liquid temperature high').waitFor();
    await page.locator('body').press('j');
    await page.locator('.detail h2', { hasText: 'TK-2101 liquid temperature high' }).waitFor();
    await page.locator('body').press('a');
    await row('TK-2101 liquid temperature high').getByText('acknowledged', { exact: true }).waitFor();

    await page.getByRole('tab', { name: 'History' }).click();
    const entry = page.locator('tr', { hasText: 'TK-2101.temperature/H' }).filter({ hasText: 'chief' });
    await entry.waitFor();
    expect(await entry.innerText()).toContain('acknowledged');
    await page.getByRole('tab', { name: 'Now' }).click();
  });

  it('shelves an alarm with a reason, and may not shelve a statutory one', async () => {
    await visitor.goTo('alarms');
    await row('TK-2101 liquid temperature high').waitFor();
    expect(await row('TK-2101 liquid temperature high').getByRole('button', { name: 'Shelve' }).count()).toBe(0);

    await row('TK-2101 level high').getByRole('button', { name: 'Shelve' }).click();
    await page.getByRole('dialog').getByLabel('Reason').fill('instrument under test');
    await page.getByRole('dialog').getByRole('button', { name: 'Shelve' }).click();
    await row('TK-2101 level high').getByText('shelved').waitFor();
    await row('TK-2101 level high').locator('.message').click();
    await page.locator('.detail', { hasText: 'instrument under test' }).waitFor();
    await page.locator('.detail').getByRole('button', { name: 'Unshelve' }).click();
    await row('TK-2101 level high').getByText('shelved').waitFor({ state: 'detached' });
  });

  it('opens the trend of an alarm, which shows its values', async () => {
    await visitor.goTo('alarms');
    await row('TK-2101 liquid temperature high').locator('.message').click();
    await page.getByRole('link', { name: 'Show its trend' }).click();
    await page.locator('.legend', { hasText: 'TK-2101 液相温度' }).waitFor();
    await settled(page);
    await page.locator('.above-chart', { hasText: /[1-9]\d* values/ }).waitFor();
  });

  it('sees a source die and come back, and why its values are bad meanwhile', async () => {
    await visitor.goTo('sources');
    const source = page.locator('.cards li', { hasText: '罐区 PLC' });
    await source.getByText('online').waitFor();
    // Scaled by 0.1: what the register held is shown beside what it means, and where it was read.
    const gas = page.locator('tr', { hasText: 'AT-1501.hydrogen' });
    await gas.getByText(/^as read \d+$/).waitFor();
    expect(await gas.locator('.address').innerText()).toContain('holding');
    await agent.plant.fault({ device: 'modbus', fault: { kind: 'gone' } });
    await source.locator('.state.offline, .state.connecting').waitFor();
    const level = page.locator('tr', { hasText: 'TK-2101.level' });
    await level.getByText('comm-lost').waitFor();
    await visitor.goTo('alarms');
    await row('plc/communication').waitFor();

    await agent.plant.clearFaults('modbus');
    await visitor.goTo('sources');
    await source.getByText('online').waitFor({ timeout: 40_000 });
    await level.getByText('good').waitFor();
  });

  it('sees a receiver away, what waits for it, and that nothing is missing afterwards', async () => {
    await visitor.goTo('uplinks');
    const uplink = page.locator('section', { hasText: '园区平台' });
    await uplink.getByText('connected', { exact: true }).waitFor();
    await agent.receiver.interrupt();
    await uplink.locator('.state.waiting, .state.connecting').waitFor();
    await uplink
      .getByText(/behind, [1-9]\d* records/)
      .first()
      .waitFor();

    await agent.receiver.resume();
    await uplink.getByText('connected', { exact: true }).waitFor({ timeout: 20_000 });
    await uplink.getByText('all delivered').first().waitFor({ timeout: 20_000 });
    await uplink.getByText('Last delivered, quarantine').click();
    // The list is as old as its last loading, and alarms go on coming: what the receiver has now is asked for again.
    await expect
      .poll(
        async () => {
          const last = agent.receiver.report().alarms.at(-1)?.alarm ?? 'no alarm';
          await uplink.getByRole('button', { name: 'Refresh' }).click();
          await settled(page);
          return uplink.locator('.uplink-details tr', { hasText: last }).count();
        },
        { timeout: 60_000, interval: 500 },
      )
      .toBeGreaterThan(0);
    await uplink.getByText('No record was refused for good').waitFor();
    expect(agent.receiver.report()).toMatchObject({ gaps: 0, invalid: 0, faults: [] });
  });

  it('has a receiver sent once more what it acknowledged and lost', async () => {
    await visitor.goTo('');
    await visitor.goTo('uplinks');
    const uplink = page.locator('section', { hasText: '园区平台' });
    await uplink.getByText('Last delivered, quarantine').click();
    const before = agent.receiver.report().duplicates;
    await uplink.getByLabel('Stream').selectOption('event');
    await uplink.getByLabel('from number').fill('1');
    await uplink.getByLabel('to number').fill('999999');
    await uplink.getByRole('button', { name: 'Send once more' }).click();
    await uplink.getByRole('alert').getByText('stream event ends with').waitFor();
    await uplink.getByLabel('to number').fill('1');
    await uplink.getByRole('button', { name: 'Send once more' }).click();
    await uplink.getByRole('status').getByText('Being sent once more: events 1–1').waitFor();
    await expect.poll(() => agent.receiver.report().duplicates, { timeout: 60_000 }).toBeGreaterThan(before);
  });

  it('is told within seconds that the agent is gone, and what is shown is old', async () => {
    await visitor.goTo('');
    await page.locator('.connection.is-live').waitFor();
    await agent.kill();
    await page.locator('.connection.is-away').waitFor();
    expect(await page.locator('.connection').innerText()).toMatch(/disconnected; what is shown is of \d\d:\d\d:\d\d/);
    expect(await page.locator('main.is-away').count()).toBe(1);
  });
});
