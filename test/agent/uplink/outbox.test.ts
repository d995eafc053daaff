import { describe, expect, it } from 'vitest';
import { pointId, receiverId } from '#agent/model/ids.ts';
import type { LaneOptions } from '#agent/model/receiver.ts';
import { createOutbox, type Flight, type Outbox } from '#agent/uplink/outbox.ts';
import { firewatchJson } from '#agent/uplink/profiles/firewatch-json.ts';
import { createSelection, type SelectionOptions } from '#agent/uplink/select/selection.ts';
import { defaultTuning, type Tuning } from '#agent/uplink/tuning.ts';
import type { LinkLimits } from '#agent/uplink/window.ts';
import { site } from './harness.ts';
import { gap, memoryJournal, samples, transition, type MemoryJournal } from './memory-journal.ts';

const START = 1_790_000_000_000;
const AMPLE: LinkLimits = { inFlight: 65_535, messageBytes: Infinity };

interface Bench {
  readonly journal: MemoryJournal;
  readonly outbox: Outbox;
  readonly at: (ms: number) => { wallMs: number; monotonicMs: number };
  /** Everything that may be sent now, as `lane stream seq`. */
  readonly send: (ms?: number) => string[];
  readonly accept: (ms?: number) => void;
  readonly flying: Flight[];
}

function bench(
  changes: {
    selection?: SelectionOptions;
    lanes?: Partial<LaneOptions>;
    tuning?: Partial<Tuning>;
    journal?: MemoryJournal;
    limits?: LinkLimits;
  } = {},
): Bench {
  const journal = changes.journal ?? memoryJournal();
  const outbox = createOutbox({
    receiver: {
      id: receiverId('park'),
      lanes: {
        alarm: { streams: ['alarm', 'event', 'gap'] },
        live: { streams: ['sample'], withinMs: 30_000 },
        backfill: { samplesPerSecond: 1_000_000 },
        inFlight: 20,
        ...changes.lanes,
      },
    },
    reader: journal,
    profile: firewatchJson(site),
    selection: () => createSelection({ reader: journal, ...changes.selection }),
    tuning: { ...defaultTuning, ...changes.tuning },
  });
  outbox.connected(changes.limits ?? AMPLE);
  const at = (ms: number) => ({ wallMs: START + ms, monotonicMs: ms });
  const flying: Flight[] = [];
  const send = (ms = 0): string[] => {
    const sent: string[] = [];
    for (let flight = outbox.next(at(ms)); flight; flight = outbox.next(at(ms))) {
      flying.push(flight);
      const { seq, after, lane, stream, part, body } = JSON.parse(flight.message.payload.toString());
      sent.push(
        `${lane} ${stream} ${after === seq - 1 ? '' : `${after}…`}${seq}${part ? `/${part.first}` : ''}${body ? '' : ' (no record)'}`,
      );
    }
    return sent;
  };
  const accept = (ms = 0): void => {
    for (const flight of flying.splice(0)) outbox.settle(flight, { type: 'accepted' }, at(ms));
  };
  return { journal, outbox, at, send, accept, flying };
}

const backlog = (journal: MemoryJournal, records: number, everyMs = 1_000): void => {
  for (let seq = 1; seq <= records; seq += 1)
    journal.addSamples(START + seq * everyMs, samples(START + seq * everyMs, 3));
};

