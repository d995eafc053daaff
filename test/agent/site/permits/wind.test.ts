import { expect, it } from 'vitest';
import { bad } from '#agent/model/quality.ts';
import { permitAt } from './permit-fixture.ts';
import { watched } from './watched-permits.ts';

it('hot work in the open stops from force 5 on, stays stopped while the wind is unknown, and other work goes on', () => {
  const { hear, play, found, view, clock } = watched({ zone: ', wind: wind' });
  play({ wind: 7.9 });
  hear(permitAt(clock.now()), permitAt(clock.now(), { id: 'D-1', work: 'excavation', gasTests: [] }));
  expect(found()).toEqual([]);
  play({ wind: 8 });
  expect(found()).toEqual(['wind-too-strong']);
  expect(view().permits.flatMap(({ violations }) => violations)[0]).toMatchObject({
    why: { zh: 'wind 8 m/s（5 级），5 级起停止', en: 'wind 8 m/s (force 5), stops from force 5 on' },
    clause: 'GB 30871-2022 第5章 (known-well)',
  });
  play({ wind: { value: null, quality: bad('comm-lost') } });
  expect(found()).toContain('wind-too-strong');
  play({ wind: 2 });
  expect(found()).toEqual([]);
});
