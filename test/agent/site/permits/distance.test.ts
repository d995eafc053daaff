import { describe, expect, it } from 'vitest';
import { degreesOf } from '#agent/model/placement.ts';
import { bad } from '#agent/model/quality.ts';
import { FakeClock } from '../../journal/journal-fixture.ts';
import { permitAt } from './permit-fixture.ts';
import { watched } from './watched-permits.ts';

const now = new FakeClock().now();
const vent = { lon: 118.5, lat: 37.4 };
const away = (metres: number) => degreesOf({ x: metres * 0.6, y: metres * 0.8 }, vent);
const place = (kind: string, on = '') =>
  `    keepFireFrom: [{ id: P, name: 装车台, kind: ${kind}, lon: 118.5, lat: 37.4${on} }]\n`;

describe('fire keeps away', () => {
  it.each([
    ['solvent', 10],
    ['cylinder', 10],
    ['liquid-discharge', 15],
    ['gas-discharge', 30],
  ])('from %s by %d m', (kind, least) => {
    const { hear, found, view } = watched({ more: place(kind) });
    hear(permitAt(now, { position: away(least + 0.05) }));
    expect(found()).toEqual([]);
    hear(permitAt(now, { version: 2, position: away(least - 0.05) }));
    expect(view().permits[0]?.violations).toMatchObject([
      {
        kind: 'distance-too-short',
        zh: '动火点间距不足',
        subject: 'P',
        priority: 'critical',
        why: {
          zh: `距 装车台 ${least - 0.1} m，至少 ${least} m`,
          en: `${least - 0.1} m from 装车台, at least ${least} m`,
        },
        clause: 'GB 30871-2022 第5章 (secondary)',
      },
    ]);
  });

  it('only while something is discharged; while that is unknown it cannot be judged and ends nothing', () => {
    const { hear, play, wait, found } = watched({ more: place('gas-discharge', ', on: blind') });
    wait(10_000);
    hear(permitAt(now, { position: away(20) }));
    expect(found()).toEqual(['distance-unjudged']);
    play({ blind: false });
    expect(found()).toEqual([]);
    play({ blind: true });
    expect(found()).toEqual(['distance-too-short']);
    play({ blind: { value: null, quality: bad('comm-lost') } });
    expect(found()).toEqual(['distance-too-short', 'distance-unjudged']);
  });

  it('as far as anybody can say: a ticket without coordinates cannot be judged', () => {
    const { hear, wait, found, view } = watched({ more: place('cylinder') });
    wait(10_000);
    hear(permitAt(now), permitAt(now, { id: 'D-1', work: 'excavation', gasTests: [] }));
    expect(found()).toEqual(['distance-unjudged']);
    expect(view().permits.flatMap(({ violations }) => violations)[0]?.why).toEqual({
      zh: '作业票未写坐标',
      en: 'the ticket gives no coordinates',
    });
  });
});
