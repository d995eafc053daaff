import { expect, it } from 'vitest';
import { zoneId } from '#agent/model/ids.ts';
import { raisedTimes } from '#agent/site/permits/raised-times.ts';
import { FakeClock } from '../../journal/journal-fixture.ts';
import { permitAt } from './permit-fixture.ts';
import { watched } from './watched-permits.ts';

const night = { from: 22 * 60, to: 6 * 60 };

it.each([
  ['2026-11-27T21:59:59+08:00', []],
  ['2026-11-27T22:00:00+08:00', ['夜间']],
  ['2026-11-28T05:59:59+08:00', ['夜间', '公休日']],
  ['2026-11-28T06:00:00+08:00', ['公休日']],
  ['2026-11-30T00:00:00+08:00', ['夜间']],
  ['2026-11-30T12:00:00+08:00', []],
])('hot work at %s is raised for %j', (moment, expected) => {
  expect(raisedTimes({ night, weekends: true }, Date.parse(moment))).toEqual(expected);
});

it('a ticket of the lowest grade is wrong at night, and one that was raised is not', () => {
  const clock = new FakeClock();
  const minutes = ((clock.now() + 8 * 3_600_000) % 86_400_000) / 60_000;
  const at = (minute: number): string =>
    `${String(Math.floor(minute / 60) % 24).padStart(2, '0')}:${String(Math.floor(minute) % 60).padStart(2, '0')}`;
  const { hear, found } = watched({
    more: `    nights: { from: "${at(minutes)}", to: "${at(minutes + 60)}" }\n`,
    clock,
  });
  hear(permitAt(clock.now()), permitAt(clock.now(), { id: 'L-1', work: 'lifting', massT: 10, gasTests: [] }));
  expect(found()).toEqual([]);
  hear(permitAt(clock.now(), { id: 'H-2', grade: 2, zone: zoneId('far') }));
  expect(found()).toEqual(['not-upgraded']);
});
