import { describe, expect, it } from 'vitest';
import { pointId } from '#agent/model/ids.ts';
import type { PermitMemory } from '#agent/site/permits/memory.ts';
import { readPermitMemory } from '#agent/site/permits/memory.ts';
import { permitAt } from './permit-fixture.ts';
import { watched } from './watched-permits.ts';

const more = '    cameras: [{ id: cam-1, blind: blind }]\n';

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
      { permit: 'H-1', camera: 'cam-1', seenS: 60, blindS: 20, unknownS: 0, percent: 75 },
      // Nobody says what this one sees.
      { permit: 'H-1', camera: 'cam-9', seenS: 0, blindS: 0, unknownS: 80, percent: 0 },
    ]);
    play({ blind: false });
    hear({ ...permit, version: 3 });
    pass(10);
    hear({ ...permit, version: 4, state: 'finished' });
    expect(told().slice(2)).toMatchObject([{ camera: 'cam-1', seenS: 10, percent: 100 }, { camera: 'cam-9' }]);
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
