import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { pointId, alarmId } from '#agent/model/ids.ts';
import { until } from '#test/agent/uplink/mosquitto.ts';
import { recordsOf, siteDirectory, startPlayedSite } from '../played-site.ts';
import type { PlayedSite } from '../played-site.ts';

const yaml = (more = '') => `points:
  - { id: T, source: plant, address: t, kind: temperature, unit: °C, hazardSource: H1, alarms: { HH: { setpoint: 95, priority: critical }, H: { setpoint: 85, priority: high } } }
  - { id: people, source: plant, address: p, kind: number, zone: hall }
  - { id: SIF-1.bypassed, source: plant, address: b, kind: state, hazardSource: H1 }
warningLevel:
  - id: risk
    hazardSources: [H1]
    zones: [hall]
    inputs:
      - { kind: people, points: [people] }
      - { kind: bypass, points: ["*.bypassed"] }
${more}`;

const colour = (site: PlayedSite, part = '') => site.latest(pointId(`risk${part}.colour`))?.value;
const colourEvents = (directory: string) =>
  recordsOf(directory, 'event').flatMap(({ body }) => (body.kind.startsWith('warning-level') ? [body] : []));

describe('the warning level of a site', () => {
  it('follows alarms, people and bypasses, says why in the journal, and stands through a restart', async () => {
    const directory = siteDirectory();
    const first = startPlayedSite(directory, yaml());
    first.play({ T: 20, people: 2, 'SIF-1.bypassed': false });
    await until(() => first.latest(pointId('risk.colour'))?.quality.level === 'good');
    expect([colour(first), colour(first, '.hazard.H1'), colour(first, '.zone.hall')]).toEqual(['blue', 'blue', 'blue']);
    first.play({ T: 96 });
    await until(() => colour(first) === 'orange');
    first.play({ 'SIF-1.bypassed': true });
    await until(() => first.latest(pointId('risk.score'))?.value === 72);
    expect(colour(first, '.zone.hall')).toBe('blue');
    first.acknowledge(alarmId('T/HH'), 'Li');
    await until(() => first.latest(pointId('risk.score'))?.value === 60);
    await first.stop(0);

    const second = startPlayedSite(directory, yaml());
    expect(second.latest(pointId('risk.colour'))).toMatchObject({ value: 'orange', quality: { level: 'uncertain' } });
    second.play({ T: 96, people: 2, 'SIF-1.bypassed': true });
    await until(() => second.latest(pointId('risk.colour'))?.quality.level === 'good');
    expect(colour(second)).toBe('orange');
    await second.stop(0);
    expect(colourEvents(directory).map(({ text }) => text)).toEqual([
      expect.stringContaining('site orange because alarm T/HH (critical) 40, alarm T/H (high) 20 (score 60'),
      expect.stringContaining('hazard source H1 orange because alarm T/HH (critical) 40, alarm T/H (high) 20'),
    ]);
    expect(second.views().get('warning-level/risk')).toMatchObject({ formula: 'site-dynamic@1' });
  });

  it('takes the formula of the site, and raises an alarm where the site wants one', async () => {
    const directory = siteDirectory();
    const formula = `id: ours
version: 7
title: { zh: 本厂, en: ours }
alarms: { critical: 1, high: 1, medium: 1, low: 1, most: 100, statutory: 1, acknowledged: 1, returned: 0, overlay: { shelved: 1, suppressed: 1, out-of-service: 1 } }
inputs:
  people: { from: 0, each: 50, most: 100 }
${['bypass', 'inhibit', 'overdue', 'weather', 'other'].map((kind) => `  ${kind}: { from: 0, each: 0, most: 0 }\n`).join('')}permits: { each: 1, most: 10 }
steps: { yellow: 10, orange: 20, red: 60 }
lower: { margin: 0, after: 0s }
`;
    writeFileSync(join(directory, 'ours.yaml'), formula);
    const site = startPlayedSite(
      directory,
      yaml('    formula: ours.yaml\n    alarms: { state: { values: [orange, red], priority: high } }\n'),
    );
    site.play({ T: 20, people: 1, 'SIF-1.bypassed': false });
    expect(site.config().files).toEqual([join(directory, 'site.yaml'), join(directory, 'ours.yaml')]);
    await until(() =>
      site.alarms().some(({ definition, state }) => definition.id === 'risk.colour/state' && state !== 'normal'),
    );
    await site.stop(0);
    expect(colourEvents(directory)[0]).toMatchObject({ detail: { formula: 'ours@7', to: 'orange', score: 50 } });
    expect(colourEvents(directory)).toHaveLength(2);
  });
});
