import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serveSite, setUp } from '#test/agent/web/served-site.ts';
import { buildPage } from './support/built-page.ts';
import { views } from './support/views.ts';
import { openBrowser, settled, signIn, visit } from './support/visitor.ts';

/** Each would leave a mark if a browser took it for anything but text. */
const attacks = [
  '<img src=x onerror="window.broken=1">',
  '"><script>window.broken=2</script>',
  "'-alert(1)-'",
  '<svg/onload=window.broken=3>',
  '{{constructor.constructor("window.broken=4")()}}',
  'javascript:window.broken=5',
];
const attack = attacks.join(' ');

const points = attacks
  .map(
    (text, index) => `  - id: P${index}
    source: plant
    address: p${index}
    name: ${JSON.stringify(text)}
    kind: temperature
    unit: ${JSON.stringify('<b>°C')}
    range: { low: 0, high: 200 }
    hazardSource: ${JSON.stringify(text)}
    alarms:
      H:
        setpoint: 90
        group: ${JSON.stringify(text)}
        message: { zh: ${JSON.stringify(attack)}, en: ${JSON.stringify(attack)} }
        cause: { zh: ${JSON.stringify(attack)}, en: ${JSON.stringify(attack)} }
        response: { zh: ${JSON.stringify(attack)}, en: ${JSON.stringify(attack)} }`,
  )
  .join('\n');

describe('texts of a site that are written like programs', { timeout: 180_000 }, () => {
  let browser: Browser;
  beforeAll(async () => {
    buildPage();
    browser = await openBrowser();
  }, 300_000);
  afterAll(async () => browser?.close());

  it('are shown as they are written, in every view and language, and run nowhere', async () => {
    const { page: served, site } = await serveSite({ yaml: `points:\n${points}\n` });
    const chief = await setUp(served);
    await chief.ask('PUT', `/api/accounts/viewer`, { body: { role: 'viewer', password: 'correct horse battery' } });
    site.play(Object.fromEntries(attacks.map((_, index) => [`P${index}`, 95])));
    site.note({ kind: 'test.attack', text: attack });
    await chief.ask('POST', '/api/alarms/P0%2FH/acknowledge', { body: { why: attack } });
    await chief.ask('POST', '/api/points/P0/loop-check', {
      body: { instrument: attack, verdict: 'bad', remark: attack },
    });
    await chief.ask('POST', '/api/tokens', { body: { role: 'viewer', purpose: attack } });

    const shown: string[] = [];
    for (const language of ['zh', 'en'] as const) {
      const visitor = await visit(browser, { url: served.url, language });
      const { page } = visitor;
      page.setDefaultTimeout(30_000);
      page.on('dialog', (dialog) => {
        shown.push(`dialog ${dialog.message()}`);
        void dialog.dismiss();
      });
      await signIn(visitor);
      for (const [view, , , query = ''] of views) {
        await visitor.goTo(view, query);
        await settled(page);
        for (const tab of await page.getByRole('tab').all()) {
          await tab.click();
          await settled(page);
          shown.push(await page.locator('main').innerText());
        }
        shown.push(await page.locator('main').innerText());
        expect(await page.evaluate('window.broken')).toBeUndefined();
        const foreign = 'main :is(script, img[src="x"], [onerror], [onload], a[href^="javascript"])';
        expect(await page.locator(foreign).count()).toBe(0);
      }
      expect(visitor.complaints().filter((text) => /Content Security Policy|broken/.test(text))).toEqual([]);
      await visitor.context.close();
    }
    const all = shown.join('\n');
    // It looked where they are: alarms, points, events, tokens.
    for (const text of attacks) expect(all.split(text).length).toBeGreaterThan(6);
    expect(all).not.toContain('dialog ');
  });
});
