import { describe, expect, it } from 'vitest';
import { Flag } from '#agent/model/flags.ts';
import { pointId, sourceId } from '#agent/model/ids.ts';
import { bad, GOOD, type Quality, uncertain } from '#agent/model/quality.ts';
import type { JournalRecord } from '#agent/model/record.ts';
import type { SamplingOptions } from '#agent/model/receiver.ts';
import type { Sample, SampleValue } from '#agent/model/sample.ts';
import { createSelection, type Selection } from '#agent/uplink/select/selection.ts';
import { memoryJournal } from '../memory-journal.ts';

const START = 1_790_000_040_000;
const sampling: SamplingOptions = {
  mode: 'aggregate',
  everyMs: 60_000,
  values: ['mean', 'min', 'max', 'last', 'count'],
};

const sample = (id: string, value: SampleValue, ms: number, quality: Quality = GOOD): Sample => ({
  point: pointId(id),
  value,
  quality,
  sourceTime: START + ms,
  receiveTime: START + ms,
  flags: 0,
});

const record = (seq: number, ms: number, ...body: Sample[]): JournalRecord => ({
  stream: 'sample',
  seq,
  time: START + ms,
  body,
});

const told = (selected: JournalRecord | undefined) =>
  selected?.stream === 'sample'
    ? Object.fromEntries(selected.body.map(({ point, value, quality }) => [point, [value, quality.level]]))
    : undefined;

describe('sampling by aggregates', () => {
  it('tells mean, least, greatest, last and count of an interval with the first record after it', () => {
    const { select } = createSelection({ sampling });
    expect(select(record(1, 0, sample('T', 10, 0), sample('T', 30, 1_000)))).toBeUndefined();
    expect(select(record(2, 59_000, sample('T', 20, 59_000)))).toBeUndefined();
    const selected = select(record(3, 60_000, sample('T', 99, 60_000)));
    expect(told(selected)).toEqual({
      'T/mean': [20, 'good'],
      'T/min': [10, 'good'],
      'T/max': [30, 'good'],
      'T/last': [20, 'good'],
      'T/count': [3, 'good'],
    });
    const times = selected?.stream === 'sample' ? selected.body.map(({ sourceTime }) => sourceTime - START) : [];
    expect(times).toEqual([59_000, 0, 1_000, 59_000, 59_000]);
    expect(selected).toMatchObject({ seq: 3, time: START + 60_000 });
  });

  it('calls nothing good of which a part was not, and says why', () => {
    const { select } = createSelection({ sampling });
    select(record(1, 0, sample('T', 10, 0), sample('T', 1_000, 1, bad('comm-lost'))));
    select(record(2, 1, sample('P', 5, 0), sample('P', 6, 1, uncertain('inhibited'))));
    select(record(3, 2, sample('L', null, 0, bad('comm-lost')), sample('L', null, 1, bad('stale'))));
    const selected = select(record(4, 60_000, sample('T', 1, 60_000)));
    expect(told(selected)).toMatchObject({
      'T/mean': [10, 'uncertain'],
      'T/max': [10, 'uncertain'],
      'T/last': [1_000, 'bad'],
      'T/count': [1, 'uncertain'],
      'P/mean': [5.5, 'uncertain'],
    });
    const reasons =
      selected?.stream === 'sample' ? selected.body.map(({ point, quality }) => [point, quality.reason]) : [];
    expect(Object.fromEntries(reasons)).toMatchObject({ 'T/mean': 'comm-lost', 'P/mean': 'inhibited' });
  });

  it('tells of a point without a usable sample that it had none', () => {
    const points = [{ ...point('L'), kind: 'level' as const }];
    const { select } = createSelection({ sampling, points });
    select(record(1, 0, sample('L', null, 0, bad('comm-lost')), sample('L', 3, 1, bad('stale'))));
    expect(told(select(record(2, 60_000)))).toMatchObject({ 'L/mean': [null, 'bad'], 'L/count': [0, 'uncertain'] });
  });

  it('carries the flag of a simulated sample into every number it went into', () => {
    const { select } = createSelection({ sampling });
    select(record(1, 0, { ...sample('T', 10, 0), flags: Flag.sim }, sample('T', 30, 1)));
    const selected = select(record(2, 60_000));
    const flags = selected?.stream === 'sample' ? selected.body.map(({ point, flags }) => [point, flags]) : [];
    expect(Object.fromEntries(flags)).toMatchObject({ 'T/mean': Flag.sim, 'T/count': Flag.sim, 'T/min': Flag.sim });
  });

  it('sends states when they change, and what a device kept for itself as it is', () => {
    const { select } = createSelection({ sampling });
    const selected = select(
      record(1, 0, sample('V', true, 0), sample('V', true, 1), sample('V', false, 2), {
        ...sample('T', 7, 3),
        flags: Flag.backfilled,
      }),
    );
    expect(selected?.stream === 'sample' && selected.body.map(({ point, value }) => [point, value])).toEqual([
      ['V', true],
      ['V', false],
      ['T', 7],
    ]);
  });

  it('gives the same numbers wherever it starts to read, so that nothing sinks between two connections', () => {
    const journal = memoryJournal();
    for (let second = 0; second < 400; second += 1) {
      journal.addSamples(START + 1_000 * second, [sample('T', second, 1_000 * second)]);
    }
    const run = (selection: Selection, after: number) => {
      selection.restart(after);
      return journal.read('sample', after, 1_000).map((each) => [each.seq, told(selection.select(each))]);
    };
    const whole = run(createSelection({ sampling, reader: journal }), 0);
    expect(whole.filter(([, numbers]) => numbers !== undefined)).toHaveLength(6);
    for (const after of [1, 59, 60, 61, 150, 239, 240, 399]) {
      expect(run(createSelection({ sampling, reader: journal }), after)).toEqual(whole.slice(after));
    }
  });
});

function point(id: string) {
  return {
    id: pointId(id),
    source: sourceId('dcs'),
    name: id,
    unit: '',
    staleAfterMs: 1_000,
    safetyRole: 'none' as const,
  };
}
