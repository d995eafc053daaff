import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loopChecks } from '#agent/cli/accept/loop-checks.ts';
import { isAccepted, passed } from '#agent/cli/accept/outcome.ts';
import type { Acceptance, Check } from '#agent/cli/accept/outcome.ts';
import { reportHtml } from '#agent/cli/accept/report-html.ts';
import { LOOP_CHECK_SCOPE } from '#agent/model/loop-check.ts';
import type { LoopCheck } from '#agent/model/loop-check.ts';
import { loadSite } from '#config/load-site.ts';
import type { SiteConfig } from '#config/site.ts';
import { drivers } from '#drivers/registry.ts';
import { FakeClock, open, temporaryDirectory } from '#test/agent/journal/journal-fixture.ts';

/** A site of two points, one computed point, and what the page has kept in its journal. */
function siteWith(kept: Readonly<Record<string, readonly LoopCheck[]>>): SiteConfig {
  const directory = temporaryDirectory();
  const file = join(directory, 'site.yaml');
  writeFileSync(
    file,
    `site: { id: a, name: a, timezone: Asia/Shanghai }
journal: { directory: ./data }
sources: [{ id: plc, kind: modbus, transport: { kind: tcp, host: 192.0.2.1 } }]
points:
  - { id: T, name: 反应釜温度, source: plc, address: "holding:0 int16", kind: temperature, unit: °C, range: { low: 0, high: 200 } }
  - { id: F, name: 进料流量, source: plc, address: "holding:1 int16", kind: flow, unit: m³/h, range: { low: 0, high: 50 } }
`,
  );
  const loaded = loadSite(file, { kinds: drivers });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.errors));
  const journal = open(loaded.config.journal.directory, new FakeClock());
  const state = Object.entries(kept).map(([key, value]) => ({ scope: LOOP_CHECK_SCOPE, key, value }));
  journal.commit([], state);
  journal.close();
  return loaded.config;
}

const check = (changes: Partial<LoopCheck> = {}): LoopCheck => ({
  point: 'T',
  time: Date.UTC(2026, 10, 28, 4, 5, 6),
  who: '李伟',
  read: { value: 82.4, quality: 'good' },
  instrument: 82,
  verdict: 'good',
  isSimulated: false,
  remark: '',
  ...changes,
});

const verdicts = (checks: readonly Check[]) => checks.map(({ subject, verdict }) => [subject, verdict]);

const acceptanceOf = (checks: readonly Check[]): Acceptance => ({
  site: { id: 'a', name: 'a', timezone: 'Asia/Shanghai' },
  version: '1',
  host: 'box',
  begun: 0,
  ended: 1,
  files: [],
  parts: [
    { name: 'points', checks: [passed('T', 'T', { zh: '好', en: 'good' })] },
    { name: 'loops', checks },
  ],
});

/** Rows of the report, each as the texts of its cells. */
const rowsOf = (checks: readonly Check[]): readonly (readonly string[])[] =>
  reportHtml(acceptanceOf(checks), 'f')
    .split('<tr>')
    .map((row) => row.split('<td').map((cell) => cell.replace(/^[^>]*>/, '').replaceAll(/<[^>]*>/g, '')));

describe('loop checks in an acceptance', () => {
  it('tell who compared which point when, what both showed and the verdict, and which points nobody compared', () => {
    const checks = loopChecks(siteWith({ T: [check({ remark: '就地表' })] }));
    expect(verdicts(checks)).toEqual([
      ['T', 'passed'],
      ['F', 'not-checked'],
    ]);
    expect(checks[0]?.found).toEqual({
      zh: '读数 82.4 °C，仪表 82 °C；李伟，2026-11-28 12:05:06；就地表',
      en: 'read 82.4 °C, instrument 82 °C; 李伟, 2026-11-28 12:05:06; 就地表',
    });
    const row = ['', 'T', '反应釜温度', '合格 passed', '82.4 °C', '82 °C', '李伟', '2026-11-28 12:05:06'];
    expect(rowsOf(checks)).toContainEqual([...row, expect.stringContaining('就地表')]);
    expect(
      rowsOf(checks)
        .find(([, id, name]) => id === 'F' && name === '进料流量')
        ?.slice(3),
    ).toEqual([
      '未检查 not checked',
      expect.stringContaining('无人与仪表比对过 nobody has compared it with its instrument'),
    ]);
  });

  it('prevent acceptance where the newest is bad, and not where nobody compared', () => {
    const bad = loopChecks(siteWith({ T: [check({ verdict: 'bad', instrument: 90 }), check()] }));
    expect(verdicts(bad)[0]).toEqual(['T', 'failed']);
    expect(isAccepted(acceptanceOf(bad))).toBe(false);
    expect(isAccepted(acceptanceOf(loopChecks(siteWith({}))))).toBe(true);
    expect(isAccepted(acceptanceOf(loopChecks(siteWith({ T: [check(), check({ verdict: 'bad' })] }))))).toBe(true);
  });

  it('give no credit for a comparison with a simulator, and let none hide what was seen at the instrument', () => {
    const simulated = check({ isSimulated: true });
    const checks = loopChecks(siteWith({ T: [simulated], F: [simulated, check({ point: 'F', verdict: 'bad' })] }));
    expect(verdicts(checks)).toEqual([
      ['T', 'not-checked'],
      ['F', 'failed'],
    ]);
    expect(
      rowsOf(checks)
        .find(([, id, name]) => id === 'T' && name === '反应釜温度')
        ?.at(-1),
    ).toContain('仅与仿真设备比对 of a simulator only');
  });

  it('say why a reading was not good, and that there was none', () => {
    const lost = check({ read: { value: null, quality: 'bad', reason: 'comm-lost' }, verdict: 'bad' });
    const { read, ...without } = check({ point: 'F', verdict: 'bad' });
    const [t, f] = loopChecks(siteWith({ T: [lost], F: [without] }));
    expect(read).toBeDefined();
    expect(t?.found.zh).toContain('读数 –（通信中断），仪表 82 °C');
    expect(t?.found.en).toContain('read – (comm-lost), instrument 82 °C');
    expect(f?.found.en).toContain('read no value, instrument 82 m³/h');
  });

  it('fail where the journal that keeps them can not be read, and are told as none where the box never ran', () => {
    const config = siteWith({ T: [check()] });
    writeFileSync(join(config.journal.directory, 'journal.sqlite'), 'no database at all, whatever it is called');
    const [journal, ...points] = loopChecks(config);
    expect(journal).toMatchObject({ subject: 'journal', verdict: 'failed' });
    expect(journal?.found.en).toContain('firewatch journal verify');
    const unread = [
      ['T', 'not-checked'],
      ['F', 'not-checked'],
    ];
    expect(verdicts(points)).toEqual(unread);
    const fresh = { ...config, journal: { ...config.journal, directory: join(config.journal.directory, 'none') } };
    expect(verdicts(loopChecks(fresh))).toEqual(unread);
  });

  it('keep what people typed from becoming part of the page', () => {
    const hostile = '<script>alert(1)</script>';
    const html = reportHtml(acceptanceOf(loopChecks(siteWith({ T: [check({ remark: hostile, who: hostile })] }))), 'f');
    expect(html).toContain('&lt;script&gt;');
    expect(html).not.toContain('<script>');
  });
});
