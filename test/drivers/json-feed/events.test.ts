import { describe, expect, it } from 'vitest';
import { hasFlag } from '#agent/model/flags.ts';
import { jsonFeed } from '#drivers/json-feed/driver.ts';
import { EventBook } from '#drivers/json-feed/event-book.ts';
import { eventMappingSchema, mapEvents } from '#drivers/json-feed/event-mapping.ts';

const NOW = Date.UTC(2026, 6, 1, 12);
const received = { receiveTime: NOW, zone: '+08:00' };

const map = (mapping: object, message: unknown) => mapEvents(eventMappingSchema.parse(mapping), message, received);

/** What a robot sends after a round. */
const round = {
  robot: 'R-1',
  findings: [
    {
      uid: 17,
      code: 'LEAK_01',
      at: '2026-07-01 19:59:00',
      where: 'pump P-101',
      area: 'A3',
      note: 'drops under the seal, seen by 张三',
      by: '张三',
      pos: [118.5, 37.4],
      level: 'S1',
    },
    { uid: 18, code: 'overheating', where: 'motor M-2' },
    { uid: 19, code: 'ALIEN', area: 'A9' },
    { uid: 20 },
  ],
};
const findings = {
  each: 'findings',
  id: 'uid',
  kind: 'code',
  kinds: { LEAK_01: 'leak' },
  time: 'at',
  place: 'where',
  text: 'note',
  who: 'by',
  zone: 'area',
  zones: { A3: 'tank-farm' },
  lon: 'pos[0]',
  lat: 'pos[1]',
  priority: 'level',
  priorities: { S1: 'high' },
};

describe('a mapping of events', () => {
  it('reads kind, time, place, text, id and priority of each entry, by the words of the sender or by ours', () => {
    const { events } = map(findings, round);
    expect(events).toHaveLength(3);
    expect(events[0]).toEqual({
      id: '17',
      word: 'LEAK_01',
      kind: 'leak',
      time: NOW - 60_000,
      place: 'pump P-101',
      zone: 'tank-farm',
      text: 'drops under the seal, seen by 张三',
      who: ['张三'],
      lon: 118.5,
      lat: 37.4,
      priority: 'high',
      flags: 0,
    });
    expect(events[1]).toMatchObject({ kind: 'overheating', time: NOW, place: 'motor M-2' });
  });

  it('keeps an event whose kind means nothing here, and a zone that stands in no table as its place', () => {
    expect(map(findings, round).events[2]).toMatchObject({ id: '19', word: 'ALIEN', kind: undefined, place: 'A9' });
  });

  it('refuses an entry without kind or id, and it alone', () => {
    expect(map(findings, round).refused).toEqual(['an event has no kind at code']);
    const { events, refused } = map(findings, { findings: [{ code: 'leak' }, { uid: 1, code: 'leak' }] });
    expect(refused).toEqual(['event leak has no id at uid']);
    expect(events).toHaveLength(1);
  });

  it('takes a time that cannot be for that of arrival, and says so', () => {
    const [event] = map({ kind: 'k', time: 't' }, { k: 'leak', t: '2099-01-01T00:00:00Z' }).events;
    expect(event?.time).toBe(NOW);
    expect(hasFlag(event?.flags ?? 0, 'clockSuspect')).toBe(true);
  });

  it('cuts a text without end, and refuses a message of more than 1000 events', () => {
    const [event] = map({ kind: 'k', text: 't' }, { k: 'leak', t: 'x'.repeat(9000) }).events;
    expect(event?.text).toHaveLength(1001);
    const many = Array.from({ length: 1001 }, () => ({ k: 'leak' }));
    expect(map({ kind: 'k' }, many)).toMatchObject({ events: [], refused: [expect.stringContaining('1001 events')] });
  });

  it('refuses an alarm in a state that stands in no table', () => {
    const mapping = { id: 'id', kind: 'k', state: 's', states: { on: 'unacknowledged', off: 'normal' } };
    const { events, refused } = map(mapping, [
      { id: 1, k: 'fire', s: 'on' },
      { id: 2, k: 'fire', s: 'maybe' },
    ]);
    expect(events).toMatchObject([{ id: '1', state: 'unacknowledged' }]);
    expect(refused).toEqual([expect.stringContaining('alarm 2 is "maybe"')]);
  });
});

describe('the events of a source', () => {
  const told = (book: EventBook, mapping: object, message: unknown) =>
    map(mapping, message).events.flatMap((event) => book.take(event) ?? []);

  it('are named in both languages, and each is told once', () => {
    const book = new EventBook();
    const first = told(book, findings, round);
    expect(first.map(({ kind }) => kind)).toEqual(['told.leak', 'told.overheating', 'told.unknown']);
    expect(first[0]).toMatchObject({
      time: NOW - 60_000,
      text: 'leak at pump P-101: drops under the seal, seen by 张三',
      who: ['张三'],
      detail: { id: '17', word: 'LEAK_01', zh: '泄漏', en: 'leak', zone: 'tank-farm', priority: 'high', lon: 118.5 },
    });
    expect(told(book, findings, round)).toEqual([]);
  });

  it('of an unknown kind are told with the sender’s word and what to do', () => {
    const [event] = told(new EventBook(), { kind: 'code' }, { code: 'ALIEN' });
    expect(event?.text).toBe('unknown event ALIEN; name the meaning of "ALIEN" under kinds');
    expect(event?.detail).toMatchObject({ word: 'ALIEN', zh: '未知事件 ALIEN' });
  });

  const panel = { id: 'loop', kind: "'fire'", state: 's', states: { on: 'unacknowledged', off: 'normal' }, time: 't' };

  it('that are alarms tell each change once, whatever is repeated', () => {
    const book = new EventBook();
    const say = (s: string, t: number) =>
      told(book, panel, { loop: 'L1', s, t: NOW + t }).map(({ detail }) => detail?.['change']);
    expect([say('on', -5000), say('on', -4000), say('off', -3000), say('off', -2000), say('on', -1000)]).toEqual([
      ['raised'],
      [],
      ['cleared'],
      [],
      ['raised'],
    ]);
  });

  it('that are alarms end although they were raised before the agent started', () => {
    const book = new EventBook();
    const [over] = told(book, panel, { loop: 'L1', s: 'off' });
    expect(over?.detail).toMatchObject({ alarm: 'L1', state: 'normal', isRetained: false, condition: 'fire' });
    expect(told(book, panel, { loop: 'L1', s: 'off' })).toEqual([]);
  });
});

describe('options of events', () => {
  const faults = (events: object) => {
    const transport = { kind: 'mqtt', url: 'mqtt://127.0.0.1:1', topics: ['x'] };
    const options = jsonFeed.schema.parse({ transport, events: [events] });
    return jsonFeed.check?.(options, []).map(({ what, path }) => [what, path.join('.')]);
  };

  it('that do not belong together are faults at their place', () => {
    expect(faults({ kind: 'k', state: 's' })).toEqual([['an alarm without an id', 'events.0.state']]);
    expect(faults({ kind: 'k', zones: { a: 'b' } })).toEqual([['zones without zone', 'events.0.zones']]);
    expect(faults({ kind: 'k', lat: 'y' })).toEqual([['half a place on earth', 'events.0.lat']]);
    expect(faults({ kind: 'k', id: 'i', state: 's', states: { on: 'unacknowledged' } })).toEqual([]);
  });

  it('that map to a kind which does not exist are refused', () => {
    expect(eventMappingSchema.safeParse({ kind: 'k', kinds: { X: 'leek' } }).success).toBe(false);
  });
});