describe('lanes', () => {
  it('lets an alarm overtake samples that wait', () => {
    const { journal, send } = bench();
    backlog(journal, 2);
    journal.addAlarm(START + 5_000);
    expect(send(5_000)).toEqual(['alarm alarm 1', 'live sample 1', 'live sample 2']);
  });

  it('keeps a place for an alarm when the window is full of samples', () => {
    const { journal, send } = bench({ lanes: { inFlight: 2 } });
    backlog(journal, 5);
    expect(send(5_000)).toEqual(['live sample 1', 'live sample 2']);
    journal.addAlarm(START + 5_000);
    expect(send(5_000)).toEqual(['alarm alarm 1']);
  });

  it('never sends more than the broker takes', () => {
    const { journal, send } = bench({ limits: { inFlight: 3, messageBytes: Infinity } });
    backlog(journal, 9);
    for (let count = 0; count < 9; count += 1) journal.addAlarm(START);
    expect(send(5_000)).toHaveLength(3);
  });

  it('jumps to the newest after an outage and fills the hole beside it, oldest first', () => {
    const { journal, send, accept, outbox } = bench({ lanes: { inFlight: 4 } });
    backlog(journal, 100);
    expect(send(100_000)).toEqual(['live sample 99…100', 'backfill sample 1', 'backfill sample 2'].map(justSeq));
    expect(outbox.cursors.get('sample')).toEqual({ acknowledged: 99, holes: [{ after: 0, seq: 99 }] });
    accept(100_100);
    expect(outbox.cursors.get('sample')).toEqual({ acknowledged: 100, holes: [{ after: 2, seq: 99 }] });
    journal.addSamples(START + 100_200, samples(START, 3));
    expect(send(100_200)[0]).toBe('live sample 101');
  });

  it('sends backfill no faster than agreed, and live beside it', () => {
    const { journal, send, accept } = bench({ lanes: { backfill: { samplesPerSecond: 12 } } });
    backlog(journal, 100);
    const sent: string[] = [];
    for (let ms = 100_000; ms <= 110_000; ms += 50) {
      if (ms % 1_000 === 0) journal.addSamples(START + ms, samples(START, 3));
      sent.push(...send(ms));
      accept(ms);
    }
    expect(sent.filter((message) => message.startsWith('backfill')).length).toBeGreaterThanOrEqual(38);
    expect(sent.filter((message) => message.startsWith('backfill')).length).toBeLessThanOrEqual(43);
    expect(sent.filter((message) => message.startsWith('live'))).toHaveLength(11);
  });

  it('goes on where it was after a restart, holes included', () => {
    const first = bench();
    backlog(first.journal, 50);
    first.send(100_000);
    first.accept(100_000);
    first.outbox.flush();
    const { holes, acknowledged } = first.outbox.cursors.get('sample');
    const second = bench({ journal: first.journal });
    expect(second.outbox.cursors.get('sample')).toEqual({ holes, acknowledged });
    expect(second.send(100_000)[0]).toBe(`backfill sample ${(holes[0]?.after ?? NaN) + 1}`);
  });

  it('sends again what was acknowledged just before the connection broke, since a killed broker forgets it', () => {
    const { journal, send, accept, outbox, at } = bench();
    journal.addAlarm(START);
    journal.addAlarm(START);
    send(0);
    accept(0);
    journal.addAlarm(START);
    send(60_000);
    accept(60_000);
    outbox.lost(at(60_500));
    outbox.connected(AMPLE);
    expect(send(61_000)).toEqual(['alarm alarm 3']);
  });
});

const justSeq = (text: string): string => text.replace('99…', '');

