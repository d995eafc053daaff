import { expect, it } from 'vitest';
import type { PermitFact } from '#agent/model/permit.ts';
import { FakeClock } from '../../journal/journal-fixture.ts';
import { HOUR, permitAt } from './permit-fixture.ts';
import { watched } from './watched-permits.ts';

const now = new FakeClock().now();
const power = (more: Partial<PermitFact> = {}): PermitFact =>
  permitAt(now, { id: 'E-1', work: 'temporary-power', gasTests: [], validTo: now + 5 * HOUR, ...more });

it('temporary power is valid no longer than the hot work that it serves, the longest of several', () => {
  const { hear, found, view } = watched();
  hear(permitAt(now), power({ serves: ['H-1'] }));
  expect(found()).toEqual(['outlasts-work']);
  expect(view().permits.flatMap(({ violations }) => violations)).toMatchObject([
    {
      zh: '临时用电长于所服务的作业',
      subject: 'H-1',
      why: { en: expect.stringMatching(/^valid until .*, H-1 until /), zh: expect.stringContaining('H-1 至') },
      clause: 'GB 30871-2022 第10章 (known-well)',
    },
  ]);
  hear(permitAt(now, { id: 'H-2', validTo: now + 5 * HOUR }), power({ version: 2, serves: ['H-1', 'H-2'] }));
  expect(found()).toEqual([]);
});

it('temporary power ends with the work that it serves', () => {
  const { hear, found } = watched();
  hear(permitAt(now), power({ serves: ['H-1'], validTo: now + HOUR }));
  expect(found()).toEqual([]);
  hear(permitAt(now, { version: 2, state: 'finished' }));
  expect(found()).toEqual(['outlasts-work']);
  hear(power({ version: 2, state: 'finished', serves: ['H-1'] }));
  expect(found()).toEqual([]);
});

it('temporary power whose work nobody names or knows cannot be judged; one that serves no such work can', () => {
  const { hear, wait, found, view } = watched();
  wait(10_000);
  hear(power());
  expect(found()).toEqual(['served-unjudged']);
  hear(power({ version: 2, serves: ['H-9'] }));
  expect(view().permits[0]?.violations).toMatchObject([
    { kind: 'served-unjudged', subject: 'H-9', why: { zh: '无作业票 H-9', en: 'no permit H-9 is known' } },
  ]);
  hear(power({ version: 3, serves: [] }));
  expect(found()).toEqual([]);
  const digging = permitAt(now, { id: 'D-1', work: 'excavation', gasTests: [], validTo: now + HOUR });
  hear(digging, power({ version: 4, serves: ['D-1'] }));
  expect(found()).toEqual([]);
});
