import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isAccepted } from '#agent/cli/accept/outcome.ts';
import type { Check } from '#agent/cli/accept/outcome.ts';
import { positioningChecks } from '#agent/cli/accept/positioning.ts';
import { Flag } from '#agent/model/flags.ts';
import { pointId } from '#agent/model/ids.ts';
import { GOOD, uncertain, type Quality } from '#agent/model/quality.ts';
import { loadSite } from '#config/load-site.ts';
import type { SiteConfig } from '#config/site.ts';
import { drivers } from '#drivers/registry.ts';
import { FakeClock, open, temporaryDirectory } from '#test/agent/journal/journal-fixture.ts';

const survey = '    survey: { tags: [{ tag: "1", map: "1", x: 5, y: 5 }] }\n';

const siteText = (more: string): string => `site: { id: a, name: a, timezone: Asia/Shanghai }
journal: { directory: ./data }
sources: [{ id: plc, kind: modbus, transport: { kind: tcp, host: 192.0.2.1 } }]
headcount:
  - id: people
    maps:
      - id: "1"
        controlPoints:
          - { x: 0, y: 0, lon: 121.62000000, lat: 38.92000000 }
          - { x: 105, y: 0, lon: 121.62121234, lat: 38.92000000 }
          - { x: 105, y: 70, lon: 121.62121234, lat: 38.92062882 }
          - { x: 0, y: 70, lon: 121.62000000, lat: 38.92062882 }
    zones: [{ id: yard, name: 厂区, kind: ordinary, map: "1", polygon: [[0, 0], [30, 0], [30, 20], [0, 20]] }]
${more}`;

interface Kept {
  readonly value: number;
  readonly quality?: Quality;
  readonly flags?: number;
  /** Before the moment of acceptance. */
  readonly ageMs?: number;
}

/** A site and what its agent has kept of these figures, in order. */
function ranWith(kept: readonly (readonly [string, Kept])[], more = survey): { config: SiteConfig; now: number } {
  const directory = temporaryDirectory();
  const file = join(directory, 'site.yaml');
  writeFileSync(file, siteText(more));
  const loaded = loadSite(file, { kinds: drivers });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.errors));
  const clock = new FakeClock();
  const now = clock.now();
  const journal = open(loaded.config.journal.directory, clock);
  journal.appendSamples(
    kept.map(([name, { value, quality = GOOD, flags = 0, ageMs = 1_000 }]) => {
      const at = now - ageMs;
      return { point: pointId(`people.${name}`), value, quality, flags, sourceTime: at, receiveTime: at };
    }),
  );
  journal.close();
  return { config: loaded.config, now };
}

const checksOf = ({ config, now }: { config: SiteConfig; now: number }): ReadonlyMap<string, Check> =>
  new Map(positioningChecks(config, now).map((check) => [check.subject, check]));

const well = [
  ['tags', { value: 40 }],
  ['tags-silent', { value: 2 }],
  ['fix-rate', { value: 99.2 }],
  ['accuracy-fixes', { value: 600 }],
  ['accuracy-p50', { value: 0.4 }],
  ['accuracy-p95', { value: 2.1 }],
  ['accuracy-max', { value: 8 }],
  ['accuracy-interval', { value: 1.2 }],
] as const satisfies readonly (readonly [string, Kept])[];

const besides = (name: string, kept: Kept) => [...well.filter(([known]) => known !== name), [name, kept] as const];

describe('positioning in an acceptance', () => {
  it('is judged where the rule pack has a limit, told where it has none, and says what nobody measured', () => {
    const checks = checksOf(ranWith(well));
    expect(Object.fromEntries([...checks].map(([subject, { verdict }]) => [subject, verdict]))).toEqual({
      'people.tags': 'measured',
      'people.tags-silent': 'measured',
      'people.fix-rate': 'measured',
      'people.accuracy-fixes': 'measured',
      'people.accuracy-p50': 'measured',
      'people.accuracy-p95': 'passed',
      'people.accuracy-max': 'measured',
      'people.accuracy-interval': 'passed',
      'people.accuracy-in-motion': 'not-checked',
    });
    expect(checks.get('people.accuracy-p95')?.found).toEqual({
      zh: expect.stringMatching(
        /^2\.1 m（2026-.*）；黄、蓝区定位误差上限：静态、动态：静态 3 m，AQ 3064-2025 第3部分 \(secondary\)$/,
      ),
      en: expect.stringMatching(
        /^2\.1 m at 2026-.*; largest error .*: at rest 3 m, AQ 3064-2025 第3部分 \(secondary\)$/,
      ),
    });
    expect(isAccepted({ parts: [{ name: 'positioning', checks: [...checks.values()] }] })).toBe(true);
  });

  it.each([
    ['an error beyond the limit', 'accuracy-p95', { value: 3.2 }, ['failed', /3\.2 m/]],
    ['fixes too far apart', 'accuracy-interval', { value: 6 }, ['failed', /6 s/]],
    [
      'a surveyed tag that is silent',
      'accuracy-p95',
      { value: 1, quality: uncertain('stale') },
      ['failed', /not heard/],
    ],
    ['figures of simulators', 'accuracy-p95', { value: 1, flags: Flag.sim }, ['not-checked', /simulators only/]],
  ] as const)('does not pass for %s', (_, name, kept, [verdict, found]) => {
    const check = checksOf(ranWith(besides(name, kept))).get(`people.${name}`);
    expect(check?.verdict).toBe(verdict);
    expect(check?.found.en).toMatch(found);
  });

  it('is what was told last', () => {
    const later: Kept = { value: 2, ageMs: 500 };
    const checks = checksOf(ranWith([...besides('accuracy-p95', { value: 9 }), ['accuracy-p95', later]]));
    expect(checks.get('people.accuracy-p95')?.verdict).toBe('passed');
  });

  it('without a run within a day, or without surveyed tags, is not checked and says what to do', () => {
    const old = well.map(([name, kept]) => [name, { ...kept, ageMs: 25 * 3_600_000 }] as const);
    for (const [subject, { verdict, found }] of checksOf(ranWith(old))) {
      expect([subject, verdict]).toEqual([subject, 'not-checked']);
      expect(found.en).toMatch(/let the agent run with people first|walks a surveyed path/);
    }
    const unsurveyed = checksOf(ranWith(well, ''));
    expect(unsurveyed.get('people.accuracy')).toMatchObject({ verdict: 'not-checked' });
    expect(unsurveyed.get('people.accuracy')?.found.zh).toContain('survey:');
    expect(unsurveyed.has('people.accuracy-p95')).toBe(false);
  });
});
