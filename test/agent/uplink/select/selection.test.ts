import { describe, expect, it } from 'vitest';
import { Flag } from '#agent/model/flags.ts';
import { pointId, sourceId, zoneId } from '#agent/model/ids.ts';
import type { Point, PointKind } from '#agent/model/point.ts';
import { bad, GOOD } from '#agent/model/quality.ts';
import type { JournalRecord } from '#agent/model/record.ts';
import type { Sample, SampleValue } from '#agent/model/sample.ts';
import { createSelection } from '#agent/uplink/select/selection.ts';
import type { FilterOptions } from '#agent/model/receiver.ts';
import { gap, transition } from '../memory-journal.ts';

const START = 1_790_000_000_000;

const point = (id: string, kind: PointKind, changes: Partial<Point> = {}): Point => ({
  id: pointId(id),
  source: sourceId('dcs'),
  kind,
  name: id,
  unit: '',
  staleAfterMs: 10_000,
  safetyRole: 'none',
  range: { low: 0, high: 100 },
  ...changes,
});

const points = [
  point('T-101.temperature', 'temperature', { regulatorCode: '37068302100101T001', zone: zoneId('tank-farm') }),
  point('T-102.temperature', 'temperature', { hazardSource: 'HS-1' }),
  point('P-101.pressure', 'pressure', { regulatorCode: '37068302100101P001' }),
  point('V-101.open', 'state'),
];

const sample = (id: string, value: SampleValue, ms = 0, changes: Partial<Sample> = {}): Sample => ({
  point: pointId(id),
  value,
  quality: GOOD,
  sourceTime: START + ms,
  receiveTime: START + ms,
  flags: 0,
  ...changes,
});

const record = (body: readonly Sample[], seq = 1): JournalRecord => ({ stream: 'sample', seq, time: START, body });
const chosen = (selected: JournalRecord | undefined): string[] =>
  selected?.stream === 'sample' ? selected.body.map((each) => `${each.point}=${String(each.value)}`) : [];
const all = record(points.map(({ id }) => sample(id, 1)));

describe('filter', () => {
  it.each<[string, FilterOptions, string[]]>([
    ['points by id', { points: ['V-101.open'] }, ['V-101.open=1']],
    ['points by pattern', { points: ['T-*'] }, ['T-101.temperature=1', 'T-102.temperature=1']],
    ['a dot as a dot', { points: ['T-101xtemperature', 'T.101*'] }, []],
    ['kinds', { kinds: ['pressure', 'state'] }, ['P-101.pressure=1', 'V-101.open=1']],
    ['zones', { zones: ['tank-farm'] }, ['T-101.temperature=1']],
    ['hazard sources', { hazardSources: ['HS-1'] }, ['T-102.temperature=1']],
    ['points that the regulator has numbered', { regulatorCodes: 'any' }, ['T-101.temperature=1', 'P-101.pressure=1']],
    ['regulator codes by pattern', { regulatorCodes: ['*T001'] }, ['T-101.temperature=1']],
    ['all criteria at once', { regulatorCodes: 'any', kinds: ['pressure'] }, ['P-101.pressure=1']],
  ])('takes %s', (_name, filter, expected) => {
    expect(chosen(createSelection({ filter, points }).select(all))).toEqual(expected);
  });

  it('applies to alarms and gaps of points, and lets through what belongs to none', () => {
    const { select } = createSelection({ filter: { kinds: ['pressure'] }, points });
    const alarm: JournalRecord = { stream: 'alarm', seq: 1, time: START, body: transition(START) };
    const { point: _point, ...communication } = transition(START);
    expect(select(alarm)).toBeUndefined();
    expect(select({ ...alarm, body: communication })).toBeDefined();
    expect(select({ stream: 'gap', seq: 1, time: START, body: gap(START) })).toBeUndefined();
    const { points: _points, ...wholeSource } = gap(START);
    expect(select({ stream: 'gap', seq: 1, time: START, body: wholeSource })).toBeDefined();
  });

  it('leaves alarms alone where it is for samples only', () => {
    const { select } = createSelection({ filter: { streams: ['sample'], kinds: ['pressure'] }, points });
    expect(select({ stream: 'alarm', seq: 1, time: START, body: transition(START) })).toBeDefined();
    expect(chosen(select(all))).toEqual(['P-101.pressure=1']);
  });
});

describe('sampling on change', () => {
  const sampling = { mode: 'on-change', deadband: 0.02, atLeastEveryMs: 60_000 } as const;
  const T = 'T-101.temperature';

  it('sends a value that left the deadband around the last one sent, however slowly it got there', () => {
    const { select } = createSelection({ sampling, points });
    const values = [10, 11, 12, 12.1, 13, 14, 14.2];
    expect(chosen(select(record(values.map((value, index) => sample(T, value, index)))))).toEqual([
      `${T}=10`,
      `${T}=12.1`,
      `${T}=14.2`,
    ]);
  });

  it('sends every change of quality, of flags and of a state', () => {
    const { select } = createSelection({ sampling, points });
    const body = [
      sample(T, 10),
      sample(T, 10, 1, { quality: bad('stale') }),
      sample(T, 10, 2, { quality: bad('comm-lost') }),
      sample(T, 10, 3, { quality: bad('comm-lost') }),
      sample(T, 10, 4),
      sample(T, 10, 5, { flags: Flag.sim }),
      sample('V-101.open', true, 6),
      sample('V-101.open', true, 7),
      sample('V-101.open', false, 8),
    ];
    expect(chosen(select(record(body)))).toHaveLength(7);
  });

  it('sends an unchanged value after a while, so that silence never means unchanged', () => {
    const { select } = createSelection({ sampling, points });
    const body = [0, 30_000, 60_000, 90_000, 120_000].map((ms) => sample(T, 10, ms));
    expect(chosen(select(record(body)))).toHaveLength(3);
  });

  it('starts afresh where records do not follow each other, so that a value after a hole is never taken as unchanged', () => {
    const selection = createSelection({ sampling, points });
    expect(chosen(selection.select(record([sample(T, 10)])))).toHaveLength(1);
    expect(selection.select(record([sample(T, 10, 1)], 2))).toBeUndefined();
    selection.restart(8);
    expect(chosen(selection.select(record([sample(T, 10, 2)], 9)))).toHaveLength(1);
  });
});

describe('sampling by interval', () => {
  it('sends the first sample of each interval, and what changes quality in between', () => {
    const { select } = createSelection({ sampling: { mode: 'interval', everyMs: 1_000 }, points });
    const body = [0, 300, 900, 1_100, 1_900, 2_000].map((ms, index) =>
      sample('T-101.temperature', ms, ms, index === 4 ? { quality: bad('stale') } : {}),
    );
    expect(chosen(select(record(body))).map((text) => text.split('=')[1])).toEqual(['0', '1100', '1900', '2000']);
  });
});