describe('accounting', () => {
  it('tells what expired before it could be sent, in the message that follows', () => {
    const { journal, send, flying } = bench();
    for (let count = 0; count < 5; count += 1) journal.addAlarm(START);
    journal.expire('alarm', 3);
    expect(send()).toEqual(['alarm alarm 0…4', 'alarm alarm 5']);
    expect(JSON.parse(flying[0]?.message.payload.toString() ?? '')).toMatchObject({
      skipped: { expired: 3, filtered: 0, quarantined: 0 },
    });
  });

  it('accounts for a tail of expired records that nothing follows', () => {
    const { journal, send, accept, outbox } = bench({ tuning: { coverageAfterMs: 1_000 } });
    for (let count = 0; count < 5; count += 1) journal.addAlarm(START);
    journal.expire('alarm', 5);
    expect(send(0)).toEqual([]);
    expect(send(1_000)).toEqual(['alarm alarm 0…5 (no record)']);
    accept(1_000);
    expect(outbox.cursors.get('alarm').acknowledged).toBe(5);
  });

  it('accounts for records that the receiver does not want, and joins them to the next one that it does', () => {
    const { journal, send, accept, outbox, flying } = bench({
      selection: { filter: { points: ['wanted'] } },
      tuning: { coverageAfterMs: 1_000 },
    });
    const alarm = (point: string): void =>
      void journal.add({ stream: 'alarm', time: START, body: { ...transition(START), point: pointId(point) } });
    for (const point of ['other', 'other', 'wanted', 'other']) alarm(point);
    expect(send(0)).toEqual(['alarm alarm 0…3']);
    expect(JSON.parse(flying[0]?.message.payload.toString() ?? '')).toMatchObject({ skipped: { filtered: 2 } });
    expect(send(1_500)).toEqual(['alarm alarm 4 (no record)']);
    accept(1_500);
    expect(outbox.cursors.get('alarm').acknowledged).toBe(4);
  });

  it('thins samples afresh after a jump, so that the first one after a hole is always sent', () => {
    const { journal, send, accept } = bench({
      selection: { sampling: { mode: 'on-change', deadband: 0, atLeastEveryMs: 1e9 } },
      tuning: { coverageAfterMs: 1_000, overlapMs: 0 },
    });
    const still = (time: number): void => void journal.addSamples(START + time, samples(START, 1));
    still(0);
    expect(send(0)).toEqual(['live sample 1']);
    accept(0);
    still(100);
    expect(send(1_200)).toEqual([]);
    for (const time of [2_000, 3_000, 100_000]) still(time);
    expect(send(100_000)).toEqual(['live sample 5', 'backfill sample 2', 'backfill sample 2…4 (no record)']);
  });

  it('moves a cursor only over what is acknowledged without a break', () => {
    const { journal, send, outbox, flying, at } = bench();
    for (let count = 0; count < 3; count += 1) journal.addAlarm(START);
    send();
    const [first, second, third] = flying;
    for (const flight of [third, second]) if (flight) outbox.settle(flight, { type: 'accepted' }, at(1));
    expect(outbox.cursors.get('alarm').acknowledged).toBe(0);
    if (first) outbox.settle(first, { type: 'accepted' }, at(1));
    expect(outbox.cursors.get('alarm').acknowledged).toBe(3);
  });

  it('splits a large block by place, so that parts of another size still fit after a reconnect', () => {
    const { journal, send, accept, outbox, at, flying } = bench({ tuning: { messageBytes: 4_096 } });
    journal.addSamples(START, samples(START, 800));
    expect(send()).toEqual(['live sample 1/0', 'live sample 1/200', 'live sample 1/400', 'live sample 1/600']);
    expect(flying.every((flight) => flight.message.payload.length <= 4_096)).toBe(true);
    outbox.lost(at(10));
    outbox.connected(AMPLE);
    flying.splice(0);
    expect(send(20)).toHaveLength(3);
    accept(20);
    expect(outbox.cursors.get('sample').acknowledged).toBe(0);
    expect(send(30)).toHaveLength(1);
    accept(30);
    expect(outbox.cursors.get('sample').acknowledged).toBe(1);
  });
});

