import { float32, holding, uint32, type Cell } from '../gas/cells.ts';
import type { Loading } from '../plant/loading.ts';
import { permissives, type SkidFault } from './fault.ts';

/** Product of 27.5 %, t/m³. */
const DENSITY = 1.1;
const PRESET_TONNES = 25;
const LOW_FLOW = 30_000;

/** Phase as the skid counts: 0 idle, 1 permitted, 2 earthed, 3 overfill probe, 4 and 5 flow, 6 pause, 7 done, 8 alarm. */
const phaseOf = (loading: Loading): number => {
  const { phase, since, flow, isGrounded, isStopped } = loading;
  if (phase === 'connecting') return isGrounded ? Math.min(3, 1 + Math.floor(since / 20)) : 1;
  if (phase === 'filling') return flow < LOW_FLOW ? 4 : 5;
  if (phase === 'stopped') return isGrounded && !isStopped ? 6 : 8;
  return phase === 'done' ? 7 : 0;
};

/** Twenty registers of the arm, floats with the high word first. */
export const armCells = (loading: Loading, faults: readonly SkidFault[]): readonly Cell[] => {
  const isThere = loading.phase !== 'idle';
  const made = [loading.isGrounded, isThere, isThere, isThere, !loading.isStopped];
  const word = permissives.reduce((bits, permissive, bit) => {
    const isLost = faults.some((fault) => fault.kind === 'permissive-lost' && fault.permissive === permissive);
    return made[bit] && !isLost ? bits | (1 << bit) : bits;
  }, 0);
  const has = (kind: SkidFault['kind']): boolean => faults.some((fault) => fault.kind === kind);
  const flow = has('flow-no-number') ? Number.NaN : loading.flow / 1000 / DENSITY;
  return [
    holding(
      0,
      phaseOf(loading),
      word,
      ...float32(flow),
      ...float32(loading.batch / 1000 / DENSITY),
      ...float32(PRESET_TONNES / DENSITY),
      ...uint32(has('batch-missing') ? 0 : loading.batchNumber),
      ...Array<number>(10).fill(0),
    ),
  ];
};
