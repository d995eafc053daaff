import { describe, expect, it } from 'vitest';
import type { BypassDefinition } from '#agent/model/bypass.ts';
import { Flag } from '#agent/model/flags.ts';
import { pointId } from '#agent/model/ids.ts';
import { bad } from '#agent/model/quality.ts';
import { createBypassWatch } from '#agent/site/bypasses/bypass-watch.ts';
import type { BypassMemory } from '#agent/site/bypasses/bypass-watch.ts';
import { readBypassMemory } from '#agent/site/bypasses/memory.ts';
import { FakeClock } from '../../journal/journal-fixture.ts';
import { playerOf } from '../derivation-player.ts';
import { recordsOf, siteDirectory, startPlayedSite } from '../played-site.ts';

const HOUR = 3_600_000;
const definition: BypassDefinition = {
  id: 'bypass/SIF-1',
  name: 'SIF-1',
  bypass: { point: pointId('mos'), on: true },
  guarded: [pointId('LT-1')],
  permit: { point: pointId('permit'), on: true },
  longestMs: 8 * HOUR,
  bypassedPoint: pointId('bypassed'),
  minutesPoint: pointId('minutes'),
  unpermittedPoint: pointId('unpermitted'),
  overduePoint: pointId('overdue'),
  repeatMs: 5000,
};

function watched({ clock = new FakeClock(), memory }: { clock?: FakeClock; memory?: BypassMemory | undefined } = {}) {
  const watch = createBypassWatch(definition, clock, memory);
  return { clock, watch, ...playerOf(watch, clock) };
}

describe('a bypassed interlock', () => {
  it('is timed, permitted or not, and its end says how long', () => {
    const { play, wait, value, events } = watched();
    play({ mos: false, permit: true, 'LT-1': 5 });
    play({ mos: true });
    wait(2 * HOUR);
    expect([value('bypassed'), value('minutes'), value('unpermitted')]).toEqual([true, 120, false]);
    play({ permit: false });
    expect(value('unpermitted')).toBe(true);
    play({ mos: false });
    expect([value('bypassed'), value('minutes'), value('unpermitted')]).toEqual([false, 0, false]);
    expect(events.map(({ kind }) => kind)).toEqual(['bypass.began', 'bypass.unpermitted', 'bypass.ended']);
    expect(events.at(-1)?.detail).toMatchObject({ minutes: 120, permitted: false });
  });

  it('is overdue to the minute, over a restart too', () => {
    const { clock, play, wait, value, watch } = watched();
    play({ mos: true, permit: true });
    wait(7 * HOUR);
    const after = watched({ clock, memory: readBypassMemory(JSON.parse(JSON.stringify(watch.memory()))) });
    after.play({ mos: true, permit: true });
    expect([value('overdue'), after.value('minutes')]).toEqual([false, 420]);
    after.wait(HOUR);
    expect(after.value('overdue')).toBe(true);
    expect(after.kinds()).toEqual([]);
  });

  it('by a forced input counts, until a good value is no longer forced', () => {
    const { play, value, level } = watched();
    play({ mos: false, permit: false });
    play({ 'LT-1': 5 }, Flag.forced);
    expect([value('bypassed'), value('unpermitted')]).toEqual([true, true]);
    play({ 'LT-1': { value: 5, quality: bad('comm-lost') } });
    expect([value('bypassed'), level('bypassed')]).toEqual([true, 'good']);
    play({ 'LT-1': 5 });
    expect(value('bypassed')).toBe(false);
  });

  it('that is in doubt goes on, and what nobody read is not in force', () => {
    const { play, wait, value, level } = watched();
    wait(1);
    expect(level('bypassed')).toBe('uncertain');
    play({ mos: true, permit: true });
    play({ mos: { value: false, quality: bad('stale') } });
    wait(9 * HOUR);
    expect([value('bypassed'), level('bypassed'), value('overdue'), level('overdue')]).toEqual([
      true,
      'bad',
      true,
      'good',
    ]);
  });

  it('and its system are points with alarms of a site', async () => {
    const directory = siteDirectory();
    const site = startPlayedSite(
      directory,
      `points:
  - { id: M1, source: plant, address: m1, kind: state }
  - { id: M2, source: plant, address: m2, kind: state }
bypasses:
  - { id: SIF-1, bypass: M1 }
  - { id: SIF-2, bypass: { point: M2, on: 1 } }
safetySystems:
  - { id: SIS-1, loops: [SIF-1, SIF-2], mostBypassed: 1 }
`,
    );
    site.play({ M1: true, M2: 0 });
    const standing = () => site.alarms().flatMap(({ definition: { id }, state }) => (state === 'normal' ? [] : [id]));
    expect(standing()).toEqual([]);
    expect(site.latest(pointId('SIS-1.bypassed-loops'))).toMatchObject({ value: 1, quality: { level: 'good' } });
    site.play({ M2: 1 });
    expect(standing()).toEqual(['SIS-1.too-many-bypasses/state']);
    await site.stop(0);
    expect(recordsOf(directory, 'event').filter(({ body }) => body.kind === 'bypass.began')).toHaveLength(2);
  });
});
