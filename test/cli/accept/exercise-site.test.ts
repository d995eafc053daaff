import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { exerciseSite } from '#agent/cli/accept/exercise-site.ts';
import type { SiteExercise } from '#agent/cli/accept/exercise-site.ts';
import type { Check } from '#agent/cli/accept/outcome.ts';
import { loadSite } from '#config/load-site.ts';
import type { SiteConfig } from '#config/site.ts';
import { drivers } from '#drivers/registry.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'firewatch-accept-'));
  folders.push(made);
  return made;
}

/** A site of one PLC with these points and further sections. */
function siteOf(points: string, further = ''): SiteConfig {
  const file = join(folder(), 'site.yaml');
  writeFileSync(
    file,
    `site: { id: a, name: a, timezone: UTC }
journal: { directory: ./data }
sources:
  - id: plc
    kind: modbus
    transport: { kind: tcp, host: 192.0.2.1 }
    alarms: { communication: { onDelay: 3s } }
points:
${points}
${further}`,
  );
  const loaded = loadSite(file, { kinds: drivers });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.errors));
  return loaded.config;
}

const exercise = (config: SiteConfig): SiteExercise => exerciseSite(config, join(folder(), 'run'), () => {});

const of = ({ alarms }: SiteExercise, id: string): Check | undefined => alarms.find(({ subject }) => subject === id);

const point = (id: string, rest: string): string =>
  `  - { id: ${id}, source: plc, address: "holding:0 int16", ${rest} }`;

const everyKind = [
  point(
    'T',
    'kind: temperature, unit: °C, range: { low: 0, high: 200 }, alarms: { HH: 95, H: { setpoint: 85, onDelay: 5m, offDelay: 2m, latch: true }, L: 10, LL: 5 }',
  ),
  point(
    'S',
    'kind: temperature, unit: °C, scale: { factor: 0.1, offset: -40 }, range: { low: -40, high: 160 }, alarms: { H: 90 }',
  ),
  point(
    'R',
    'kind: temperature, unit: °C, range: { low: 0, high: 200 }, alarms: { rateOfChange: { perMinute: 5, window: 60s, direction: both, onDelay: 30s }, badQuality: { onDelay: 30s } }',
  ),
  point(
    'D',
    'kind: temperature, unit: °C, range: { low: 0, high: 200 }, alarms: { deviation: { target: T, setpoint: 20 } }',
  ),
  point('P', 'kind: state, alarms: { state: { values: [2, 3] } }'),
].join('\n');

describe('an exercise of every alarm', () => {
  it('raises, acknowledges and ends each kind of alarm of a sound site', () => {
    const { alarms, outage } = exercise(siteOf(everyKind));
    expect(alarms.length).toBe(10);
    expect(alarms.filter(({ verdict }) => verdict !== 'passed')).toEqual([]);
    expect(outage.map(({ subject, verdict }) => [subject, verdict])).toEqual([['plc', 'passed']]);
  });

  it('says by what an alarm was raised, after which delay, and where its records stand', () => {
    const made = exercise(siteOf(everyKind));
    expect(of(made, 'T/H')?.found.en).toMatch(
      /^forced T = 85\.0002 °C; after 300 s; latched, reset; raised, acknowledged, cleared; journal alarm \d+–\d+$/,
    );
    expect(of(made, 'P/state')?.found.en).toContain('P = 2, P = 3');
    expect(of(made, 'R/rate-of-change')?.found.zh).toContain('已触发、确认、恢复');
  });

  it('fails alarms whose limits leave no quiet value, and exercises the others', () => {
    const made = exercise(
      siteOf(
        [
          point(
            'X',
            'kind: temperature, unit: °C, range: { low: 0, high: 200 }, alarms: { H: { setpoint: 20, deadband: 15 }, L: 10 }',
          ),
          point('Y', 'kind: temperature, unit: °C, range: { low: 0, high: 200 }, alarms: { H: 10 }'),
        ].join('\n'),
      ),
    );
    expect(of(made, 'X/H')).toMatchObject({ verdict: 'failed' });
    expect(of(made, 'X/H')?.found.en).toContain('contradict each other');
    expect(of(made, 'Y/H')).toMatchObject({ verdict: 'passed' });
  });

  it('exercises an alarm that plant state suppresses while the plant runs', () => {
    const made = exercise(
      siteOf(
        [
          point('T', 'kind: temperature, unit: °C, range: { low: 0, high: 200 }, alarms: { L: 10 }'),
          point('running', 'kind: state'),
        ].join('\n'),
        'suppression:\n  - { kind: plant-state, id: stopped, point: running, values: [false], alarms: [T/L], why: 停车 }',
      ),
    );
    expect(of(made, 'T/L')).toMatchObject({ verdict: 'passed' });
    expect(of(made, 'T/L')?.found.en).not.toContain('suppressed');
  });

  it('passes for the example sites, with every alarm told once', () => {
    for (const name of ['minimal', 'demo']) {
      const loaded = loadSite(join(import.meta.dirname, `../../../config/sites/${name}/site.yaml`), {
        kinds: drivers,
        env: { PARK_PASSWORD: 'x' },
      });
      if (!loaded.ok) throw new Error(JSON.stringify(loaded.errors));
      const { alarms, outage } = exercise(loaded.config);
      expect(alarms.map(({ subject }) => subject)).toEqual(loaded.config.alarms.map(({ id }) => id));
      expect([...alarms, ...outage].filter(({ verdict }) => verdict !== 'passed')).toEqual([]);
    }
  }, 300_000);
});
