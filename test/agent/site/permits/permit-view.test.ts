import { expect, it } from 'vitest';
import { Flag } from '#agent/model/flags.ts';
import { FakeClock } from '../../journal/journal-fixture.ts';
import { HOUR, MINUTE, permitAt } from './permit-fixture.ts';
import { watched } from './watched-permits.ts';

const now = new FakeClock().now();
const zone = ', detectors: [{ point: GAS-1, gas: methane }], guardian: guard, people: people';
const more = `    cameras: [{ id: cam-1, blind: blind }]
    qualifications:
      - { person: P1, works: [hot-work], until: "${new Date(now + HOUR).toISOString()}" }
    suspensions:
      - { from: "${new Date(now + HOUR).toISOString()}", to: "${new Date(now + 9 * HOUR).toISOString()}", reason: 国庆节 }
      - { from: "${new Date(now - 9 * HOUR).toISOString()}", to: "${new Date(now - HOUR).toISOString()}", reason: over }
`;
const methane = (minutesAgo: number, value: number) => ({
  time: now - minutesAgo * MINUTE,
  place: '法兰处',
  readings: [{ gas: 'methane', value, unit: '%LEL' as const }],
});

it('shows a permit as its life, its gas tests with their verdicts, its people by role and its cameras', () => {
  const { hear, play, wait, view } = watched({ zone, more });
  wait(10_000);
  play({ 'GAS-1': 1, guard: true, people: 3, blind: true });
  const given = { cameras: ['cam-1', 'cam-9'], flags: Flag.sim, gasTests: [methane(20, 12), methane(10, 1)] };
  hear(
    permitAt(now, { version: 1, state: 'approved', sourceTime: now - HOUR }),
    permitAt(now, { version: 2, ...given }),
  );
  const shown = view();
  expect(shown).toMatchObject({ name: 'work', quality: 'good', total: 1 });
  expect(shown.permits[0]).toMatchObject({
    id: 'H-1',
    began: now,
    flags: Flag.sim,
    turns: [
      { time: now - HOUR, state: 'approved' },
      { time: now, state: 'active' },
    ],
    gasTests: [
      {
        place: '法兰处',
        readings: [{ value: 12, is: 'beyond', why: { zh: 'methane 12 %LEL = 0.6 %VOL，限值 0.5 %VOL' } }],
      },
      { readings: [{ value: 1, is: 'within' }] },
    ],
    people: [
      { role: 'worker', qualified: 'yes', isHere: null },
      { role: 'guardian', qualified: 'unknown', isHere: null },
    ],
    cameras: [
      { id: 'cam-1', sees: 'no' },
      { id: 'cam-9', sees: 'unknown' },
    ],
  });
  expect(JSON.stringify(shown.permits[0]?.people)).not.toContain('P1');
});

it('shows the worst violation first, since when and why in both languages', () => {
  const { hear, view, clock, wait } = watched();
  hear(permitAt(clock.now(), { cameras: ['cam-9'], gasTests: [methane(10, 12)] }));
  wait(MINUTE);
  const [permit] = view().permits;
  expect(permit?.violations.map(({ kind }) => kind)).toEqual(['gas-over-limit', 'camera-unjudged']);
  expect(permit?.violations[0]).toMatchObject({
    zh: '气体分析不合格',
    subject: 'methane',
    since: now,
    why: { zh: 'methane 12 %LEL = 0.6 %VOL，限值 0.5 %VOL', en: 'methane 12 %LEL = 0.6 %VOL, limit 0.5 %VOL' },
    clause: 'GB 30871-2022 第5章 (known-well)',
  });
});

it('shows the zones with guardian, people and detectors, and the suspensions that run or come', () => {
  const { hear, play, view } = watched({ zone, more });
  play({ 'GAS-1': 12, guard: false, people: 3, blind: false });
  hear(permitAt(now));
  const shown = view();
  expect(shown.zones[0]).toMatchObject({
    id: 'tank-farm',
    active: 1,
    guardian: 'no',
    people: 3,
    detectors: [{ point: 'GAS-1', gas: 'methane', is: 'beyond' }],
  });
  expect(shown.zones[2]).toMatchObject({ id: 'far', active: 0, guardian: null, people: null, detectors: [] });
  expect(shown.suspensions.map(({ reason }) => reason)).toEqual(['国庆节']);
});
