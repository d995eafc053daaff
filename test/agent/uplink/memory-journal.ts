import { Subject } from 'rxjs';
import type { AlarmTransition } from '#agent/model/alarm.ts';
import type { Gap } from '#agent/model/event.ts';
import { Flag } from '#agent/model/flags.ts';
import { alarmId, pointId, type ReceiverId, sourceId } from '#agent/model/ids.ts';
import { bad, GOOD } from '#agent/model/quality.ts';
import type { JournalRecord, RecordReader, Stream } from '#agent/model/record.ts';
import type { Sample } from '#agent/model/sample.ts';

/** A journal without a disk: the RecordReader contract over arrays, with expiry and cursors that survive an uplink. */
export interface MemoryJournal extends RecordReader {
  readonly committed$: Subject<Stream>;
  addAlarm(time: number, flags?: number): JournalRecord;
  addSamples(time: number, samples: readonly Sample[]): JournalRecord;
  add(record: Omit<JournalRecord, 'seq'>): JournalRecord;
  expire(stream: Stream, through: number): void;
  heads(): Record<Stream, number>;
}

export function memoryJournal(): MemoryJournal {
  const records: Record<Stream, JournalRecord[]> = {
    alarm: [],
    event: [],
    gap: [],
    audit: [],
    register: [],
    sample: [],
  };
  const heads: Record<Stream, number> = { alarm: 0, event: 0, gap: 0, audit: 0, register: 0, sample: 0 };
  const cursors = new Map<ReceiverId, Map<string, string>>();
  const committed$ = new Subject<Stream>();
  const add = (draft: Omit<JournalRecord, 'seq'>): JournalRecord => {
    heads[draft.stream] += 1;
    const record = { ...draft, seq: heads[draft.stream] } as JournalRecord;
    records[draft.stream].push(record);
    committed$.next(draft.stream);
    return record;
  };
  return {
    committed$,
    add,
    addAlarm: (time, flags = 0) => add({ stream: 'alarm', time, body: transition(time, flags) }),
    addSamples: (time, samples) => add({ stream: 'sample', time, body: samples }),
    expire(stream, through) {
      records[stream] = records[stream].filter((record) => record.seq > through);
    },
    heads: () => ({ ...heads }),
    head: (stream) => heads[stream],
    tail: (stream) => records[stream][0]?.seq ?? heads[stream] + 1,
    read: (stream, after, limit, before = Infinity) =>
      records[stream].filter((record) => record.seq > after && record.seq < before).slice(0, limit),
    cursors: (receiver) => new Map(cursors.get(receiver)),
    setCursors(receiver, entries) {
      cursors.set(receiver, new Map([...(cursors.get(receiver) ?? []), ...entries]));
    },
  };
}

export const transition = (time: number, flags = 0): AlarmTransition => ({
  alarm: alarmId('T-101.temperature/HH'),
  point: pointId('T-101.temperature'),
  source: sourceId('dcs'),
  kind: 'HH',
  event: 'raised',
  from: 'normal',
  to: 'unacknowledged',
  overlay: 'none',
  priority: 'critical',
  occurrence: 1,
  time,
  sourceTime: time - 5,
  value: 96.5,
  quality: GOOD,
  condition: { kind: 'HH', setpoint: 95, deadband: 1 },
  flags,
});

export const gap = (from: number): Gap => ({
  from,
  to: from + 1000,
  reason: 'comm-lost',
  source: sourceId('dcs'),
  points: [pointId('T-101.temperature')],
  lost: 3,
  text: 'no connection',
  flags: 0,
});

/** `count` samples of a few points, a second apart, with a bad one and a simulated one among them. */
export const samples = (time: number, count: number, flags: number = 0): Sample[] =>
  Array.from({ length: count }, (_, index) => ({
    point: pointId(['T-101.temperature', 'P-101.pressure', 'V-101.open'][index % 3] ?? ''),
    value: index % 3 === 2 ? index % 2 === 0 : 20 + index / 10,
    quality: index % 17 === 16 ? bad('comm-lost', 11) : GOOD,
    sourceTime: time + 1000 * Math.floor(index / 3),
    receiveTime: time + 1000 * Math.floor(index / 3) + 20,
    flags,
  }));

export const simulatedSamples = (time: number, count: number): Sample[] => samples(time, count, Flag.sim);
