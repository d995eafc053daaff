import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatFinding } from '#config/findings.ts';
import { loadSite } from '#config/load-site.ts';
import { drivers } from '#drivers/registry.ts';
import { configOf, head, siteFolder, source } from './site-folder.ts';

const shipped = (name: string): string =>
  readFileSync(new URL(`../../config/receivers/${name}/profile.yaml`, import.meta.url), 'utf8');

const site = (transport: string): string => `${head}${source}points: []
receivers:
  - id: province
    transport: { kind: platform, ${transport} }
`;

function load(transport: string, files: Readonly<Record<string, string>> = {}) {
  const root = siteFolder({ 'site.yaml': site(transport), ...files });
  return loadSite(join(root, 'site.yaml'), { kinds: drivers, env: { KEY: 'abcd' } });
}

function errorsOf(...parts: Parameters<typeof load>): string {
  const loaded = load(...parts);
  if (loaded.ok) throw new Error('no errors');
  return loaded.errors.map(formatFinding).join('\n');
}

const good = 'url: "https://p.example/api", profile: sd-observed-2024, company: "370600001"';

describe('a receiver of kind platform', () => {
  it.each(['sd-observed-2024', 'relay-observed-2025'])('takes the profile %s as it comes', (name) => {
    const [receiver] = configOf(load(good.replace('sd-observed-2024', name))).receivers;
    expect(receiver?.transport).toMatchObject({ kind: 'platform', profile: { id: name }, lengths: { company: 9 } });
  });

  it('is sent the streams that its profile has messages for, and no other keeps the journal waiting', () => {
    const [park] = configOf(load(good)).receivers;
    expect(park?.lanes).toMatchObject({ alarm: { streams: ['event', 'register'] }, live: { streams: [] } });
    const [relay] = configOf(load(good.replace('sd-observed-2024', 'relay-observed-2025'))).receivers;
    expect(relay?.lanes).toMatchObject({
      alarm: { streams: ['alarm', 'event', 'register'] },
      live: { streams: ['sample'] },
    });
  });

  it('takes a copy of a profile that the site has corrected, with another word and another code', () => {
    const own = shipped('sd-observed-2024').replace(
      'danger-level: { "1": "1", "2": "2" }',
      'danger-level: { "1": "0", "2": "1" }',
    );
    const [receiver] = configOf(
      load('url: "https://p.example/api", profile: ./our.yaml, company: "37060012345", codes: jiangsu-2019', {
        'our.yaml': own,
      }),
    ).receivers;
    expect(receiver?.transport).toMatchObject({ lengths: { hazard: 14 } });
  });

  it.each<[string, string, string]>([
    [
      'a profile that does not come with Firewatch',
      good.replace('sd-observed-2024', 'sd-official'),
      'no profile "sd-official" comes with Firewatch',
    ],
    [
      "a company's code of another length",
      good.replace('370600001', '3706'),
      'the company\'s code "3706" has 4 characters',
    ],
    ['codes that the profile does not know', `${good}, codes: jiangsu-2018`, 'knows no codes "jiangsu-2018"'],
    ['an open line', good.replace('https://p', 'http://p'), 'is not encrypted'],
    [
      'the weak cipher without https',
      `${good.replace('https://p.example', 'http://127.0.0.1')}, codec: { kind: observed-aes-128-cbc, key: "\${env:KEY}" }`,
      'without https',
    ],
    [
      'a key of another length',
      `${good}, codec: { kind: observed-aes-128-cbc, key: "\${env:KEY}" }`,
      'leads to no key of 16 bytes',
    ],
  ])('refuses %s', (_name, transport, text) => {
    expect(errorsOf(transport)).toContain(text);
  });

  it.each<[string, string, string, string]>([
    ['a table that is missing', 'words: danger-state', 'words: danger-stat', 'there is no table "danger-stat"'],
    ['an expression that is none', 'from: fields.cost', 'from: "fields."', 'is no JMESPath expression'],
    [
      'a field without a source',
      '{ from: fields.dangerReason, keep: true',
      '{ keep: true',
      'has neither from nor value',
    ],
    [
      'a parent below its child',
      'message: sec_security_risk_unit, id: parent',
      'message: sec_hidden_danger_info, id: parent',
      'stands above',
    ],
    ['a key that is none', 'batch: 20', 'batches: 20', 'batches'],
    ['a claim to be official', 'claim: observed-compatible', 'claim: official', 'observed-compatible'],
  ])('points at %s in the profile, by line and column', (_name, from, to, text) => {
    const changed = shipped('sd-observed-2024').replace(from, to);
    const line = changed.split('\n').findIndex((one) => one.includes(to)) + 1;
    const errors = errorsOf(good.replace('sd-observed-2024', './our.yaml'), { 'our.yaml': changed });
    expect(errors).toContain(text);
    expect(errors).toMatch(new RegExp(`our\\.yaml:${line}:\\d+`));
  });
});
