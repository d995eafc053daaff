import { expect, it } from 'vitest';
import { serveSite, visitor } from './served-site.ts';

it('the alarm report is made from the journal of the running site, as figures and as a page to be printed', async () => {
  const { page, site } = await serveSite({ page: { anonymous: 'viewer' } });
  site.play({ T: 20 });
  site.play({ T: 95 });
  const { ask } = visitor(page);
  const report = await ask('GET', '/api/alarms/report');
  expect(report.status).toBe(200);
  expect(await report.json()).toMatchObject({ positions: [{ figures: { annunciated: 1 } }], coverage: 1 });
  const html = await ask('GET', '/api/alarms/report.html?language=en');
  expect(html.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(html.headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(await html.text()).toContain('<h1>Monthly alarm report</h1>');
  expect((await ask('GET', '/api/alarms/report?from=5&to=4')).status).toBe(400);
});
