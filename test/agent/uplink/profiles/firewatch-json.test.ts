import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Flag } from '#agent/model/flags.ts';
import { pointId } from '#agent/model/ids.ts';
import { bad, GOOD } from '#agent/model/quality.ts';
import type { JournalRecord } from '#agent/model/record.ts';
import { NONE_SKIPPED, type Step } from '#agent/uplink/coverage.ts';
import { firewatchJson } from '#agent/uplink/profiles/firewatch-json.ts';
import { messages, messageSchemas } from '#agent/uplink/profiles/firewatch-json-schema.ts';
import { permitAt } from '../../site/permits/permit-fixture.ts';
import { riskUnit } from '../../site/registers/register-fixture.ts';
import { site } from '../harness.ts';
import { simulatedSamples, samples, transition } from '../memory-journal.ts';

const START = 1_790_000_000_000;
const profile = firewatchJson(site);

const step = (record: JournalRecord): Step => ({
  stream: record.stream,
  span: { after: record.seq - 1, seq: record.seq },
  skipped: NONE_SKIPPED,
  record,
});

const parsed = (record: JournalRecord, limit = 65_536): Record<string, unknown>[] =>
  profile
    .encode(step(record), 'live', { wanted: limit, allowed: limit })
    .map((message) => JSON.parse(message.payload.toString()));

describe('firewatch-json', () => {
  it('publishes the schemas that it is made of', () => {
    const published = messageSchemas();
    expect(published.map(({ path }) => path)).toContain('config/receivers/firewatch-json/sample.schema.json');
    for (const { path, schema } of published) {
      expect(JSON.parse(readFileSync(new URL(`../../../../${path}`, import.meta.url), 'utf8'))).toEqual(schema);
    }
  });

  it('writes samples as columns: names once, places and times as differences, quality and flags as runs', () => {
    const body = [
      { point: pointId('T'), value: 1.5, quality: GOOD, sourceTime: START, receiveTime: START + 20, flags: 0 },
      {
        point: pointId('P'),
        value: null,
        quality: bad('comm-lost', 11),
        sourceTime: START + 1,
        receiveTime: START + 21,
        flags: Flag.sim | Flag.forced,
      },
      {
        point: pointId('T'),
        value: true,
        quality: bad('comm-lost', 11),
        sourceTime: START - 4,
        receiveTime: START + 21,
        flags: Flag.sim | Flag.forced,
      },
    ];
    expect(parsed({ stream: 'sample', seq: 7, time: START + 30, body })).toEqual([
      {
        version: 1,
        id: 'h2o2-demo/sample/7',
        site: 'h2o2-demo',
        stream: 'sample',
        seq: 7,
        after: 6,
        lane: 'live',
        time: START + 30,
        sim: true,
        body: {
          points: ['T', 'P'],
          point: [0, 1, -1],
          value: [1.5, null, true],
          sourceTime: [START, 1, -5],
          receiveTime: [START + 20, 1, 0],
          quality: [
            { count: 1, level: 'good' },
            { count: 2, level: 'bad', reason: 'comm-lost', raw: 11 },
          ],
          flags: [
            { count: 1, flags: [] },
            { count: 2, flags: ['sim', 'forced'] },
          ],
        },
      },
    ]);
  });

  it('keeps numbers that JSON cannot write apart from no value', () => {
    const body = [NaN, -Infinity, null].map((value) => ({
      point: pointId('T'),
      value,
      quality: GOOD,
      sourceTime: START,
      receiveTime: START,
      flags: 0,
    }));
    expect(parsed({ stream: 'sample', seq: 1, time: START, body })[0]).toMatchObject({
      body: { value: ['NaN', '-Infinity', null] },
    });
  });

  it('marks a message as simulated if one sample in it is, and only the parts that hold one', () => {
    const body = [...samples(START, 300), ...simulatedSamples(START, 300)];
    const parts = parsed({ stream: 'sample', seq: 1, time: START, body }, 4_000);
    expect(parts.length).toBeGreaterThan(2);
    expect(parts.at(0)).toMatchObject({ sim: false, id: 'h2o2-demo/sample/1/0' });
    expect(parts.at(-1)).toMatchObject({ sim: true, part: { of: 600 } });
  });

  it.each<[string, JournalRecord]>([
    ['sample', { stream: 'sample', seq: 3, time: START, body: samples(START, 40) }],
    ['empty block', { stream: 'sample', seq: 3, time: START, body: [] }],
    ['alarm', { stream: 'alarm', seq: 3, time: START, body: transition(START, Flag.sim) }],
    [
      'alarm of a state',
      {
        stream: 'alarm',
        seq: 3,
        time: START,
        body: { ...transition(START), condition: { kind: 'state', values: [NaN, true, 'open'] } },
      },
    ],
    [
      'event',
      { stream: 'event', seq: 3, time: START, body: { time: START, kind: 'k', text: 't', detail: { n: 1 }, flags: 0 } },
    ],
    [
      'open gap',
      {
        stream: 'gap',
        seq: 3,
        time: START,
        body: { from: START, reason: 'expired', records: { stream: 'sample', first: 1, last: 9 }, text: 't', flags: 0 },
      },
    ],
    [
      'audit',
      {
        stream: 'audit',
        seq: 3,
        time: START,
        body: { time: START, who: 'li', action: 'shelve', what: 'T-101/HH', detail: { hours: 8 } },
      },
    ],
    ['register record', { stream: 'register', seq: 3, time: START, body: riskUnit({ sourceTime: START }) }],
    ['deleted permit', { stream: 'register', seq: 3, time: START, body: permitAt(START, { isDeleted: true }) }],
  ])('writes %s as its schema says', (_name, record) => {
    const [message] = parsed(record);
    expect(messages[record.stream].safeParse(message).error).toBeUndefined();
  });
});
