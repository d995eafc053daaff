import { expect, it } from 'vitest';
import { siteDirectory, startPlayedSite } from './played-site.ts';

it('stopping twice is stopping once, and both hear the same last report', async () => {
  const site = startPlayedSite(
    siteDirectory(),
    'points:\n  - { id: T, source: plant, address: t, kind: temperature, unit: °C }\n',
  );
  site.play({ T: 20 });
  const [first, second] = await Promise.all([site.stop(0), site.stop(0)]);
  expect(first.sources).toMatchObject([{ id: 'plant' }]);
  expect(second).toBe(first);
  expect(await site.stop(1000)).toBe(first);
});
