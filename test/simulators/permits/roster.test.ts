import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { copyDemoSite } from '#agent/cli/demo/site-copy.ts';
import { systemClock } from '#agent/model/clock.ts';
import { hasFlag } from '#agent/model/flags.ts';
import { pointId } from '#agent/model/ids.ts';
import { startSite } from '#agent/site.ts';
import { loadSite } from '#config/load-site.ts';
import { drivers } from '#drivers/registry.ts';
import { deviceNames } from '#simulators/device/fault-menus.ts';
import { startSimulators } from '#simulators/start-simulators.ts';

const PATIENCE_MS = 60_000;

/** As an integrator would map it. */
const source = (endpoint: string) => `  - id: hr
    kind: permit-feed
    simulated: true
    interval: 1s
    transport: { kind: http-pull, url: "http://${endpoint}/roster", token: "\${env:HR_TOKEN}" }
    roster:
      each: data
      id: staffCode
      tag: cardNo
      name: personName
      role: personType
      roles: { "01": employee, "02": contractor, "03": visitor, 01G: guardian }
      company: affiliatedDepartment
      rights: accessZones
`;

it('a headcount knows the people of the simulated hub by the roster that the permit system serves, and how well they are located', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'firewatch-roster-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const simulators = await startSimulators({ devices: ['locating', 'permits'], scenario: 'steady' });
  onTestFinished(simulators.stop);
  const nowhere = Object.fromEntries(deviceNames.map((name) => [name, '127.0.0.1:1']));
  const file = copyDemoSite(join(directory, 'site'), {
    endpoints: { ...nowhere, opcua: 'opc.tcp://127.0.0.1:1', ...simulators.endpoints },
    receiver: 'mqtt://127.0.0.1:1',
  });
  const edit = (name: string, change: (text: string) => string): void => {
    const path = join(directory, 'site', name);
    writeFileSync(path, change(readFileSync(path, 'utf8')));
  };
  edit('people.yaml', (text) => text.replace('roster: { file: roster.csv }', 'roster: { feed: hr }'));
  edit('site.yaml', (text) => text.replace('sources:\n', `sources:\n${source(simulators.endpoints.permits ?? '')}`));
  const loaded = loadSite(file, { kinds: drivers, env: { HR_TOKEN: 'permit-token' } });
  if (!loaded.ok) throw new Error(loaded.errors.map(({ what }) => what).join('\n'));
  const sources = loaded.config.sources.filter(({ id }) => ['hr', 'locating'].includes(id));
  const site = startSite({
    config: { ...loaded.config, sources, receivers: [] },
    drivers,
    clock: systemClock,
    tell: () => {},
  });
  onTestFinished(async () => void (await site.stop(0)));

  const view = () => site.views().get('headcount/people') as { listed: readonly { role: string }[] } | undefined;
  const roles = () => (view()?.listed ?? []).map(({ role }) => role).toSorted((one, other) => one.localeCompare(other));
  await expect
    .poll(roles, { timeout: PATIENCE_MS, interval: 200 })
    .toEqual([...Array<string>(4).fill('contractor'), ...Array<string>(11).fill('employee'), 'guardian']);
  const figure = (name: string) => site.latest(pointId(`people.${name}`));
  await expect.poll(() => figure('accuracy-p95')?.quality.level, { timeout: PATIENCE_MS, interval: 200 }).toBe('good');
  expect(Number(figure('accuracy-p95')?.value)).toBeGreaterThan(0);
  expect(Number(figure('accuracy-p95')?.value)).toBeLessThan(3);
  expect(figure('tags')?.value).toBe(16);
  expect(hasFlag(figure('roster-age')?.flags ?? 0, 'sim')).toBe(true);
  const csv = await fetch(`http://${simulators.endpoints.permits}/roster.csv`, {
    headers: { authorization: 'Bearer permit-token' },
  });
  expect(await csv.text()).toBe(readFileSync(join(directory, 'site', 'roster.csv'), 'utf8'));
}, 180_000);