describe('messages that the receiver does not take', () => {
  const refused = { type: 'refused', reason: 'payload format invalid (0x99)', isMessageFault: true } as const;

  it('are put into quarantine after some tries, accounted for, and block nothing', () => {
    const { journal, outbox, send, accept, flying, at } = bench({ tuning: { tries: 3, retryMs: 10 } });
    for (let count = 0; count < 3; count += 1) journal.addAlarm(START);
    send();
    for (let count = 0; count < 3; count += 1) {
      const poison = flying.find((flight) => flight.dispatch.step.span.seq === 2);
      if (!poison) throw new Error('the message was not sent');
      flying.splice(flying.indexOf(poison), 1);
      outbox.settle(poison, refused, at(100 * count));
      send(100 * count + 50);
    }
    accept(400);
    expect(outbox.cursors.get('alarm').acknowledged).toBe(3);
    expect(outbox.quarantined).toMatchObject([{ stream: 'alarm', seq: 2, reason: refused.reason }]);
    outbox.flush();
    expect(bench({ journal }).outbox.quarantined).toHaveLength(1);
  });

  it('are found even when they break the connection, and their neighbours are not blamed', () => {
    const { journal, outbox, send, accept, flying, at } = bench({ tuning: { tries: 3, overlapMs: 0 } });
    for (let count = 0; count < 4; count += 1) journal.addAlarm(START);
    for (let round = 0; round < 20 && outbox.quarantined.length === 0; round += 1) {
      send(round * 100);
      for (const flight of flying.splice(0)) {
        if (flight.dispatch.step.span.seq === 3) break;
        outbox.settle(flight, { type: 'accepted' }, at(round * 100));
        send(round * 100);
      }
      outbox.lost(at(round * 100 + 50));
      outbox.connected(AMPLE);
    }
    expect(outbox.quarantined).toMatchObject([{ stream: 'alarm', seq: 3 }]);
    const later: string[] = [];
    for (let ms = 10_000; ms < 10_010; ms += 1) {
      later.push(...send(ms));
      accept(ms);
    }
    expect(later.slice(0, 1)).toEqual(['alarm alarm 3 (no record)']);
    expect(outbox.cursors.get('alarm').acknowledged).toBe(4);
  });

  it('are not suspected when nothing at all gets through, however long that lasts', () => {
    const { journal, outbox, send, accept, flying, at } = bench({ tuning: { tries: 3 } });
    for (let count = 0; count < 30; count += 1) journal.addAlarm(START);
    backlog(journal, 30);
    for (let round = 0; round < 200; round += 1) {
      send(round * 100);
      flying.splice(0);
      outbox.lost(at(round * 100 + 50));
      outbox.connected(AMPLE);
    }
    const later: string[] = [];
    for (let ms = 30_000; outbox.cursors.get('alarm').acknowledged < 30 && ms < 31_000; ms += 1) {
      later.push(...send(ms));
      accept(ms);
    }
    expect(outbox.quarantined).toEqual([]);
    expect(outbox.cursors.get('alarm').acknowledged).toBe(30);
    expect(later.some((message) => message.includes('no record'))).toBe(false);
  });

  it('do not keep others from getting through a link that breaks all the time', () => {
    const { journal, outbox, send, flying, at } = bench({ tuning: { tries: 3 } });
    for (let count = 0; count < 100; count += 1) journal.addAlarm(START);
    let ms = 0;
    for (let round = 0; round < 300 && outbox.cursors.get('alarm').acknowledged < 100; round += 1) {
      ms += 20;
      send(ms);
      for (const flight of flying.splice(0).slice(0, 6)) {
        ms += 1;
        outbox.settle(flight, { type: 'accepted' }, at(ms));
      }
      outbox.lost(at(ms));
      outbox.connected(AMPLE);
    }
    expect(outbox.cursors.get('alarm').acknowledged).toBe(100);
    expect(outbox.quarantined).toEqual([]);
  });

  it('are not blamed when the whole topic is refused: the stream is held, the others go on', () => {
    const { journal, outbox, send, flying, at } = bench();
    journal.addAlarm(START);
    journal.add({ stream: 'event', time: START, body: { time: START, kind: 'k', text: 't', flags: 0 } });
    send();
    const [alarm, event] = flying.splice(0);
    if (!alarm || !event) throw new Error('nothing was sent');
    const denied = { type: 'refused', reason: 'not authorized (0x87)', isMessageFault: false } as const;
    for (let count = 0; count < 10; count += 1) {
      outbox.settle(count === 0 ? alarm : (flying.splice(0)[0] ?? alarm), denied, at(count * 100_000));
      send((count + 1) * 100_000);
    }
    outbox.settle(event, { type: 'accepted' }, at(5));
    expect(outbox.quarantined).toEqual([]);
    expect(outbox.counts.find((count) => count.stream === 'alarm')?.held).toMatch(/not authorized/);
    expect(outbox.cursors.get('event').acknowledged).toBe(1);
  });

  it('are only those above what the receiver takes: a long gap record goes whole over a slow link', () => {
    const { journal, outbox, send } = bench({ tuning: { messageBytes: 4_096 } });
    const points = Array.from({ length: 2_000 }, (_, index) => pointId(`T-${index}.temperature`));
    journal.add({ stream: 'gap', time: START, body: { ...gap(START), points } });
    expect(send()).toEqual(['alarm gap 1']);
    expect(outbox.quarantined).toEqual([]);
  });

  it('are put into quarantine when no message can be made of them', () => {
    const { journal, outbox, send } = bench({ limits: { inFlight: 10, messageBytes: 1_500 } });
    const body = { ...transition(START), why: 'x'.repeat(5_000) };
    journal.add({ stream: 'alarm', time: START, body });
    journal.addAlarm(START);
    expect(send()).toEqual(['alarm alarm 1 (no record)', 'alarm alarm 2']);
    expect(outbox.quarantined[0]?.reason).toMatch(/makes a message of \d+ bytes; the receiver takes 1500/);
  });
});

