import { readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { formatFinding } from '#config/findings.ts';
import { loadSite } from '#config/load-site.ts';
import { secret } from '#config/secret.ts';
import type { Secret } from '#config/site.ts';
import type { SourceKind } from '#config/source-kind.ts';
import { drivers } from '#drivers/registry.ts';
import { configOf, head, loadText, point, siteFolder, source } from './site-folder.ts';

const errorsOf = (loaded: ReturnType<typeof loadText>) => (loaded.ok ? [] : loaded.errors.map(formatFinding));

describe('a good site', () => {
  const sites = readdirSync(new URL('../../config/sites', import.meta.url));

  it.each(sites)('%s of the examples is accepted without a warning', (name) => {
    const path = join(import.meta.dirname, '../../config/sites', name, 'site.yaml');
    const loaded = loadSite(path, { kinds: drivers, env: { PARK_PASSWORD: 'x'.repeat(12) } });
    expect(errorsOf(loaded)).toEqual([]);
    expect(loaded.warnings).toEqual([]);
    expect(configOf(loaded).points.length).toBeGreaterThan(0);
  });

  it('gets base units and defaults', () => {
    const config = configOf(loadText(`${head}journal: { directory: d, maxAge: 2h, maxSize: 1.5GB }\n`));
    expect(config.site).toEqual({ id: 'demo', name: 'demo', timezone: 'Asia/Shanghai' });
    expect(config.journal).toMatchObject({ maxAgeMs: 7_200_000, maxBytes: 1.5e9, sampleCommitMs: 250 });
    expect(config.journal.directory).toMatch(/^\/.*\/d$/);
  });

  it('has a communication alarm for each source, configured or not', () => {
    const sources = `sources:
  - { id: a, kind: opcua, endpoint: "opc.tcp://h:1" }
  - { id: b, kind: opcua, endpoint: "opc.tcp://h:1", alarms: { communication: { priority: low, onDelay: 5s } } }
`;
    expect(configOf(loadText(head + sources)).alarms).toMatchObject([
      { id: 'a/communication', source: 'a', priority: 'high', onDelayMs: 0, safetyRole: 'none' },
      { id: 'b/communication', source: 'b', priority: 'low', onDelayMs: 5000 },
    ]);
  });

  it('defines alarms with priority and deadband by kind, and no delay that nobody asked for', () => {
    const alarms = `alarms: { HH: 95, L: { setpoint: 10, deadband: 3, offDelay: 10s, latch: true }, deviation: { target: 50, setpoint: 9 }, rateOfChange: { perMinute: 60 }, badQuality: {} }`;
    const text = `${head}${source}points:\n${point('F', `kind: flow, unit: t/h, range: { low: 0, high: 200 }, zone: z1, ${alarms}`)}`;
    const base = {
      point: 'F',
      source: 'dcs',
      onDelayMs: 0,
      offDelayMs: 0,
      latch: false,
      safetyRole: 'none',
      zone: 'z1',
    };
    expect(configOf(loadText(text)).alarms.slice(1)).toEqual([
      { ...base, id: 'F/HH', condition: { kind: 'HH', setpoint: 95, deadband: 10 }, priority: 'high' },
      {
        ...base,
        id: 'F/L',
        condition: { kind: 'L', setpoint: 10, deadband: 3 },
        priority: 'medium',
        offDelayMs: 10_000,
        latch: true,
      },
      {
        ...base,
        id: 'F/deviation',
        condition: { kind: 'deviation', target: 50, setpoint: 9, deadband: 10 },
        priority: 'medium',
      },
      {
        ...base,
        id: 'F/rate-of-change',
        condition: { kind: 'rate-of-change', perSecond: 1, windowMs: 60_000, direction: 'both', deadband: 0.1 },
        priority: 'medium',
      },
      { ...base, id: 'F/bad-quality', condition: { kind: 'bad-quality', includeUncertain: false }, priority: 'low' },
    ]);
  });

  it.each([
    ['pressure', 'MPa', 2],
    ['level', '%', 5],
    ['temperature', '℃', 1],
    ['gas-toxic', 'ppm', 1],
  ])('%s has a default deadband in %s of %d %% of the range', (kind, unit, deadband) => {
    const text = `${head}${source}points:\n${point('P', `kind: ${kind}, unit: "${unit}", range: { low: 0, high: 100 }, alarms: { H: 90 }`)}`;
    expect(configOf(loadText(text)).alarms[1]?.condition).toEqual({ kind: 'H', setpoint: 90, deadband });
  });

  it('takes tags as Chinese plants write them, and ℃ as °C', () => {
    const text = `${head}${source}points:\n${point('1#反应釜(A).温度', 'kind: temperature, unit: ℃')}`;
    expect(configOf(loadText(text)).points).toMatchObject([
      { id: '1#反应釜(A).温度', unit: '°C', staleAfterMs: 10_000 },
    ]);
  });

  it('is the same from CSV and from YAML', () => {
    const root = siteFolder({
      'yaml/site.yaml': `${head}${source}points:\n${point('T', 'kind: temperature, unit: K, name: "a,b", range: { low: 0, high: 10 }, scale: { factor: 0.1, offset: 0 }, alarms: { HH: { setpoint: 9, onDelay: 5s, latch: true } }')}`,
      'csv/site.yaml': `${head}${source}include: [p.csv]\n`,
      'csv/p.csv':
        '\uFEFFid,source,address,kind,name,unit,low,high,factor,HH,onDelay,latch\r\n' +
        'T,dcs,nsu=urn:plant;s=T,temperature,"a,b", K ,0,10,0.1,9,5s,TRUE\r\n\r\n,,,,,,,,,,,\r\n',
    });
    const [yaml, csv] = ['yaml', 'csv'].map((name) => {
      const { points, alarms, sources } = configOf(
        loadSite(join(root, name, 'site.yaml'), { kinds: drivers, env: {} }),
      );
      return { points, alarms, addresses: [...(sources[0]?.addresses ?? [])] };
    });
    expect(yaml?.points).toHaveLength(1);
    expect(csv).toEqual(yaml);
  });

  it('resolves includes from the file that names them', () => {
    const root = siteFolder({
      'site.yaml': `${head}include: [a/part.yaml]\n`,
      'a/part.yaml': `include: [points.yaml]\n${source}`,
      'a/points.yaml': `points:\n${point('T', 'kind: temperature, unit: K')}`,
    });
    const { files, points } = configOf(loadSite(join(root, 'site.yaml'), { kinds: drivers }));
    expect(points.map(({ id }) => id)).toEqual(['T']);
    expect(files).toEqual(['site.yaml', 'a/part.yaml', 'a/points.yaml'].map((file) => join(root, file)));
  });

  it('may have lists whose entries are all commented out', () => {
    expect(configOf(loadText(`${head}sources:\n#  - id: x\npoints:\nreceivers:\n`)).sources).toEqual([]);
  });

  it('is warned of a source that nobody reads from', () => {
    expect(loadText(head + source).warnings.map(formatFinding)).toEqual([
      expect.stringMatching(/site\.yaml:3:11 sources\[0\]\.id: source "dcs" has no points/),
    ]);
  });

  it('is warned of two points that read the same address', () => {
    const twins = ['A', 'B'].map((id) => point('T', 'kind: number').replace('id: T', `id: ${id}`)).join('');
    expect(loadText(`${head}${source}points:\n${twins}`).warnings.map(formatFinding)).toEqual([
      expect.stringMatching(/site\.yaml:6:36 points\[1\]\.address: this address is used at .*site\.yaml:5:36 already/),
    ]);
  });

  it('gives receivers the agreed lanes and a client id of its own', () => {
    const text = `${head}receivers:\n  - { id: park, transport: { kind: mqtt, url: "mqtt://h:1883" } }\n`;
    expect(configOf(loadText(text)).receivers).toEqual([
      {
        id: 'park',
        name: 'park',
        profile: 'firewatch-json',
        transport: {
          kind: 'mqtt',
          url: 'mqtt://h:1883',
          version: 5,
          clientId: 'demo-park',
          topicPrefix: 'firewatch',
          keepaliveMs: 30_000,
          requireSubscriber: true,
        },
        lanes: {
          alarm: { streams: ['alarm', 'event', 'gap', 'audit', 'register'] },
          live: { streams: ['sample'], withinMs: 30_000 },
          backfill: { samplesPerSecond: 20_000 },
          inFlight: 20,
        },
        wire: 'plain',
      },
    ]);
  });
});

const optionsOf = (loaded: ReturnType<typeof loadText>) => configOf(loaded).sources.map(({ options }) => options)[0];

describe('a secret', () => {
  const vault: SourceKind = {
    kind: 'vault',
    summary: 'has secrets',
    schema: z.strictObject({
      password: secret(),
      host: z.string().refine((host) => host !== 'secret-host', 'host secret-host is closed'),
    }),
    address: z.string(),
  };
  const text = `${head}sources:\n  - { id: v, kind: vault, password: "\${env:PASS}", host: "\${env:HOST}" }\n`;

  it('can be revealed and not be printed', () => {
    const options = { kinds: [vault], env: { PASS: 'correct-horse', HOST: 'h' } };
    const loaded = loadText(text, options);
    const { password, host } = optionsOf(loaded) as { password: Secret; host: string };
    expect(host).toBe('h');
    expect(password.reveal()).toBe('correct-horse');
    expect(password.reference).toBe('${env:PASS}');
    const printed = [JSON.stringify(loaded), inspect(loaded, { depth: 9, showHidden: true }), String(password)];
    for (const output of printed) expect(output).not.toContain('correct-horse');
    expect(JSON.stringify(loaded)).toContain('[secret]');
  });

  it('is not given away by an error that the value causes', () => {
    const options = { kinds: [vault], env: { PASS: 'correct-horse', HOST: 'secret-host' } };
    const errors = errorsOf(loadText(text, options));
    expect(errors).toEqual([expect.stringContaining('host ${env:HOST} is closed')]);
    expect(errors.join()).not.toContain('secret-host');
  });

  it('is read from a file beside the YAML, again each time it is needed', () => {
    const root = siteFolder({
      'site.yaml': `${head}sources:\n  - { id: v, kind: vault, password: "\${file:pass.txt}", host: h }\n`,
      'pass.txt': 'one\n',
    });
    const loaded = loadSite(join(root, 'site.yaml'), { kinds: [vault], env: {} });
    const { password } = optionsOf(loaded) as { password: Secret };
    expect(password.reveal()).toBe('one');
    writeFileSync(join(root, 'pass.txt'), 'two\n');
    expect(password.reveal()).toBe('two');
    rmSync(join(root, 'pass.txt'));
    expect(password.reveal()).toBe('one');
  });
});

describe('a kind of source', () => {
  const bench = (
    check: SourceKind['check'],
    address: z.ZodType = z.strictObject({ slot: z.number() }),
  ): SourceKind => ({
    kind: 'bench',
    summary: 'test',
    schema: z.strictObject({
      slots: z.number(),
      groups: z.array(z.strictObject({ interval: z.number() })).default([]),
    }),
    address,
    ...(check && { check }),
  });
  const text = `${head}sources:
  - id: b
    kind: bench
    slots: 2
    groups: [{ interval: 1 }, { interval: 2 }]
points:
  - { id: P, source: b, address: { slot: 3 }, kind: number }
`;
  const words = { what: 'too many', why: 'the bench is small', todo: 'use less' };

  it('finds faults across options and addresses, told where they are written', () => {
    const check: SourceKind['check'] = (_options, points) => [
      { path: ['groups', 1, 'interval'], ...words },
      ...points.map(({ id }) => ({ point: id, path: ['slot'], ...words })),
    ];
    const errors = errorsOf(loadText(text, { kinds: [bench(check)] }));
    expect(errors.map((error) => error.replace(/^.*site\.yaml:/, ''))).toEqual([
      '6:43 sources[0].groups[1].interval: too many; the bench is small; use less',
      '8:42 points[0].address.slot: too many; the bench is small; use less',
    ]);
  });

  it('that throws in its check or its schema is an error of the configuration, not a crash', () => {
    const thrower = (): never => {
      throw new Error('boom');
    };
    const inCheck = errorsOf(loadText(text, { kinds: [bench(thrower)] }));
    const inSchema = errorsOf(loadText(text, { kinds: [bench(undefined, z.unknown().transform(thrower))] }));
    expect(inCheck).toEqual([expect.stringContaining('boom')]);
    expect(inSchema).toEqual([expect.stringContaining('boom')]);
  });
});

describe('a site file', () => {
  it('that does not exist, is a directory or can not be decoded is an error like any other', () => {
    const root = siteFolder({ 'sub/x': '' });
    const place = (path: string) => {
      const loaded = loadSite(path, { kinds: drivers });
      return loaded.ok ? [] : loaded.errors.map(({ file, line, column, what }) => `${file}:${line}:${column} ${what}`);
    };
    expect(place(join(root, 'none.yaml'))).toEqual([`${root}/none.yaml:1:1 the file does not exist`]);
    expect(place(join(root, 'sub'))).toEqual([`${root}/sub:1:1 this is a directory`]);
    expect(place('/dev/null')).toEqual(['/dev/null:1:1 this is no regular file']);
  });

  it('of a size that no site has is refused without being read', () => {
    const root = siteFolder({ 'site.yaml': head });
    truncateSync(join(root, 'site.yaml'), 65_000_000);
    expect(errorsOf(loadSite(join(root, 'site.yaml'), { kinds: drivers }))).toEqual([
      expect.stringContaining('the file has 65 MB'),
    ]);
  });

  it('with a fault in every row keeps the count and a bounded list', () => {
    const rows = Array.from({ length: 3000 }, (_, index) => `P${index},dcs,nsu=urn:p;s=${index},temperature,kPa\n`);
    const root = siteFolder({
      'site.yaml': `${head}${source}include: [p.csv]\n`,
      'p.csv': `id,source,address,kind,unit\n${rows.join('')}`,
    });
    const loaded = loadSite(join(root, 'site.yaml'), { kinds: drivers });
    expect(loaded).toMatchObject({ ok: false, errorCount: 3000 });
    expect(loaded.ok ? 0 : loaded.errors.length).toBe(2000);
  });
});
