import { array, assert, constantFrom, integer, property, record } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Flag } from '#agent/model/flags.ts';
import { pointId } from '#agent/model/ids.ts';
import { bad, GOOD } from '#agent/model/quality.ts';
import type { Quality } from '#agent/model/quality.ts';
import type { SampleValue } from '#agent/model/sample.ts';
import type { ValveDefinition } from '#agent/model/valve.ts';
import { readValveMemory } from '#agent/site/valves/memory.ts';
import type { ValveMemory } from '#agent/site/valves/memory.ts';
import { createValveWatch } from '#agent/site/valves/valve-watch.ts';
import { FakeClock } from '../../journal/journal-fixture.ts';

const contact = (name: string) => ({ point: pointId(name), on: true });
const definition: ValveDefinition = {
  id: 'valve/XV-1',
  name: 'XV-1',
  open: contact('zso'),
  closed: contact('zsc'),
  command: contact('cmd'),
  partialStroke: { ...contact('pst'), longestMs: 60_000 },
  strokeMs: 10_000,
  commandLagMs: 1000,
  statePoint: pointId('state'),
  discrepancyPoint: pointId('discrepancy'),
  uncommandedPoint: pointId('uncommanded'),
  testOverduePoint: pointId('overdue'),
  strokeTimePoint: pointId('stroke'),
  repeatMs: 5000,
};

type Given = Readonly<Record<string, SampleValue | readonly [SampleValue, Quality]>>;

function watched(memory?: ValveMemory, flags = 0, clock = new FakeClock()) {
  const watch = createValveWatch(definition, clock, memory);
  const told = new Map<string, { value: SampleValue; quality: Quality; flags: number }>();
  const events: string[] = [];
  const note = ({ samples, events: happened }: ReturnType<typeof watch.onTick>) => {
    for (const { point, value, quality, flags: carried } of samples)
      told.set(point, { value, quality, flags: carried });
    for (const { kind, text } of happened) events.push(`${kind} ${text}`);
  };
  return {
    clock,
    watch,
    told,
    events,
    play: (given: Given) =>
      note(
        watch.onSamples(
          Object.entries(given).map(([point, what]) => {
            const [value, quality] = Array.isArray(what)
              ? (what as [SampleValue, Quality])
              : [what as SampleValue, GOOD];
            const time = clock.now();
            return { point: pointId(point), value, quality, sourceTime: time, receiveTime: time, flags };
          }),
        ),
      ),
    /** Lets time pass, with every turn that the watch asks for. */
    wait: (ms: number) => {
      const end = clock.monotonic() + ms;
      for (;;) {
        const due = Math.max(watch.nextDue() ?? end, clock.monotonic());
        if (due > end) break;
        clock.pass(due - clock.monotonic());
        note(watch.onTick());
        if (due === end) break;
        if ((watch.nextDue() ?? Infinity) <= clock.monotonic())
          throw new Error('the watch asks for the same moment again');
      }
      clock.pass(end - clock.monotonic());
    },
    value: (point: string) => told.get(point)?.value,
    level: (point: string) => told.get(point)?.quality.level,
  };
}

const open = { zso: true, zsc: false };
const closed = { zso: false, zsc: true };
const between = { zso: false, zsc: false };
const settledOpen = () => {
  const valve = watched();
  valve.play({ ...open, cmd: true, pst: false });
  return valve;
};

