import { describe, expect, it } from 'vitest';
import { ReplyShapes } from '#drivers/modbus/reply-shape.ts';
import type { ReadRequest } from '#drivers/modbus/request.ts';

const LATE_MS = 3000;
const read = (start: number, count = 10, unit = 1): ReadRequest => ({
  kind: 'read',
  unit,
  area: 'holding',
  start,
  count,
});

/** Registers asked for by requests made one after the other, or how long one has to wait. */
function ask(shapes: ReplyShapes, requests: readonly (readonly [ReadRequest, number])[]): (number | string)[] {
  return requests.map(([request, now]) => {
    const chosen = shapes.choose(request, 125, now);
    if ('waitMs' in chosen) return `wait ${chosen.waitMs}`;
    shapes.asked(chosen, now);
    return chosen.count;
  });
}

describe('requests that could get each other’s replies', () => {
  it('differ in length while one may still be answered', () => {
    const shapes = new ReplyShapes(LATE_MS, false);
    expect(
      ask(shapes, [
        [read(0), 0],
        [read(100), 10],
        [read(200), 20],
        [read(300), 1000],
      ]),
    ).toEqual([10, 11, 12, 10]);
  });

  it('are as short as they can be on a healthy line with one block', () => {
    const shapes = new ReplyShapes(LATE_MS, false);
    expect(
      ask(shapes, [
        [read(0), 0],
        [read(0), 1000],
        [read(0), 2000],
      ]),
    ).toEqual([10, 10, 10]);
  });

  it('differ even for the same registers after a lost reply, until the watch is over', () => {
    const shapes = new ReplyShapes(LATE_MS, false);
    expect(ask(shapes, [[read(0), 0]])).toEqual([10]);
    shapes.lost(1, 500);
    expect(
      ask(shapes, [
        [read(0), 1000],
        [read(0), 2000],
        [read(0), 3000],
        [read(0), 70_000],
        [read(0), 71_000],
      ]),
    ).toEqual([11, 12, 10, 10, 10]);
  });

  it('always differ behind a network', () => {
    const shapes = new ReplyShapes(LATE_MS, true);
    expect(
      ask(shapes, [
        [read(0), 0],
        [read(0), 1000],
        [read(0), 2000],
        [read(0), 3000],
      ]),
    ).toEqual([10, 11, 12, 10]);
  });

  it('wait where the device allows no other length', () => {
    const shapes = new ReplyShapes(LATE_MS, false);
    ask(shapes, [[read(0, 125), 0]]);
    shapes.lost(1, 500);
    expect(
      ask(shapes, [
        [read(0, 125), 1000],
        [read(0, 125), 3000],
      ]),
    ).toEqual(['wait 2000', 125]);
  });

  it('wait where the device refused to be asked for more', () => {
    const shapes = new ReplyShapes(LATE_MS, false);
    ask(shapes, [[read(0), 0]]);
    shapes.refuseWidening(read(0));
    shapes.stray(500);
    expect(ask(shapes, [[read(0), 1000]])).toEqual(['wait 2000']);
  });

  it('of other units are no matter', () => {
    const shapes = new ReplyShapes(LATE_MS, true);
    expect(
      ask(shapes, [
        [read(0), 0],
        [read(0, 10, 2), 1],
        [read(0, 10, 3), 2],
      ]),
    ).toEqual([10, 10, 10]);
  });

  it('never reach behind register 65535', () => {
    const shapes = new ReplyShapes(LATE_MS, true);
    expect(
      ask(shapes, [
        [read(65526), 0],
        [read(65526), 1],
      ]),
    ).toEqual([10, 10]);
  });
});
