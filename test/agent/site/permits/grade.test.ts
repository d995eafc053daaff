import { describe, expect, it } from 'vitest';
import type { PermitFact } from '#agent/model/permit.ts';
import { FakeClock } from '../../journal/journal-fixture.ts';
import { permitAt } from './permit-fixture.ts';
import { watched } from './watched-permits.ts';

const now = new FakeClock().now();
const plain = { gasTests: [] } as const;
const ungraded = { grade: undefined } as unknown as Partial<PermitFact>;

function judged(more: Partial<PermitFact>) {
  const { hear, found, view } = watched();
  hear(permitAt(now, { ...plain, ...more }));
  return { found: found(), violations: view().permits.flatMap(({ violations }) => violations) };
}

describe('work at height', () => {
  it.each<[number, number, string[]]>([
    [1.9, 1, []],
    [2, 1, []],
    [5, 1, []],
    [5.1, 1, ['grade-too-low']],
    [5.1, 2, []],
    [15, 2, []],
    [15.1, 2, ['grade-too-low']],
    [30, 3, []],
    [30.1, 3, ['grade-too-low']],
    [30.1, 4, []],
    [3, 4, []],
    [3, 0, ['grade-unknown']],
  ])('of %d m on a ticket of grade %d', (heightM, grade, expected) => {
    expect(judged({ work: 'work-at-height', heightM, grade }).found).toEqual(expected);
  });

  it('says in both languages which grade its height demands, and by which clause', () => {
    expect(judged({ work: 'work-at-height', heightM: 16, grade: 1 }).violations).toMatchObject([
      {
        zh: '作业级别低于应有级别',
        why: { zh: '1 级；高度 16 m，应为 3 级', en: 'grade 1; 16 m demands grade 3' },
        clause: 'GB 30871-2022 第8章 (known-well)',
        priority: 'high',
      },
    ]);
  });

  it('without a height cannot be judged, and without a grade is told which one it needs', () => {
    expect(judged({ work: 'work-at-height' }).violations).toMatchObject([
      { kind: 'grade-unjudged', why: { zh: '作业票未写高度', en: 'the ticket gives no height' } },
    ]);
    expect(judged({ work: 'work-at-height', heightM: 16, ...ungraded }).violations).toMatchObject([
      { kind: 'grade-unknown', why: { en: 'no grade given; 16 m demands grade 3' } },
    ]);
  });

  it('is judged when the ticket is approved, and no longer when it ended', () => {
    const found = (state: PermitFact['state']) =>
      judged({ work: 'work-at-height', heightM: 16, grade: 1, state }).found;
    expect([found('approved'), found('finished')]).toEqual([['grade-too-low'], []]);
  });
});

describe('lifting', () => {
  it.each<[number, number, string[]]>([
    [10, 3, []],
    [39.9, 3, []],
    [40, 3, ['grade-too-low']],
    [40, 2, []],
    [100, 2, []],
    [100.1, 2, ['grade-too-low']],
    [100.1, 1, []],
    [10, 1, []],
  ])('of %d t on a ticket of grade %d', (massT, grade, expected) => {
    expect(judged({ work: 'lifting', massT, grade }).found).toEqual(expected);
  });

  it('without a mass cannot be judged', () => {
    expect(judged({ work: 'lifting', grade: 3 }).found).toEqual(['grade-unjudged']);
  });
});

describe('blind plate work', () => {
  it.each<[string, Partial<PermitFact>, string[]]>([
    ['one plate is in order', { plates: 1 }, []],
    ['two plates need two tickets', { plates: 2 }, ['too-many-plates']],
    ['a ticket that does not say cannot be judged', {}, ['plates-unjudged']],
  ])('%s', (_, more, expected) => {
    expect(judged({ work: 'blind-plate', ...more }).found).toEqual(expected);
  });
});
