import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { NEVER } from 'rxjs';
import { expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { systemClock } from '#agent/model/clock.ts';
import { flagNames } from '#agent/model/flags.ts';
import { startSite } from '#agent/site.ts';
import { loadSite } from '#config/load-site.ts';
import type { Driver } from '#drivers/driver.ts';
import { recordsOf, siteDirectory } from './played-site.ts';

const silent: Driver = {
  kind: 'silent',
  summary: 'says nothing',
  schema: z.strictObject({}),
  address: z.string(),
  open: () => NEVER,
  releaseWithinMs: 0,
};

it.each([
  { site: 'whose sources are all simulated', second: 'simulated: true', flags: ['sim'] },
  { site: 'that has one real source', second: 'simulated: false', flags: [] },
])('what people do at a site $site is on record with the flags $flags', async ({ second, flags }) => {
  const directory = siteDirectory();
  const file = join(directory, 'site.yaml');
  const sources = `[{ id: a, kind: silent, simulated: true }, { id: b, kind: silent, ${second} }]`;
  writeFileSync(file, `site: { id: played }\nsources: ${sources}\n`);
  const loaded = loadSite(file, { kinds: [silent], env: {} });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.errors));
  const site = startSite({ config: loaded.config, drivers: [silent], clock: systemClock, tell: () => {} });
  onTestFinished(async () => void (await site.stop(0)));

  site.audit({ time: systemClock.now(), who: 'chief', action: 'access.sign-in', what: 'page' });

  const records = recordsOf(directory, 'audit');
  expect(records.map(({ body }) => body.who)).toEqual(['chief']);
  expect(records.flatMap(({ body }) => flagNames(body.flags ?? 0))).toEqual(flags);
});
