import { describe, expect, it } from 'vitest';
import { pointId } from '#agent/model/ids.ts';
import type { PermitMemory } from '#agent/site/permits/memory.ts';
import { readPermitMemory } from '#agent/site/permits/memory.ts';
import { permitAt } from './permit-fixture.ts';
import { watched } from './watched-permits.ts';

const more = '    cameras: [{ id: cam-1, blind: blind, gb28181Id: "37060000011310000001" }]\n';

/** A watch that is looked at each second, as the agent does. */
function filmed(memory?: PermitMemory, clock?: ReturnType<typeof watched>['clock']) {
  const watch = watched({ more, memory, ...(clock && { clock }) });
  const pass = (seconds: number): void => {
    for (let second = 0; second < seconds; second++) watch.wait(1000);
  };
  const told = () => watch.events.flatMap(({ kind, detail }) => (kind === 'permit.video' && detail ? [detail] : []));
  return { ...watch, pass, told };
}

describe('the video of special work', () => {
  it('is told for each stretch of work: how long each camera of the ticket saw it', () => {
    const { hear, play, pass, told, clock } = filmed();
    play({ blind: false });
    const permit = permitAt(clock.now(), { cameras: ['cam-1', 'cam-9'] });
    hear(permit);
    pass(60);
    play({ blind: true });
    pass(20);
    expect(told()).toEqual([]);
    hear({ ...permit, version: 2, state: 'suspended' });
    pass(30);
    expect(told()).toMatchObject([
      { camera: 'cam-1', gb28181Id: '37060000011310000001', seenS: 60, blindS: 20, unknownS: 0, percent: 75 },
      // Nobody says what this one sees.
      { permit: 'H-1', camera: 'cam-9', seenS: 0, blindS: 0, unknownS: 80, percent: 0 },
    ]);
    play({ blind: false });
    hear({ ...permit, version: 3 });
    pass(10);
    hear({ ...permit, version: 4, state: 'finished' });
    expect(told().slice(2)).toMatchObject([{ camera: 'cam-1', seenS: 10, percent: 100 }, { camera: 'cam-9' }]);
  });

  it('stays with the permit over its whole life, by spells, across a restart and after the work', () => {
    const first = filmed();
    const videosOf = ({ view }: Pick<typeof first, 'view'>) => view().permits[0]?.videos ?? [];
    first.play({ blind: false });
    const permit = permitAt(first.clock.now(), { cameras: ['cam-1'] });
    first.hear(permit);
    first.pass(30);
    first.play({ blind: true });
    first.pass(10);
    const began = videosOf(first)[0]?.from ?? 0;
    expect(videosOf(first)).toMatchObject([{ camera: 'cam-1', to: null, seenMs: 30_000, blindMs: 10_000 }]);
    first.hear({ ...permit, version: 2, state: 'suspended' });
    first.pass(60);
    const stored = readPermitMemory(JSON.parse(JSON.stringify(first.watch.memory())));
    const second = filmed(stored, first.clock);
    second.play({ blind: false });
    second.hear({ ...permit, version: 3 });
    second.pass(20);
    second.hear({ ...permit, version: 4, state: 'finished' });
    second.pass(5);
    expect(videosOf(second)).toMatchObject([
      { seenMs: 30_000, blindMs: 10_000, unknownMs: 0, to: began + 40_000 },
      { seenMs: 20_000, blindMs: 0 },
    ]);
    expect(videosOf(second)[0]?.spells).toEqual([
      { sees: 'yes', from: began, to: began + 30_000 },
      { sees: 'no', from: began + 30_000, to: began + 40_000 },
    ]);
    // With the permit it is forgotten.
    second.clock.pass(8 * 86_400_000);
    second.pass(2);
    expect(second.view().permits).toEqual([]);
    expect(second.watch.memory()).toMatchObject({ coverage: [] });
  });

  it('is kept for a camera that flickers all the time, in bounded space', () => {
    const { hear, play, pass, clock, view, watch } = filmed();
    hear(permitAt(clock.now(), { cameras: ['cam-1'] }));
    for (let turn = 0; turn < 300; turn += 1) {
      play({ blind: turn % 2 === 0 });
      pass(1);
    }
    const [video] = view().permits[0]?.videos ?? [];
    expect(video?.spells.length).toBeLessThanOrEqual(100);
    expect(video?.spells[0]).toMatchObject({ sees: 'unknown', from: video?.from });
    expect((video?.seenMs ?? 0) + (video?.blindMs ?? 0) + (video?.unknownMs ?? 0)).toBe(300_000);
    expect(JSON.stringify(watch.memory()).length).toBeLessThan(20_000);
  });

  it('counts what nobody watched while the agent was down as unknown', () => {
    const before = filmed();
    before.play({ blind: false });
    const permit = permitAt(before.clock.now(), { cameras: ['cam-1'] });
    before.hear(permit);
    before.pass(30);
    const stored = readPermitMemory(JSON.parse(JSON.stringify(before.watch.memory())));
    before.clock.pass(60_000);
    const after = filmed(stored, before.clock);
    after.play({ blind: false });
    after.pass(30);
    after.hear({ ...permit, version: 2, state: 'finished' });
    expect(after.told()).toMatchObject([{ camera: 'cam-1', unknownS: 60, blindS: 0 }]);
    expect(after.watch.inputs?.has(pointId('blind'))).toBe(true);
  });
});
