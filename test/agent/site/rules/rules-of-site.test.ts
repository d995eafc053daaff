import { describe, expect, it } from 'vitest';
import { configOf, loadText } from '#test/config/site-folder.ts';
import { recordsOf, siteDirectory, startPlayedSite } from '../played-site.ts';
import type { PlayedSite } from '../played-site.ts';

const points = `points:
  - { id: T, source: plant, address: t, kind: temperature, unit: °C }
  - { id: F, source: plant, address: f, kind: flow, unit: t/h }
  - { id: RUN, source: plant, address: run, kind: state }
`;
const rules = `rules:
  - id: runaway
    when: value("T") > 85 && value("F") < 2
    priority: critical
    zone: hall
    message: { zh: 冷却中断且超温, en: Hot without cooling }
    response: { zh: 紧急停车, en: Shut down }
  - { id: votes, when: 'atLeast(2, value("T") > 85, value("F") < 2, value("RUN") == false)', safetyRole: sis }
`;

const standing = (site: PlayedSite) =>
  site.alarms().flatMap(({ definition, state }) => (state === 'normal' ? [] : [`${definition.id} ${state}`]));

describe('a composite rule of a site', () => {
  it('is an alarm with its texts while it holds, through loss of its points and a restart', async () => {
    const directory = siteDirectory();
    const first = startPlayedSite(directory, points + rules);
    first.play({ T: 90, F: 5, RUN: true });
    expect(standing(first)).toEqual([]);
    first.play({ F: 1 });
    expect(standing(first)).toEqual(['runaway/state unacknowledged', 'votes/state unacknowledged']);
    first.play({ T: null });
    expect(standing(first)).toHaveLength(2);
    await first.stop(0);

    const second = startPlayedSite(directory, points + rules);
    second.play({ T: null });
    expect(standing(second)).toHaveLength(2);
    second.play({ T: 20, F: 5, RUN: true });
    expect(standing(second)).toEqual(['runaway/state returned', 'votes/state returned']);
    await second.stop(0);
    expect(recordsOf(directory, 'alarm').map(({ body }) => `${body.alarm} ${body.event} ${body.priority}`)).toEqual([
      'runaway/state raised critical',
      'votes/state raised medium',
      'runaway/state quality-lost critical',
      'votes/state quality-lost medium',
      'runaway/state quality-regained critical',
      'runaway/state cleared critical',
      'votes/state quality-regained medium',
      'votes/state cleared medium',
    ]);
    expect(
      recordsOf(directory, 'event').flatMap(({ body }) => (body.kind === 'rule.raised' ? [body.text] : [])),
    ).toEqual([
      'runaway: value("T") > 85 && value("F") < 2; T = 90, F = 1',
      'votes: atLeast(2, value("T") > 85, value("F") < 2, value("RUN") == false); T = 90, F = 1, RUN = true',
    ]);
  });

  it('reads what other derivations of the site tell', async () => {
    const site = startPlayedSite(
      siteDirectory(),
      `points:
  - { id: EFM.peak, source: plant, address: peak, kind: electric-field, unit: kV/m }
  - { id: LOADING, source: plant, address: loading, kind: state }
lightning:
  - { id: L, raiseAfter: 0s, inputs: [{ kind: field, point: EFM.peak, tiers: [2, 4, 8] }] }
rules:
  - { id: loading-in-storm, when: 'value("L.tier") >= 2 && value("LOADING") == true', priority: high }
`,
    );
    site.play({ 'EFM.peak': 0.1, LOADING: true });
    site.play({ 'EFM.peak': 5 });
    expect(standing(site)).toContain('loading-in-storm/state unacknowledged');
    await site.stop(0);
  });
});

describe('a rule in YAML', () => {
  it('becomes a state point with its alarm, which a site may set itself', () => {
    const { derivations, points, alarms } = configOf(
      loadText(`site: { id: demo }
sources:
  - { id: mill, kind: field-mill, transport: { kind: tcp, host: 192.0.2.7, port: 4001 } }
points:
  - { id: P, source: mill, address: peak, kind: electric-field, unit: kV/m }
rules:
  - { id: strong, when: 'max("P", "5m") > 4 && max("P", "5m") < 8 && good("P")', for: 3s, clearAfter: 1m, hazardSource: H1 }
  - { id: own, when: good("P"), alarms: { state: { values: [false], priority: low } } }
`),
    );
    expect(derivations[0]).toMatchObject({
      kind: 'rule',
      definition: {
        id: 'rule/strong',
        point: 'strong',
        inputs: ['P'],
        windows: [{ input: 0, lengthMs: 300_000 }],
        forMs: 3000,
        clearAfterMs: 60_000,
      },
    });
    expect(points.slice(1)).toMatchObject([
      { id: 'strong', source: 'site', kind: 'state', hazardSource: 'H1' },
      { id: 'own', source: 'site' },
    ]);
    expect(alarms.slice(1)).toMatchObject([
      { id: 'strong/state', condition: { values: [true] }, priority: 'medium', onDelayMs: 0 },
      { id: 'own/state', condition: { values: [false] }, priority: 'low' },
    ]);
  });
});

describe('a flood of rules', () => {
  it('is on disk within seconds, every one with its alarm and its reason', async () => {
    const directory = siteDirectory();
    const many = Array.from(
      { length: 2000 },
      (_, index) => `  - { id: R${index}, when: value("T") > ${50 + index / 100} }\n`,
    );
    const site = startPlayedSite(directory, `${points}rules:\n${many.join('')}`);
    site.play({ T: 20 });
    const started = performance.now();
    site.play({ T: 100 });
    expect(performance.now() - started).toBeLessThan(5000);
    expect(standing(site)).toHaveLength(2000);
    await site.stop(0);
    expect(recordsOf(directory, 'alarm').filter(({ body }) => body.event === 'raised')).toHaveLength(2000);
    expect(recordsOf(directory, 'event').filter(({ body }) => body.kind === 'rule.raised')).toHaveLength(2000);
  });
});
