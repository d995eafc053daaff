import type { CombustibleGas, CommitmentCounter } from '#agent/model/permit-watch.ts';
import type { WorkKind } from '#agent/model/permit.ts';

/** Lower explosive limits in air, %VOL, as handbooks give them; a site corrects them below `gases`. */
export const knownGases: readonly CombustibleGas[] = [
  { names: ['methane', 'ch4', '甲烷', '天然气'], lel: 5, molarMass: 16.04 },
  { names: ['ethane', 'c2h6', '乙烷'], lel: 3, molarMass: 30.07 },
  { names: ['propane', 'c3h8', '丙烷'], lel: 2.1, molarMass: 44.1 },
  { names: ['butane', 'c4h10', '丁烷'], lel: 1.8, molarMass: 58.12 },
  { names: ['hexane', 'c6h14', '己烷'], lel: 1.1, molarMass: 86.18 },
  { names: ['ethylene', 'c2h4', '乙烯'], lel: 2.7, molarMass: 28.05 },
  { names: ['propylene', 'c3h6', '丙烯'], lel: 2, molarMass: 42.08 },
  { names: ['acetylene', 'c2h2', '乙炔'], lel: 2.5, molarMass: 26.04 },
  { names: ['hydrogen', 'h2', '氢气', '氢'], lel: 4, molarMass: 2.016 },
  { names: ['benzene', 'c6h6', '苯'], lel: 1.2, molarMass: 78.11 },
  { names: ['toluene', 'c7h8', '甲苯'], lel: 1.1, molarMass: 92.14 },
  { names: ['methanol', 'ch3oh', '甲醇'], lel: 6, molarMass: 32.04 },
  { names: ['ethanol', 'c2h5oh', '乙醇'], lel: 3.3, molarMass: 46.07 },
  { names: ['acetone', '丙酮'], lel: 2.5, molarMass: 58.08 },
];

/** Cautious, the site's own and no standard's: fire beside what may let flammables out or people be trapped. */
export const defaultSimops: readonly (readonly [WorkKind, WorkKind])[] = [
  ['hot-work', 'confined-space'],
  ['hot-work', 'blind-plate'],
  ['hot-work', 'draining'],
  ['hot-work', 'transfer-back'],
  ['hot-work', 'pouring'],
  ['lifting', 'work-at-height'],
  ['lifting', 'confined-space'],
];

/** The same of units. */
export const commitmentUnitFields = [
  { field: 'runNumber', counts: 'running' },
  { field: 'parkNumber', counts: 'stopped' },
] as const;

/** Counters of the daily commitment as provinces have been seen to name them. */
export const commitmentFields: readonly Omit<CommitmentCounter, 'point'>[] = [
  { field: 'firesNumber', work: 'hot-work', grade: 0 },
  { field: 'fire1Number', work: 'hot-work', grade: 1 },
  { field: 'fire2Number', work: 'hot-work', grade: 2 },
  { field: 'spaceworkNumber', work: 'confined-space' },
  { field: 'blindplateNumber', work: 'blind-plate' },
  { field: 'highworkNumber', work: 'work-at-height' },
  { field: 'liftingworkNumber', work: 'lifting' },
  { field: 'electricityworkNumber', work: 'temporary-power' },
  { field: 'soilworkNumber', work: 'excavation' },
  { field: 'roadworkNumber', work: 'road-closure' },
  { field: 'pourOutNumber', work: 'pouring' },
  { field: 'drainingNumber', work: 'draining' },
  { field: 'inspectionNumber', work: 'maintenance' },
];
