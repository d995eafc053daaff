import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { replayColours } from '#agent/cli/rules/replay-colours.ts';
import { openForReading } from '#agent/journal/store.ts';
import { alarmId, pointId } from '#agent/model/ids.ts';
import type { WarningFormula } from '#agent/model/warning-level.ts';
import { loadFormula } from '#config/derived/warning-level/formula.ts';
import { until } from '#test/agent/uplink/mosquitto.ts';
import { recordsOf, siteDirectory, startPlayedSite } from '#test/agent/site/played-site.ts';
import type { PlayedSite } from '#test/agent/site/played-site.ts';

const yaml = `points:
  - { id: T, source: plant, address: t, kind: temperature, unit: °C, zone: hall, alarms: { HH: { setpoint: 95, priority: critical } } }
  - { id: people, source: plant, address: p, kind: number, zone: hall }
warningLevel:
  - { id: risk, zones: [hall], inputs: [{ kind: people, points: [people] }] }
`;

/** Runs a site through a hot hall with people, and hands out how it is replayed from the journal. */
async function recordedRun(): Promise<{
  directory: string;
  replay: (change: (formula: WarningFormula) => WarningFormula) => string[];
}> {
  const directory = siteDirectory();
  const from = Date.now();
  const site: PlayedSite = startPlayedSite(directory, yaml);
  const score = () => site.latest(pointId('risk.score'))?.value;
  site.play({ T: 20, people: 1 });
  await until(() => site.latest(pointId('risk.colour'))?.quality.level === 'good');
  site.play({ T: 96 });
  await until(() => score() === 40);
  site.play({ people: 8 });
  await until(() => score() === 55);
  site.acknowledge(alarmId('T/HH'), 'Li');
  await until(() => score() === 43);
  const config = site.config();
  await site.stop(0);
  const [level] = config.derivations.flatMap((one) => (one.kind === 'warningLevel' ? [one.definition] : []));
  if (!level) throw new Error('no warning level');
  return {
    directory,
    replay: (change) => {
      const tables = openForReading(join(directory, 'data'));
      try {
        const span = { from, to: Date.now() };
        const recorded = { tables, points: config.points, alarms: config.alarms };
        return replayColours({ ...level, formula: change(level.formula) }, recorded, span).map(({ text }) => text);
      } finally {
        tables.close();
      }
    },
  };
}

describe('firewatch rules what-if', () => {
  it('shows the same colours for the same formula, with their reasons, and others for another', async () => {
    const { directory, replay } = await recordedRun();
    const told = recordsOf(directory, 'event').flatMap(({ body }) =>
      body.kind.startsWith('warning-level') ? [body.text] : [],
    );
    expect(told).toEqual([
      expect.stringContaining('site yellow because alarm T/HH (critical) 40'),
      expect.stringContaining('zone hall yellow because'),
      expect.stringContaining('site orange because alarm T/HH (critical) 40, people people 8 15'),
      expect.stringContaining('zone hall orange because'),
    ]);
    expect(replay((formula) => formula)).toEqual(told);
    const calm = replay((formula) => ({ ...formula, steps: { yellow: 50, orange: 90, red: 100 } }));
    expect(calm.map((text) => text.split(' because')[0])).toEqual(['site yellow', 'zone hall yellow']);
  });

  it('says what is wrong with a formula', () => {
    const file = join(siteDirectory(), 'formula.yaml');
    writeFileSync(file, 'id: ours\nversion: none\n');
    expect(loadFormula(file, 'formula.yaml')).toMatchObject({
      faults: expect.arrayContaining([expect.stringContaining('version')]),
    });
    expect(loadFormula('/nowhere.yaml', 'nowhere.yaml')).toMatchObject({
      faults: [expect.stringContaining('does not exist')],
    });
  });
});
