import { describe, expect, it } from 'vitest';
import { replay } from '#agent/alarms/replay.ts';
import { alarmReport } from '#agent/alarms/report/alarm-report.ts';
import type { Recorded } from '#agent/alarms/report/alarm-report.ts';
import { monthSpan } from '#agent/alarms/report/month-span.ts';
import { reportHtml } from '#agent/alarms/report/report-html.ts';
import { alarmId, pointId } from '#agent/model/ids.ts';
import { GOOD } from '#agent/model/quality.ts';
import type { Sample } from '#agent/model/sample.ts';
import { shippedPacks } from '#config/rules/load-packs.ts';
import { define, startUtcMs } from '../timeline.ts';

const DAY = 86_400_000;
const { rules } = shippedPacks();
const span = { from: startUtcMs, to: startUtcMs + 30 * DAY };

/** A level that swings around its limit every three seconds for two minutes and then rises, on the tenth day. */
const levels = [0, ...Array.from({ length: 120 }, (_, at) => (at % 3 === 0 ? 90.5 : 89.5)), ...Array(10).fill(96), 0];
const swinging: readonly Sample[] = levels.map((value, index) => {
  const time = startUtcMs + 9 * DAY + index * 1000;
  return { point: pointId('T-1'), value, quality: GOOD, sourceTime: time, receiveTime: time, flags: 0 };
});
const H = define({ group: '罐区', message: { zh: '液位高 <b>', en: 'level high <b>' } });
const quiet = define({ id: alarmId('T-2/H'), point: pointId('T-2'), group: '装置' });

function reportOf(more: Partial<Recorded> = {}, definitions = [H, quiet]) {
  const recorded: Recorded = {
    transitions: replay([H], swinging),
    samplesOf: (points, { from, to }) =>
      swinging.filter(({ point, receiveTime }) => points.includes(point) && receiveTime >= from && receiveTime < to),
    audit: [],
    absences: [],
    ...more,
  };
  return alarmReport(definitions, rules, recorded, { span, now: span.to });
}

describe('the alarm report', () => {
  it('judges every operator position against the numbers of the standard, with the clause', () => {
    const { positions, days } = reportOf();
    expect(positions.map(({ group, alarms, figures }) => [group, alarms, figures.annunciated])).toEqual([
      [undefined, 2, 41],
      ['罐区', 1, 41],
      ['装置', 1, 0],
    ]);
    const missed = positions.map(({ judged }) => judged.filter(({ isMet }) => !isMet).map(({ name }) => name.en));
    expect(missed[1]).toEqual(['most alarms in any 10 minutes', 'share of the ten most frequent alarms']);
    expect(missed[2]).toEqual([]);
    expect(positions[0]?.judged[2]).toMatchObject({ value: 41, limit: 10, clause: 'ISA-18.2-2016 (known-well)' });
    expect([days.length, days[9]]).toEqual([30, 41]);
  });

  it('advises from history what alone would have ended the chatter, another setpoint last', () => {
    const [one] = reportOf().chatter;
    expect(one).toMatchObject({ alarm: 'T-1/H', raised: 41, mostInAMinute: 21 });
    expect(one?.advice).toEqual([
      { setting: 'deadband', value: 0.96, raised: 1, raisedNow: 41, laterMs: 0 },
      { setting: 'offDelayMs', value: 5000, raised: 1, raisedNow: 41, laterMs: 0 },
      { setting: 'onDelayMs', value: 2000, raised: 1, raisedNow: 41, laterMs: 122_000 },
      { setting: 'setpoint', value: 90.96, raised: 1, raisedNow: 41, laterMs: 120_000 },
    ]);
  });

  it('says why there is no advice', () => {
    const because = (...given: Parameters<typeof reportOf>) => reportOf(...given).chatter[0]?.silentBecause;
    expect(because({ samplesOf: () => [] })).toBe('no-history');
    expect(because({ samplesOf: () => swinging.slice(0, 2) })).toBe('not-reproduced');
    expect(because({}, [quiet])).toBe('not-configured');
  });

  it('lists changed settings, counts what was hidden, and says for how long the agent was there', () => {
    const by = { time: startUtcMs + DAY, who: 'Li' };
    const report = reportOf({
      audit: [
        { ...by, action: 'alarm.changed', what: 'T-1/H', detail: { setpoint: '90 → 95' } },
        { ...by, action: 'alarm.shelve', what: 'T-1/H' },
        { ...by, action: 'page.sign-in', what: 'Li' },
      ],
      absences: [{ from: startUtcMs, to: startUtcMs + 3 * DAY }],
    });
    expect(report.changes.map(({ action }) => action)).toEqual(['alarm.changed']);
    expect(report.coverage).toBeCloseTo(0.9);
  });

  it('prints in Chinese and English, and texts of the configuration stay texts', () => {
    const heading = { site: 'A & B', timezone: 'Asia/Shanghai', definitions: [H, quiet] };
    const zh = reportHtml(reportOf(), heading, 'zh');
    expect(zh).toContain('<h1>报警管理月报</h1>');
    expect(zh).toContain('A &amp; B · 2026-01-01 08:00');
    expect(zh).toContain('T-1/H · 液位高 &lt;b&gt;');
    expect(zh).toContain('死区 0 → 0.96：41 次 → 1 次; 恢复延时 5 s：41 次 → 1 次; 报警延时 2 s');
    expect(zh).toContain('设定值 90 → 90.96：41 次 → 1 次，首次报警推迟 120 s');
    const en = reportHtml(reportOf(), heading, 'en');
    expect(en).toContain('level high &lt;b&gt;');
    expect(en).toContain('deadband 0 → 0.96: 41 → 1 alarms');
    expect(en).not.toMatch(/src=|href=|<script/);
  });
});

describe('a month', () => {
  it("begins at midnight of the site's own time and ends with the present one", () => {
    const now = Date.parse('2026-11-28T00:00:00Z');
    expect(monthSpan('2026-10', 'Asia/Shanghai', now)).toEqual({
      from: Date.parse('2026-10-01T00:00:00+08:00'),
      to: Date.parse('2026-11-01T00:00:00+08:00'),
    });
    expect(monthSpan('2026-11', 'Asia/Shanghai', now)?.to).toBe(now);
    expect([monthSpan('2026-12', 'UTC', now), monthSpan('2026-13', 'UTC', now), monthSpan('x', 'UTC', now)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});
