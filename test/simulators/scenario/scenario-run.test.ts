import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadNamedScenario, loadScenarioFile } from '#simulators/scenario/load-scenario.ts';
import { ScenarioRun } from '#simulators/scenario/scenario-run.ts';
import { scenarioSchema, type Scenario } from '#simulators/scenario/scenario.ts';

const scenario = (written: object): Scenario =>
  scenarioSchema.parse({ id: 'test', title: { zh: '测试', en: 'Test' }, about: 'For a test.', ...written });

describe('a scenario run', () => {
  it('gives the same plant in whatever portions time comes', async () => {
    const demo = await loadNamedScenario('demo');
    const shown = (portions: readonly number[]): unknown => {
      const run = new ScenarioRun(demo, 5);
      for (const portion of portions) run.advance(portion);
      return run.plant.showAll();
    };
    const even = Array.from({ length: 120 }, () => 250);
    const uneven = Array.from({ length: 60 }, (_, index) => (index % 2 === 0 ? 37 : 963));
    expect(shown(uneven)).toEqual(shown(even));
    expect(shown([30_000])).toEqual(shown(even));
  });

  it('undoes what a step did when its time is over', () => {
    const run = new ScenarioRun(
      scenario({
        steps: [
          { at: '1s', for: '2s', set: { 'XV-1101.open': 'closed' }, freeze: 'T-1101.level' },
          { at: '1s', for: '2s', fault: { device: 'modbus', fault: { kind: 'gone' } } },
        ],
      }),
      1,
    );
    expect(run.advance(500)).toEqual([]);
    expect(run.advance(1000)).toEqual([{ kind: 'fault', fault: { device: 'modbus', fault: { kind: 'gone' } } }]);
    expect(run.plant.handle('XV-1101.open')).toBe(0);
    const frozen = run.plant.show('T-1101.level').shown;
    expect(run.advance(1000)).toEqual([]);
    expect(run.plant.show('T-1101.level').shown).toBe(frozen);
    expect(run.advance(1000)).toEqual([{ kind: 'clear', fault: { device: 'modbus', fault: { kind: 'gone' } } }]);
    expect(run.plant.handle('XV-1101.open')).toBe(1);
    // A card has steps, so that two values a second apart may be the same one.
    const later = Array.from({ length: 5 }, () => {
      run.advance(1000);
      return run.plant.show('T-1101.level').shown;
    });
    expect(later.every((shown) => shown === frozen)).toBe(false);
  });

  it('lets plant time pass at its pace', () => {
    const run = new ScenarioRun(scenario({ pace: 10 }), 1);
    run.advance(3000);
    expect(run.plant.seconds).toBeCloseTo(30, 6);
  });

  it('trips a machine and contaminates a tank', () => {
    const run = new ScenarioRun(
      scenario({ steps: [{ at: '0s', trip: 'C-1501', contaminate: { tank: 'TK-2102', amount: 3 } }] }),
      1,
    );
    run.advance(20_000);
    expect(run.plant.show('C-1501.running').truth).toBe(false);
    expect(Number(run.plant.show('TK-2102.pressure').truth)).toBeGreaterThan(0.5);
  });
});

describe('a scenario file', () => {
  const step = (written: object) => scenarioSchema.safeParse({ ...scenario({}), steps: [written] });

  it.each([
    ['an unknown handle', { at: '1s', set: { 'XV-9999.open': 1 } }, /XV-9999\.open/],
    ['a value outside the limits of its handle', { at: '1s', set: { 'leak.rate': 5 } }, /outside 0 to 0.2/],
    ['an unknown tag', { at: '1s', freeze: 'T-9999.level' }, /no such tag/],
    ['a time without unit', { at: '10', trip: 'C-1501' }, /duration/],
    ['a step that does nothing', { at: '1s' }, /does nothing/],
    ['an unknown fault', { at: '1s', fault: { device: 'modbus', fault: { kind: 'melted' } } }, /discriminator|kind/i],
    ['an unknown key', { at: '1s', trip: 'C-1501', wait: '2s' }, /wait/],
  ])('is refused with %s', (_, written, reason) => {
    const parsed = step(written);
    expect(parsed.success).toBe(false);
    expect(JSON.stringify(parsed.error?.issues)).toMatch(reason);
  });

  it('is read from any path, and its faults are told with the path', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'firewatch-scenario-'));
    try {
      const path = join(directory, 'mine.yaml');
      await writeFile(path, 'id: mine\ntitle: { zh: 我, en: Mine }\nabout: Mine.\n');
      expect((await loadScenarioFile(path)).id).toBe('mine');
      await writeFile(path, 'id: mine\n');
      await expect(loadScenarioFile(path)).rejects.toThrow(/mine\.yaml[\s\S]*title/);
      await expect(loadScenarioFile(join(directory, 'absent.yaml'))).rejects.toThrow(/absent\.yaml.*read/);
      await expect(loadNamedScenario('absent')).rejects.toThrow(/there are .*demo/);
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});