describe('a shut-off valve', () => {
  it.each([
    [open, 'open'],
    [closed, 'closed'],
    [between, 'travelling'],
    [{ zso: true, zsc: true }, 'switch-fault'],
  ])('with %o is %s', (switches, state) => {
    const { play, value, level } = watched();
    play(switches);
    expect([value('state'), level('state')]).toEqual([state, 'good']);
  });

  it('that takes longer than half as much again as its stroke has a travel fault, and loses it when it arrives', () => {
    const { play, wait, value } = settledOpen();
    play({ ...between, cmd: false });
    wait(14_900);
    expect([value('state'), value('discrepancy')]).toEqual(['travelling', false]);
    wait(200);
    expect([value('state'), value('discrepancy')]).toEqual(['travel-fault', true]);
    play(closed);
    expect([value('state'), value('discrepancy')]).toEqual(['closed', false]);
  });

  it('tells the time of each stroke on command', () => {
    const { play, wait, value, events } = settledOpen();
    play({ cmd: false });
    wait(500);
    play(between);
    wait(6000);
    play(closed);
    expect(value('stroke')).toBe(6.5);
    expect(events).toContain('valve.stroke XV-1: closed after 6.5 s');
  });

  it('that leaves its place without a command is told at once, but for the lag of its command', () => {
    const { play, wait, value, events } = settledOpen();
    play(between);
    expect(value('uncommanded')).toBe(false);
    wait(1000);
    expect([value('uncommanded'), value('discrepancy')]).toEqual([true, true]);
    expect(events.filter((text) => text.startsWith('valve.uncommanded'))).toHaveLength(1);
    play(closed);
    expect(value('uncommanded')).toBe(true);
    play(open);
    expect([value('uncommanded'), value('discrepancy')]).toEqual([false, false]);
  });

  it('whose command is read a moment after the move moved on command', () => {
    const { play, wait, value } = settledOpen();
    play(between);
    wait(800);
    play({ cmd: false });
    wait(5000);
    expect([value('uncommanded'), value('discrepancy')]).toEqual([false, false]);
  });

  it('may drop its open switch during a partial-stroke test, not reach the closed one, and not for ever', () => {
    const { play, wait, value } = settledOpen();
    play({ pst: true });
    play(between);
    wait(20_000);
    expect([value('uncommanded'), value('discrepancy'), value('overdue')]).toEqual([false, false, false]);
    play(closed);
    wait(1000);
    expect(value('uncommanded')).toBe(true);
    play(open);
    wait(40_000);
    expect(value('overdue')).toBe(true);
    play(between);
    wait(1000);
    expect(value('uncommanded')).toBe(true);
  });

  it('whose switches are in doubt keeps its state with their quality, and takes back no fault', () => {
    const { play, wait, value, level } = settledOpen();
    play(between);
    wait(1000);
    play({ zso: [true, bad('comm-lost')] });
    expect([value('state'), level('state')]).toEqual(['travelling', 'bad']);
    expect([value('uncommanded'), level('uncommanded')]).toEqual([true, 'good']);
  });

  it('remembers over a restart what it was told and that it moved without a command', () => {
    const before = settledOpen();
    before.play(between);
    before.wait(1000);
    const memory = readValveMemory(JSON.parse(JSON.stringify(before.watch.memory())));
    const after = watched(memory);
    after.play({ ...between, cmd: true, pst: false });
    expect(after.value('uncommanded')).toBe(true);
    expect(after.events.filter((text) => text.startsWith('valve.uncommanded'))).toEqual([]);
  });

  it('in mid-stroke over a restart has the rest of its time, and its stroke is told', () => {
    const before = settledOpen();
    before.play({ ...between, cmd: false });
    before.wait(4000);
    const memory = readValveMemory(JSON.parse(JSON.stringify(before.watch.memory())));
    const restarted = () => watched(memory, 0, before.clock);

    const arrives = restarted();
    arrives.play({ ...between, cmd: false, pst: false });
    expect([arrives.value('state'), arrives.value('discrepancy')]).toEqual(['travelling', false]);
    arrives.wait(2000);
    arrives.play(closed);
    expect(arrives.value('stroke')).toBe(6);

    const hangs = restarted();
    hangs.play({ ...between, cmd: false, pst: false });
    hangs.wait(10_000);
    expect([hangs.value('state'), hangs.value('discrepancy')]).toEqual(['travel-fault', true]);
  });

  it('carries the flag of simulated switches', () => {
    const { play, told } = watched(undefined, Flag.sim);
    play(open);
    expect([...told.values()].every(({ flags }) => flags === Flag.sim)).toBe(true);
  });

  it('is never called healthy again by what is not good', () => {
    const doubt = constantFrom(bad('comm-lost'), bad('stale'), bad('sensor-fault'));
    const sample = record({
      point: constantFrom('zso', 'zsc', 'cmd', 'pst'),
      value: constantFrom<SampleValue>(true, false, null),
      quality: doubt,
      wait: integer({ min: 0, max: 30_000 }),
    });
    assert(
      property(array(sample, { maxLength: 30 }), (samples) => {
        const valve = settledOpen();
        valve.play(between);
        valve.wait(1000);
        for (const { point, value, quality, wait } of samples) {
          valve.play({ [point]: [value, quality] });
          valve.wait(wait);
        }
        expect([valve.value('uncommanded'), valve.value('discrepancy')]).toEqual([true, true]);
      }),
    );
  });
});
