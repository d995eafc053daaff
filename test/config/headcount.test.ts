import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadSite } from '#config/load-site.ts';
import { drivers } from '#drivers/registry.ts';
import { configOf, head, loadText, siteFolder } from './site-folder.ts';

const controlPoints = `[
          { x: 0, y: 0, lon: 121.3, lat: 29.9 }, { x: 96.5, y: 0, lon: 121.301, lat: 29.9 },
          { x: 0, y: 110.86, lon: 121.3, lat: 29.901 }, { x: 96.5, y: 110.86, lon: 121.301, lat: 29.901 }]`;
const yaml = (zone: string, more = '') => `${head}headcount:
  - id: people
    maps:
      - id: '1'
        residualLimit: 1
        controlPoints: ${controlPoints}
    zones:
      - ${zone}
${more}`;
const tankFarm = '{ id: tank-farm, kind: high-risk, map: "1", polygon: [[0, 0], [40, 0], [40, 20]], restricted: true }';

const withRoster = (csv: string, zone = tankFarm) => {
  const text = yaml(zone, '    roster: { file: roster.csv }\n');
  return loadSite(join(siteFolder({ 'site.yaml': text, 'roster.csv': csv }), 'site.yaml'), { kinds: drivers, env: {} });
};

describe('a headcount in YAML', () => {
  it('has points by zone with alarms of statutory role and the limit of a high-risk zone', () => {
    const { derivations, points, alarms } = configOf(loadText(yaml(tankFarm)));
    expect(derivations[0]?.definition).toMatchObject({
      id: 'headcount/people',
      zones: [{ id: 'tank-farm', most: 9, rules: { 'over-limit': 'tank-farm.over-limit' } }, { rings: [] }],
    });
    expect(points.map(({ id }) => id)).toEqual(
      expect.arrayContaining(['tank-farm.people', 'tank-farm.people-stale', 'tank-farm.intruder', 'people.fix-rate']),
    );
    expect(points.find(({ id }) => id === 'tank-farm.over-limit')).toMatchObject({
      safetyRole: 'headcount',
      zone: 'tank-farm',
    });
    expect(alarms.find(({ id }) => id === 'tank-farm.sos/state')).toMatchObject({ priority: 'critical' });
  });

  it('holds what reference tags show against AQ 3064.3, and says by which clause and how well it is known', () => {
    const survey = '    survey: { tags: [{ tag: r1, x: 121.3, y: 29.9 }] }\n';
    const { alarms } = configOf(loadText(yaml(tankFarm, survey)));
    const figures = alarms.filter(({ point }) => point?.startsWith('people.accuracy'));
    expect(figures.map(({ point, condition }) => [point, condition])).toMatchObject([
      ['people.accuracy-p95', { kind: 'H', setpoint: 3 }],
      ['people.accuracy-interval', { kind: 'H', setpoint: 5 }],
    ]);
    expect(figures.map(({ message }) => message?.zh)).toEqual([
      expect.stringContaining('AQ 3064-2025 第3部分 (secondary)'),
      expect.stringContaining('AQ 3064-2025 第3部分 (known-poorly)'),
    ]);
  });

  it('forgets where people were by the age of personal data, which pictures may have their own of', () => {
    const of = (more: string) => configOf(loadText(yaml(tankFarm, more)));
    const cameras = 'sources: [{ id: cam, kind: onvif, host: 192.0.2.7 }]\n';
    const evidence = 'evidence: { cameras: [{ source: cam, zones: [tank-farm] }] }\n';
    const config = of(`${cameras}${evidence}people: { retention: 3d, pictures: 90d }\n`);
    expect(config.journal.peopleMaxAgeMs).toBe(3 * 86_400_000);
    expect(config.evidence?.maxAgeMs).toBe(90 * 86_400_000);
    expect(config.derivations[0]?.definition).toMatchObject({ forgetAfterMs: 3 * 86_400_000 });
    expect(of(`${cameras}${evidence}people: { retention: 3d }\n`).evidence?.maxAgeMs).toBe(3 * 86_400_000);
    const without = of(cameras + evidence);
    expect([without.journal.peopleMaxAgeMs, without.evidence?.maxAgeMs]).toEqual([undefined, undefined]);
    expect(without.derivations[0]?.definition).toMatchObject({ forgetAfterMs: 7 * 86_400_000 });
  });

  it('places corners of a map on the ground and those in degrees beside them', () => {
    const corners = (zone: string) => {
      const [one] = configOf(loadText(yaml(zone))).derivations;
      return one?.kind === 'headcount' ? one.definition.zones[0]?.rings[0]?.map(([x, y]) => [x, y]) : undefined;
    };
    const ofMap = corners('{ id: a, map: "1", polygon: [[0, 0], [96.5, 0], [96.5, 110.86]] }');
    const ofDegrees = corners('{ id: a, polygon: [[121.3, 29.9], [121.301, 29.9], [121.301, 29.901]] }');
    expect(ofMap).toHaveLength(4);
    for (const [index, [x = 0, y = 0]] of (ofMap ?? []).entries()) {
      expect(x).toBeCloseTo(ofDegrees?.[index]?.[0] ?? Number.NaN, 1);
      expect(y).toBeCloseTo(ofDegrees?.[index]?.[1] ?? Number.NaN, 1);
    }
  });

  it('makes a zone that nobody has drawn an error, with the nearest name', () => {
    const text = `${yaml(tankFarm)}sources: [{ id: dcs, kind: opcua, endpoint: "opc.tcp://127.0.0.1:4840" }]
points: [{ id: P, source: dcs, address: "nsu=urn:plant;s=P", kind: state, zone: tank-fram }]
`;
    const loaded = loadText(text);
    expect(loaded.ok ? [] : loaded.errors).toMatchObject([
      { path: 'points[0].zone', what: 'there is no zone "tank-fram"', todo: expect.stringContaining('"tank-farm"') },
    ]);
  });

  it('watches the post of persons whom the roster knows, and names the nearest where it does not', () => {
    const csv = 'id,name,role,company,tag,from,to,rights\nE006,王芳,guardian,,1,,,\n';
    const post = (person: string) => tankFarm.replace(' }', `, post: { persons: [${person}], absence: 2m } }`);
    expect(configOf(withRoster(csv, post('E006'))).points.map(({ id }) => id)).toContain('tank-farm.left-post');
    const wrong = withRoster(csv, post('E066'));
    expect(wrong.ok ? [] : wrong.errors).toMatchObject([
      { path: 'headcount[0].zones[0].post.persons[0]', todo: 'did you mean "E006"?' },
    ]);
  });

  it('knows persons from a roster with their rights', () => {
    const { derivations } = configOf(
      withRoster('id,name,role,company,tag,from,to,rights\nE1,Li,employee,,100,,2030-01-01,tank-farm\n'),
    );
    expect(derivations[0]?.definition).toMatchObject({
      persons: [{ id: 'E1', role: 'employee', tag: '100', rights: new Set(['tank-farm']) }],
    });
  });

  it.each([
    ['id,name,role,tag\nE1,Li,boss,100\n', 'line 2: role is none of'],
    ['id,name,role,tag\nE1,Li,employee,1\nE2,Ouyang Xiu,employee,1\n', 'line 3: tag 1 is on line 2'],
    ['id,name,role,tag,rights\nE1,Li,employee,1,tank-fram\n', 'no zone "tank-fram"'],
    ['id,name,rolle,tag\nE1,Li,employee,1\n', 'no column "rolle"'],
  ])('refuses roster %j and names nobody', (csv, what) => {
    const loaded = withRoster(csv);
    expect(loaded.ok ? [] : loaded.errors).toMatchObject([{ what: expect.stringContaining(what) }]);
    expect(JSON.stringify(loaded)).not.toContain('Ouyang');
  });
});
