import { describe, expect, it } from 'vitest';
import { Flag } from '#agent/model/flags.ts';
import { bad } from '#agent/model/quality.ts';
import type { RegisterFact } from '#agent/model/register.ts';
import { declaredTime } from '#agent/site/stops/declared-time.ts';
import { readStopMemory } from '#agent/site/stops/memory.ts';
import type { StopMemory } from '#agent/site/stops/memory.ts';
import { createStopWatch } from '#agent/site/stops/stop-watch.ts';
import { configOf, head, loadText } from '../../../config/site-folder.ts';
import { FakeClock } from '../../journal/journal-fixture.ts';
import { playerOf } from '../derivation-player.ts';

const now = new FakeClock().now();
const HOUR = 3_600_000;
const iso = (ms: number): string => new Date(ms).toISOString();

function watched(
  keys: string,
  { clock = new FakeClock(), memory }: { clock?: FakeClock; memory?: StopMemory | undefined } = {},
) {
  const yaml = `${head}sources:
  - { id: dcs, kind: modbus, transport: { kind: tcp, host: 192.0.2.7 } }
points:
  - { id: run, source: dcs, address: "discrete:0", kind: state }
  - { id: L, source: dcs, address: "input:0 uint16", kind: level, unit: m }
  - { id: T, source: dcs, address: "input:1 uint16", kind: temperature, unit: °C }
stops:
  - { id: P-101, device: E17, ${keys}, kinds: { "2": start-up, "3": overhaul } }
`;
  const found = configOf(loadText(yaml)).derivations.find(({ kind }) => kind === 'stop');
  if (found?.kind !== 'stop') throw new Error('no watch');
  const watch = createStopWatch(found.definition, clock, memory);
  const player = playerOf(watch, clock);
  const { wait, play, value } = player;
  const declare = (version: number, more: RegisterFact['fields'], rest: Partial<RegisterFact> = {}) => {
    const derived = watch.onFacts?.([
      {
        kind: 'register',
        register: 'stop-record',
        id: 'S1',
        version,
        isDeleted: false,
        fields: { equipCode: 'E17', stopDate: iso(now), ...more },
        sourceTime: now,
        receiveTime: now,
        flags: 0,
        ...rest,
      },
    ]);
    for (const { point, value: is, quality, flags } of derived?.samples ?? [])
      player.told.set(point, { value: is, quality, flags });
    player.events.push(...(derived?.events ?? []));
    wait(1000);
  };
  const standing = () =>
    ['undeclared-stop', 'stop-overdue', 'runs-though-stopped'].filter((part) => value(`P-101.${part}`) === true);
  return { ...player, wait, play, value, watch, declare, standing };
}

const byContact = 'running: run';
const byPoints = 'points: [L, T]';
const lost = { value: null, quality: bad('comm-lost') };

describe('a stop', () => {
  it('that nobody declares is an offline device after its time, and ends when it runs or is declared', () => {
    const { play, wait, standing, declare, kinds } = watched(byContact);
    play({ run: true });
    play({ run: false });
    wait(59_000);
    expect(standing()).toEqual([]);
    wait(2000);
    expect(standing()).toEqual(['undeclared-stop']);
    play({ run: true });
    expect(standing()).toEqual([]);
    play({ run: false });
    wait(61_000);
    declare(1, {});
    expect(standing()).toEqual([]);
    expect(kinds()).toEqual(['stop.undeclared', 'stop.undeclared', 'stop.declared']);
  });

  it('is found by silence too: all points bad, not one of them', () => {
    const { play, wait, standing } = watched(byPoints);
    play({ L: 1, T: 1 });
    play({ L: lost });
    wait(120_000);
    expect(standing()).toEqual([]);
    play({ T: lost });
    wait(61_000);
    expect(standing()).toEqual(['undeclared-stop']);
  });

  it('that is declared is in order until its planned end, and overdue from then on while it stands', () => {
    const { play, wait, standing, declare, value } = watched(byContact);
    play({ run: false });
    declare(1, { planEnableDate: iso(now + HOUR), stopType: '3' });
    expect([value('P-101.stop-declared'), value('P-101.stop-kind')]).toEqual([true, 'overhaul']);
    wait(HOUR - 3000);
    expect(standing()).toEqual([]);
    wait(3000);
    expect(standing()).toEqual(['stop-overdue']);
    declare(2, { enableDate: iso(now + HOUR) });
    play({ run: true });
    expect([standing(), value('P-101.stop-declared')]).toEqual([[], false]);
  });

  it('is contradicted by a device that runs, and a start-up is not', () => {
    const { play, wait, standing, declare } = watched(byContact);
    play({ run: true });
    declare(1, {});
    wait(61_000);
    expect(standing()).toEqual(['runs-though-stopped']);
    declare(2, { stopType: '2' });
    expect(standing()).toEqual([]);
  });

  it('of another device, of an older version, or deleted declares nothing', () => {
    const { play, wait, declare, standing, value } = watched(byContact);
    play({ run: false });
    declare(1, { equipCode: 'E18' });
    wait(61_000);
    expect(standing()).toEqual(['undeclared-stop']);
    declare(5, {});
    declare(4, {}, { isDeleted: true });
    expect(value('P-101.stop-declared')).toBe(true);
    declare(6, {}, { isDeleted: true });
    expect(value('P-101.stop-declared')).toBe(false);
  });

  it('stays known over doubt and a restart, and carries the flag of a simulator', () => {
    const first = watched(byContact);
    first.play({ run: false }, Flag.sim);
    first.wait(61_000);
    first.play({ run: lost });
    expect(first.standing()).toEqual(['undeclared-stop']);
    expect(first.watch.view?.()).toMatchObject({ device: 'E17', isDown: null, isUndeclared: true });
    const memory = readStopMemory(JSON.parse(JSON.stringify(first.watch.memory())));
    const second = watched(byContact, { memory });
    second.wait(0);
    expect(second.standing()).toEqual(['undeclared-stop']);
    expect(second.kinds()).toEqual([]);
    second.play({ run: true }, Flag.sim);
    expect(second.standing()).toEqual([]);
    expect(second.told.get('P-101.undeclared-stop')?.flags).toBe(Flag.sim);
  });
});

describe('the configuration of stops', () => {
  it('names what tells that the device stands still', () => {
    const found = loadText(`${head}stops:\n  - { id: P-101 }\n`);
    expect(found.ok ? [] : found.errors.map(({ what }) => what)).toContain('nothing tells whether it stands still');
  });
});

it.each([
  ['2026-11-28T00:00:00Z', '2026-11-28T00:00:00Z'],
  ['2026-11-28 08:00:00', '2026-11-28T00:00:00Z'],
  ['20261128080000', '2026-11-28T00:00:00Z'],
  ['2026-11-28', '2026-11-27T16:00:00Z'],
  [1_795_824_000, '2026-11-28T00:00:00Z'],
  [1_795_824_000_000, '2026-11-28T00:00:00Z'],
  ['soon', undefined],
  [null, undefined],
])('%s in a declaration is %s', (field, expected) => {
  expect(declaredTime(field)).toBe(expected === undefined ? undefined : Date.parse(expected));
});
