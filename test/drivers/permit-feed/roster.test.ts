import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { shareRegistry } from '#agent/ingest/share.ts';
import { holdSecret } from '#config/secret.ts';
import type { Driver } from '#drivers/driver.ts';
import { permitFeed } from '#drivers/permit-feed/driver.ts';
import { rosterMappingSchema, rosterOf } from '#drivers/permit-feed/roster-mapping.ts';
import { WatchedSource } from '#test/contract/watched-source.ts';
import { configOf, head, loadText } from '../../config/site-folder.ts';

const PATIENCE_MS = 10_000;
const mapping = {
  each: 'data',
  id: 'staffCode',
  tag: 'cardNo',
  name: 'personName',
  role: 'personType',
  roles: { '01': 'employee', '02': 'contractor', '03': 'visitor' },
  company: 'company',
  from: 'begin',
  to: 'end',
  rights: 'zones',
};
const row = (staffCode: string, cardNo: string, more: object = {}) => ({
  staffCode,
  cardNo,
  personType: '02',
  ...more,
});
const read = (answer: unknown) =>
  rosterOf(rosterMappingSchema.parse(mapping), answer, { receiveTime: 7, zone: '+08:00', flags: 0 });

describe('a roster over HTTP', () => {
  const sources: WatchedSource[] = [];
  const share = shareRegistry();
  afterEach(() => {
    for (const source of sources.splice(0)) source.stop();
  });

  const serve = async (answer: RequestListener, more: object = {}) => {
    const server = createServer(answer).listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    });
    const { port } = server.address() as AddressInfo;
    const transport = {
      kind: 'http-pull',
      url: `http://127.0.0.1:${port}/roster`,
      token: holdSecret('${env:T}', () => 'let-me-in'),
      ...more,
    };
    const source = new WatchedSource({
      driver: permitFeed as Driver,
      options: permitFeed.schema.parse({ transport, roster: mapping, interval: '100ms', zone: '+08:00' }),
      points: [],
      stateDir: '/nonexistent',
      share,
      source: 'hr',
    });
    sources.push(source);
    return source;
  };

  it('is read with its role, company, validity and rights, by a token, and told again while it stands', async () => {
    const tokens = new Set<string | undefined>();
    const source = await serve((request, response) => {
      tokens.add(`${request.method} ${request.headers.authorization}`);
      const more = { company: 'ACME', begin: '20260101000000', end: '2027-01-01T00:00:00', zones: 'tank-farm;reactor' };
      response.end(JSON.stringify({ data: [row('P1', '9007199254740993', { personName: '张三', ...more })] }));
    });
    await source.until('told twice', () => source.facts.length >= 2, PATIENCE_MS);
    const [fact, again] = source.facts;
    expect(fact).toMatchObject({
      kind: 'roster',
      persons: [
        {
          id: 'P1',
          name: '张三',
          role: 'contractor',
          company: 'ACME',
          tag: '9007199254740993',
          validFrom: Date.parse('2026-01-01T00:00:00+08:00'),
          validTo: Date.parse('2027-01-01T00:00:00+08:00'),
          rights: new Set(['tank-farm', 'reactor']),
        },
      ],
    });
    expect(fact?.kind === 'roster' && again?.kind === 'roster' && again.version === fact.version).toBe(true);
    expect([...tokens]).toEqual(['GET Bearer let-me-in']);
  });

  it('is lost and tells nothing while the server answers without end or not in time', async () => {
    const endless = await serve(
      (_, response) => {
        const timer = setInterval(() => response.write('x'.repeat(4096)), 5);
        response.once('close', () => clearInterval(timer));
      },
      { maxBytes: 16_384 },
    );
    await endless.until('ended', () => endless.end !== undefined, PATIENCE_MS);
    expect(endless.end).toMatchObject({
      error: { message: expect.stringContaining('longer than 16384 bytes') as string },
    });
    const silent = await serve(() => undefined, { timeout: '100ms' });
    await silent.until('ended', () => silent.end !== undefined, PATIENCE_MS);
    expect([...endless.facts, ...silent.facts]).toEqual([]);
  });

  it('leaves out what means nothing and tags of two persons, names nobody, and takes the others', () => {
    const boss = row('P4', '4', { personType: '09', personName: '欧阳' });
    const { fact, refused } = read({ data: [row('P1', '1'), row('P2', '2'), row('P3', '2'), boss, row('P5', '')] });
    expect(fact?.persons.map(({ id }) => id)).toEqual(['P1']);
    expect(refused).toMatchObject([
      'roster record 3: its tag is worn by another person already',
      expect.stringContaining('record 4: role (personType) is "09"'),
      expect.stringContaining('record 5: tag'),
    ]);
    expect(refused.join()).not.toContain('欧阳');
  });

  it('has the same version for the same persons in another order, and another for another right', () => {
    const version = (...rows: readonly object[]) => read({ data: rows }).fact?.version;
    const [one, two] = [row('P1', '1'), row('P2', '2')];
    expect(version(one, two)).toBe(version(two, one));
    expect(version(one, two)).not.toBe(version(one, row('P2', '2', { zones: ['reactor'] })));
  });

  it.each([
    [{ data: [] }, 'nobody is in it'],
    [{ error: 'busy' }, 'no list at data'],
    [{ data: Array.from({ length: 20_001 }, () => ({})) }, 'more than 20000'],
  ])('takes no answer for a roster that can not be the whole of it', (answer, why) => {
    const { fact, refused } = read(answer);
    expect(fact).toBeUndefined();
    expect(refused).toEqual([expect.stringContaining(why)]);
  });

  const site = (roster: string, cursor = '') => `${head}headcount:
  - id: people
    zones: [{ id: a, polygon: [[121.3, 29.9], [121.31, 29.9], [121.31, 29.91]] }]
    roster: ${roster}
sources:
  - id: hr
    kind: permit-feed
    transport: { kind: http-pull, url: "http://10.0.0.8/roster"${cursor} }
    roster: { id: id, tag: tag, role: role, roles: { e: employee } }
`;

  it('is named by the headcount, with an alarm for its age', () => {
    const { points, alarms } = configOf(loadText(site('{ feed: hr }')));
    expect(points.map(({ id }) => id)).toEqual(expect.arrayContaining(['people.roster-age', 'people.roster-stale']));
    expect(alarms.map(({ id }) => id)).toContain('people.roster-stale/state');
  });

  it.each([
    ['{ feed: hrr }', '', 'there is no source "hrr"'],
    ['{ feed: hr, file: roster.csv }', '', 'both "file" and "feed"'],
    ['{ showNames: true }', '', 'neither "file" nor "feed"'],
    ['{ feed: hr }', ', cursor: next', 'tells a roster in parts'],
  ])('is refused as %s%s', (roster, cursor, what) => {
    const loaded = loadText(site(roster, cursor));
    expect((loaded.ok ? [] : loaded.errors).map((error) => error.what).join()).toContain(what);
  });
});
