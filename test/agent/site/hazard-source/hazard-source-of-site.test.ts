import { describe, expect, it } from 'vitest';
import { configOf, loadText } from '#test/config/site-folder.ts';
import { siteDirectory, startPlayedSite } from '../played-site.ts';

const yaml = `points:
  - { id: T-1.mass, source: plant, address: mass, kind: quantity, unit: t, hazardSource: H1 }
  - { id: T-2.level, source: plant, address: level, kind: level, unit: m, hazardSource: H1, alarms: { HH: 9, H: 8, L: 1, LL: 0.5 } }
hazardSources:
  - id: H1
    name: 液氨罐区
    exposedPeople: 60
    registeredLevel: 3
    substances:
      - substance: ammonia
        maximum: 200
        stocks:
          - { kind: mass, point: T-1.mass }
          - { kind: level, point: T-2.level, density: 0.6, volume: [[0, 0], [10, 500]] }
      - { substance: solvent-x, q: 500, beta: 1, stocks: [{ kind: declared, tonnes: 50 }] }
`;

describe('a hazard source of a site', () => {
  it('raises an alarm above the declared maximum and above the registered level', async () => {
    const site = startPlayedSite(siteDirectory(), yaml);
    const standing = () =>
      site
        .alarms()
        .filter(({ state }) => state !== 'normal')
        .map(({ definition }) => definition.id)
        .toSorted();
    site.play({ 'T-1.mass': 40, 'T-2.level': 2 });
    site.play({ 'T-1.mass': 40, 'T-2.level': 2 });
    expect(standing()).toEqual([]);
    site.play({ 'T-1.mass': 40, 'T-2.level': 8.5 });
    expect(standing()).toEqual(['H1.ammonia/H', 'H1.level/state', 'T-2.level/H']);
    await site.stop(0);
  });

  it('takes Q and β from the rule pack, and those of the site before them', () => {
    const sources = 'sources:\n  - { id: plant, kind: modbus, transport: { kind: tcp, host: 192.0.2.1, port: 502 } }\n';
    const own = yaml
      .replace(/^points:[\s\S]*hazardSources:/, 'hazardSources:')
      .replace(/stocks:\n(?: {10}.*\n)+/, 'stocks: [{ kind: declared, tonnes: 4 }]\n');
    const { derivations, points } = configOf(loadText(`site: { id: demo }\n${sources}${own}`));
    expect(derivations[0]?.definition).toMatchObject({
      alpha: 1.5,
      levels: [100, 50, 10],
      substances: [
        { criticalTonnes: 10, beta: 2 },
        { criticalTonnes: 500, beta: 1 },
      ],
    });
    expect(points.map(({ id, hazardSource }) => `${id} ${hazardSource ?? ''}`)).toEqual([
      'H1.ammonia H1',
      'H1.solvent-x H1',
      'H1.ratio H1',
      'H1.r H1',
      'H1.level H1',
    ]);
  });
});
