import { expect, it } from 'vitest';
import { zoneId } from '#agent/model/ids.ts';
import type { PermitFact } from '#agent/model/permit.ts';
import { readPermitMemory } from '#agent/site/permits/memory.ts';
import { FakeClock } from '../../journal/journal-fixture.ts';
import { permitAt } from './permit-fixture.ts';
import { watched } from './watched-permits.ts';

const now = new FakeClock().now();
const version = (number: number, more: Partial<PermitFact> = {}): PermitFact =>
  permitAt(now, { version: number, place: 'flange 7', content: '焊接', ...more });

it('a ticket may be corrected until work begins, and needs a new one for every change after that', () => {
  const { hear, found, view } = watched();
  hear(version(1, { state: 'approved', place: 'flange 6' }), version(2));
  expect(found()).toEqual([]);
  hear(version(3, { zone: zoneId('pumps'), content: '切割' }));
  expect(view().permits[0]?.violations).toMatchObject([
    {
      kind: 'changed-at-work',
      zh: '作业变更未重新办票',
      why: { zh: '区域 tank-farm → pumps，内容', en: 'zone tank-farm → pumps, content' },
      clause: 'GB 30871-2022 第4章 (known-well)',
      priority: 'high',
    },
  ]);
  hear(version(4));
  expect(found()).toEqual([]);
  hear(version(5, { place: 'flange 8', state: 'finished' }));
  expect(found()).toEqual([]);
});

it('what was begun is known by whatever version comes first, and after a restart', () => {
  const { hear, found, watch } = watched();
  hear(version(3, { place: 'flange 8' }));
  expect(found()).toEqual([]);
  hear(version(2));
  expect(found()).toEqual(['changed-at-work']);
  const after = watched({ memory: readPermitMemory(JSON.parse(JSON.stringify(watch.memory()))) });
  after.wait(0);
  expect(after.found()).toEqual(['changed-at-work']);
});