describe('what a receiver may be sent, and when', () => {
  const minute = 60_000;

  it('sends a lane only within its window, alarms always, and what waited by backfill', () => {
    // START is a time of day in UTC; the lane opens two minutes later, for a minute.
    const time = 60 * new Date(START).getUTCHours() + new Date(START).getUTCMinutes();
    const windows = { timeZone: 'UTC', spans: [{ from: (time + 2) % 1440, to: (time + 3) % 1440 }] };
    const { journal, outbox, send, accept } = bench({
      lanes: {
        live: { streams: ['sample'], withinMs: 30_000, windows },
        backfill: { samplesPerSecond: 1e6, windows },
      },
    });
    backlog(journal, 3);
    journal.addAlarm(START);
    expect(send(5_000)).toEqual(['alarm alarm 1']);
    expect(outbox.counts.filter(({ held }) => held !== undefined).map(({ lane }) => lane)).toEqual([
      'live',
      'backfill',
    ]);
    accept(5_000);
    expect(send(2 * minute).sort()).toEqual(['backfill sample 1', 'backfill sample 2', 'backfill sample 3']);
    expect(outbox.counts.every(({ held }) => held === undefined)).toBe(true);
    accept(2 * minute);
    journal.addSamples(START + 3 * minute, samples(START + 3 * minute, 3));
    expect(send(3 * minute)).toEqual([]);
  });

  it('keeps to its bytes a minute on average, whatever waits, and lets alarms through', () => {
    const bytesPerMinute = 60_000;
    const { journal, outbox, at } = bench({ lanes: { bytesPerMinute } });
    for (let count = 0; count < 200; count += 1) journal.addSamples(START, samples(START, 10));
    let bytes = 0;
    const run = (ms: number): void => {
      for (let flight = outbox.next(at(ms)); flight; flight = outbox.next(at(ms))) {
        bytes += flight.message.payload.length;
        outbox.settle(flight, { type: 'accepted' }, at(ms));
      }
    };
    for (let ms = 0; ms <= minute; ms += 50) run(ms);
    expect(bytes).toBeGreaterThan(0.9 * bytesPerMinute);
    expect(bytes).toBeLessThan(1.1 * bytesPerMinute);
    for (let count = 0; count < 50; count += 1) journal.addAlarm(START);
    run(minute);
    expect(outbox.counts.find(({ stream }) => stream === 'alarm')?.acknowledged).toBe(50);
  });
});
