import { describe, expect, it } from 'vitest';
import { receiverId } from '#agent/model/ids.ts';
import { parseCursor } from '#agent/uplink/cursor.ts';
import type { ResendOrder } from '#agent/model/resend.ts';
import { resend } from '#agent/uplink/resend.ts';
import { receiverOptions } from './harness.ts';
import { memoryJournal, samples } from './memory-journal.ts';

const START = 1_790_000_000_000;

function delivered() {
  const journal = memoryJournal();
  for (let second = 1; second <= 50; second += 1) {
    journal.addAlarm(START + second * 1000);
    journal.addSamples(START + second * 1000, samples(START + second * 1000, 2));
  }
  const all = '{"acknowledged":50,"holes":[]}';
  journal.setCursors(
    receiverId('park'),
    new Map([
      ['alarm', all],
      ['sample', all],
    ]),
  );
  const order = (wanted: ResendOrder) => resend(journal, receiverOptions('mqtt://none'), wanted, START);
  const cursorAfter = (wanted: Exclude<ResendOrder, { readonly items: readonly string[] }>) => {
    const done = order(wanted);
    return done.accepted ? parseCursor(done.cursors.get(wanted.stream)) : done.text;
  };
  return { journal, order, cursorAfter };
}

describe('what was acknowledged and is ordered once more', () => {
  it('is a hole among samples, and a new beginning among alarms, which keep their order', () => {
    const { cursorAfter } = delivered();
    expect(cursorAfter({ stream: 'sample', first: 11, last: 20 })).toEqual({
      acknowledged: 50,
      holes: [{ after: 10, seq: 20 }],
    });
    expect(cursorAfter({ stream: 'alarm', first: 11, last: 20 })).toEqual({ acknowledged: 10, holes: [] });
  });

  it('is found by the time at which it was recorded', () => {
    const { cursorAfter } = delivered();
    const times = { stream: 'sample', from: START + 11_000, to: START + 21_000 } as const;
    expect(cursorAfter(times)).toEqual({ acknowledged: 50, holes: [{ after: 10, seq: 20 }] });
    expect(cursorAfter({ ...times, from: START + 20_500, to: START + 20_900 })).toMatch(/nothing of stream sample/);
  });

  it('is refused where it is not there any more, was never sent, or is too much', () => {
    const { journal, cursorAfter } = delivered();
    journal.expire('sample', 30);
    expect(cursorAfter({ stream: 'sample', first: 1, last: 30 })).toMatch(/begins with 31/);
    expect(cursorAfter({ stream: 'sample', first: 40, last: 51 })).toMatch(/ends with 50/);
    expect(cursorAfter({ stream: 'register', first: 1, last: 1 })).toMatch(/not sent to this receiver/);
    for (let more = 0; more < 100_000; more += 1) journal.addAlarm(START);
    expect(cursorAfter({ stream: 'alarm', first: 1, last: 1 })).toMatch(/100050 records at once/);
  });
});
