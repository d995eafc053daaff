import { discrete, type Cell } from '../gas/cells.ts';
import type { RunningPlant } from '../plant/running-plant.ts';
import type { SisFault } from './fault.ts';

/** In the order of their channels. */
export const shutDownValves = ['XV-1101', 'XV-1102', 'XV-2101', 'XV-2102', 'XV-2103', 'XV-2104', 'XV-2201'] as const;
type Valve = (typeof shutDownValves)[number];

/** The loading valve is opened by its skid, the others by hand. */
const commandOf = (plant: RunningPlant, valve: Valve): boolean =>
  valve === 'XV-2201' ? plant.plant.loading.phase === 'filling' : plant.handle(`${valve}.open`) > 0.5;

/** Sixteen signals a valve, as the SIS has them: command, switches, solenoid, air, remote, tests, bypass, fault. */
export const valveCells = (plant: RunningPlant, faults: readonly SisFault[]): readonly Cell[] =>
  shutDownValves.map((valve, index) => {
    const has = (kind: SisFault['kind']): boolean =>
      faults.some((fault) => fault.kind === kind && 'valve' in fault && fault.valve === valve);
    const limit = (side: 'open' | 'closed'): boolean => {
      const stuck = faults.find(
        (fault) => fault.kind === 'switch-stuck' && fault.valve === valve && fault.switch === side,
      );
      return stuck?.kind === 'switch-stuck' ? stuck.at : plant.show(`${valve}.${side}`).truth === true;
    };
    const command = commandOf(plant, valve);
    const bypassed = has('bypass-on') || (valve === 'XV-1101' && plant.handle('T-1101.interlock-bypass') > 0.5);
    const isAirLow = has('air-low') || plant.handle('instrument-air.supply') < 0.5;
    const signals = [command, limit('open'), limit('closed'), command, isAirLow, true];
    const tests = [false, has('partial-stroke-failed'), bypassed, has('card-fault')];
    const bits = [...signals, ...tests, ...Array<boolean>(6).fill(false)];
    return discrete(16 * index, ...bits.map(Number));
  });
