import { join } from 'node:path';
import { expect, it } from 'vitest';
import { loadSite } from '#config/load-site.ts';
import { drivers } from '#drivers/registry.ts';
import { siteFolder } from './site-folder.ts';

const yaml = `site: { id: demo }
sources: [{ id: plc, kind: modbus, transport: { kind: tcp, host: 192.0.2.7 } }]
permits:
  - { id: work, zones: [{ id: farm }], qualificationsFile: people.csv }
`;
const loaded = (csv: string) =>
  loadSite(join(siteFolder({ 'site.yaml': yaml, 'people.csv': csv }), 'site.yaml'), { kinds: drivers, env: {} });

it('qualifications of contractors come from the CSV of the roster, a day being valid to its end', () => {
  const found = loaded(
    'person,works,until\nE01,hot-work work-at-height,2027-01-31\nE02,lifting,2027-01-31T12:00:00+08:00\n',
  );
  if (!found.ok) throw new Error(JSON.stringify(found.errors));
  const [watch] = found.config.derivations;
  expect(watch?.kind === 'permits' ? watch.definition.qualifications : undefined).toEqual([
    { person: 'E01', works: ['hot-work', 'work-at-height'], until: Date.parse('2027-02-01T00:00:00+08:00') },
    { person: 'E02', works: ['lifting'], until: Date.parse('2027-01-31T12:00:00+08:00') },
  ]);
});

it.each([
  ['person,works,until\nE01,welding,2027-01-31\n', /people\.csv line 2: works is a list of/],
  ['person,works,until\nE01,lifting,soon\n', /line 2: "soon" is no time/],
  ['person,work,until\nE01,lifting,2027-01-31\n', /there is no column "work"/],
])('a line that can not be read is a fault of the site file, %j', (csv, what) => {
  const found = loaded(csv);
  expect(found.ok ? [] : found.errors.map((error) => error.what)).toEqual([expect.stringMatching(what)]);
});
