import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encode } from 'jpeg-js';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '#agent/model/clock.ts';
import { tagId } from '#agent/model/tag.ts';
import { siteDirectory } from '#test/agent/site/played-site.ts';
import { serveSite } from '#test/agent/web/served-site.ts';
import type { ServedSite } from '#test/agent/web/served-site.ts';
import { buildPage } from './support/built-page.ts';
import { openBrowser, setUp, violationsOf, visit } from './support/visitor.ts';
import type { Visitor } from './support/visitor.ts';

/** Two people are as many as the yard may hold. */
const SITE = `points:
  - { id: GD-1.gas, source: plant, address: g, kind: gas-combustible, unit: "%LEL", range: { low: 0, high: 100 }, zone: yard, safetyRole: gas, alarms: { HH: { setpoint: 50, priority: critical } } }
  - { id: TK-1.level, source: plant, address: l, kind: level, unit: "%", range: { low: 0, high: 100 }, zone: yard }
headcount:
  - id: people
    hold: 0s
    enterDwell: 0s
    maps:
      - id: "1"
        controlPoints:
          - { x: 0, y: 0, lon: 121.62, lat: 38.92 }
          - { x: 105, y: 0, lon: 121.62121234, lat: 38.92 }
          - { x: 0, y: 70, lon: 121.62, lat: 38.92062882 }
    zones:
      - { id: yard, name: 罐区, kind: high-risk, most: 2, map: "1", polygon: [[0, 0], [40, 0], [40, 25], [0, 25]] }
      - { id: gate, name: 大门, kind: muster, map: "1", polygon: [[60, 0], [80, 0], [80, 20], [60, 20]] }
    roster: { file: roster.csv, showNames: true }
`;
const PEOPLE = ['张三', '李四', '王五', '赵六'];

async function serveYard(): Promise<ServedSite> {
  const directory = siteDirectory();
  const rows = PEOPLE.map((name, index) => `p${index},${name},employee,t${index}`);
  writeFileSync(join(directory, 'roster.csv'), ['id,name,role,tag', ...rows, ''].join('\n'));
  const served = await serveSite({ yaml: SITE, directory, page: { anonymous: 'viewer' } });
  await expect.poll(() => served.site.report().sources[0]?.status?.state, { timeout: 30_000 }).toBe('online');
  return served;
}

/** The first so many people stand in the yard, the last of all at the gate. */
function stand({ site }: ServedSite, count: number): void {
  const now = systemClock.now();
  const times = { sourceTime: now, receiveTime: now, flags: 0 };
  const fix = (person: number, x: number) =>
    ({ kind: 'tag-fix', tag: tagId(`t${person}`), map: '1', x, y: 10, ...times }) as const;
  site.playFacts([fix(3, 70), ...Array.from({ length: count }, (_, person) => fix(person, 8 + 8 * person))]);
}

async function asChief(served: ServedSite, { page, goTo }: Visitor, view: string): Promise<void> {
  await page.locator('header button').last().click();
  await page.locator('.sign-in').waitFor();
  await setUp({ page } as Visitor, served.page.setupCode() ?? '');
  await goTo(view);
}

describe('plans on the page', { timeout: 300_000 }, () => {
  let browser: Browser;
  beforeAll(async () => {
    buildPage();
    browser = await openBrowser();
  }, 300_000);
  afterAll(() => browser?.close());

  it.each([
    ['zh', '罐区：超员'],
    ['en', 'Too many people: yard'],
  ] as const)(
    'in %s: too many people in a zone are seen on the plan, by zone, and as an alarm',
    async (language, text) => {
      const served = await serveYard();
      stand(served, 2);
      const visitor = await visit(browser, { url: served.page.url, language, isDark: language === 'en' });
      const { page } = visitor;
      await visitor.goTo('people');
      const yard = page.locator('.people-plan .zone-name', { hasText: '罐区' });
      await yard.locator('.count', { hasText: '2' }).waitFor();
      expect(await page.locator('.people-plan .mark').count()).toBe(0);
      expect(await page.content()).not.toContain('张三');
      const tags = page.locator('tr', { hasText: 'people.tags' }).first();
      await tags.locator('b', { hasText: '3' }).waitFor();
      await page.locator('tr', { hasText: 'people.tags-silent' }).waitFor();

      await asChief(served, visitor, 'people');
      await page.locator('.people-plan .mark.person').nth(2).waitFor();
      expect(await yard.getAttribute('class')).not.toMatch(/critical|high /);
      stand(served, 3);
      await yard.locator('.count', { hasText: '3' }).waitFor();
      await page.locator('.people-plan .zone:is(.critical, .high, .medium)', { hasText: '罐区' }).waitFor();
      await page.locator('.roll-call tr', { hasText: '王五' }).waitFor();
      expect(await violationsOf(page)).toEqual([]);

      await visitor.goTo('alarms');
      await page.locator('.alarm-row', { hasText: text }).waitFor();
      await visitor.goTo('');
      await page.locator('.lines li', { hasText: '罐区' }).locator('.reading', { hasText: '3' }).waitFor();
      expect(visitor.complaints()).toEqual([]);
      await visitor.context.close();
    },
  );

  it('an engineer puts a drawing under the plan and a detector on its place, for everybody to see', async () => {
    const served = await serveYard();
    served.site.play({ 'GD-1.gas': 12, 'TK-1.level': 40 });
    const visitor = await visit(browser, { url: served.page.url });
    const { page } = visitor;
    await asChief(served, visitor, 'plant');
    await page.locator('.gas-map .mark.detector.is-guess', { hasText: '12.00 %LEL' }).waitFor();
    await page.getByRole('button', { name: 'Edit the plan' }).click();

    const image = encode({ width: 84, height: 30, data: Buffer.alloc(84 * 30 * 4, 200) }, 80).data;
    await page
      .locator('input[type=file]')
      .setInputFiles({ name: 'plan.jpg', mimeType: 'image/jpeg', buffer: Buffer.from(image) });
    await page.getByText('84 × 30 pixels').waitFor();
    await page.getByRole('button', { name: 'GD-1' }).click();
    await page.locator('.plan svg').click({ position: { x: 300, y: 200 } });
    await page.locator('.mark.is-chosen:not(.is-guess)').waitFor();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved').waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await page.getByRole('button', { name: 'Done' }).click();
    await page.locator('.gas-map .mark.detector:not(.is-guess)', { hasText: 'GD-1' }).waitFor();

    const other = await visit(browser, { url: served.page.url });
    await other.goTo('plant');
    await other.page.locator('.gas-map svg image').waitFor();
    await other.page.locator('.gas-map .mark.detector:not(.is-guess)', { hasText: 'GD-1' }).waitFor();
    served.site.play({ 'GD-1.gas': 60 });
    await other.page.locator('.gas-map .mark.detector.critical', { hasText: '60.00 %LEL' }).waitFor();
    await other.page.locator('.gas-map .zone.critical').waitFor();
    expect(other.complaints()).toEqual([]);
    expect(visitor.complaints()).toEqual([]);
    await other.context.close();
    await visitor.context.close();
  });
});
