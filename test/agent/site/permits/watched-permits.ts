import type { Fact } from '#agent/model/fact.ts';
import type { HeadcountDefinition } from '#agent/model/headcount.ts';
import type { PermitWatchDefinition } from '#agent/model/permit-watch.ts';
import type { PermitsView } from '#agent/model/permit-view.ts';
import type { PermitMemory } from '#agent/site/permits/memory.ts';
import { createPermitWatch } from '#agent/site/permits/permit-watch.ts';
import { configOf, head, loadText } from '../../../config/site-folder.ts';
import { FakeClock } from '../../journal/journal-fixture.ts';
import { playerOf } from '../derivation-player.ts';
import type { Played } from '../derivation-player.ts';

const points = (): string => `
  - { id: GAS-1, source: dcs, address: "input:0 float32 CDAB", kind: gas-combustible, unit: "%LEL" }
  - { id: guard, source: dcs, address: "discrete:0", kind: state }
  - { id: people, source: dcs, address: "input:4 uint16", kind: number }
  - { id: wind, source: dcs, address: "input:5 float32 CDAB", kind: number, unit: m/s }
  - { id: blind, source: dcs, address: "discrete:1", kind: state }
  - { id: feed, source: dcs, address: "discrete:2", kind: state }
`;

/** Of zones tank-farm, pumps beside it and far; `zone` and `more` are further keys of the first and of the watch. */
export function permitDefinition(zone = '', more = ''): PermitWatchDefinition {
  const yaml = `${head}sources:
  - { id: dcs, kind: modbus, transport: { kind: tcp, host: 192.0.2.7 } }
points:${points()}permits:
  - id: work
    zones:
      - { id: tank-farm${zone} }
      - { id: pumps, neighbours: [tank-farm] }
      - { id: far }
${more}`;
  const found = configOf(loadText(yaml)).derivations.find(({ kind }) => kind === 'permits');
  if (found?.kind !== 'permits') throw new Error('no watch');
  return found.definition;
}

interface Given {
  readonly zone?: string;
  readonly more?: string;
  readonly clock?: FakeClock;
  readonly memory?: PermitMemory | undefined;
  /** With them, the guardian of the first zone must be there by his tag. */
  readonly people?: HeadcountDefinition;
}

/** A watch that is told permits and values by hand. */
export function watched({ zone = '', more = '', clock = new FakeClock(), memory, people }: Given = {}) {
  const plain = permitDefinition(zone, more);
  const zones = plain.zones.map((one, index) => ({ ...one, isGuardianLocated: people !== undefined && index === 0 }));
  const watch = createPermitWatch({ ...plain, zones }, clock, memory, people);
  const player = playerOf(watch, clock);
  const view = (): PermitsView => watch.view?.() as PermitsView;
  return {
    ...player,
    play: (given: Readonly<Record<string, Played>>) => player.play(given),
    wait: (ms: number) => player.wait(ms),
    clock,
    watch,
    hear: (...facts: Fact[]) => {
      const derived = watch.onFacts?.(facts);
      for (const { point, value, quality, flags } of derived?.samples ?? [])
        player.told.set(point, { value, quality, flags });
      player.events.push(...(derived?.events ?? []));
    },
    /** Kinds of the violations that stand. */
    found: () =>
      view()
        .permits.flatMap(({ violations }) => violations.map(({ kind }) => kind))
        .toSorted(),
    view,
  };
}
