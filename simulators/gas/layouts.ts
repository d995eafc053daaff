import type { Encode } from './cells.ts';
import { agedTables, probesInTurn, statusBitTables, tenRegisterBlocks, thousandthsOfRange } from './controllers.ts';
import { fieldMill, loadingArm, rack, valveSignals, wirelessSensors } from './machines.ts';
import {
  codeAndModeAt103,
  codeAndModeAt3,
  currentAndMode,
  floatAlone,
  loopWithMaintenance,
  packedDecimal,
  plainLoop,
  restingRelays,
  threeSensors,
  unitAndPrecision,
} from './transmitters.ts';

/** The maps that the simulator can show, named after how they write. */
export const encoders = {
  'aged-tables': agedTables,
  'code-and-mode-at-103': codeAndModeAt103,
  'code-and-mode-at-3': codeAndModeAt3,
  'current-and-mode': currentAndMode,
  'field-mill': fieldMill,
  'float-alone': floatAlone,
  'loading-arm': loadingArm,
  'loop-with-maintenance': loopWithMaintenance,
  'packed-decimal': packedDecimal,
  'plain-loop': plainLoop,
  'probes-in-turn': probesInTurn,
  rack: rack,
  'resting-relays': restingRelays,
  'status-bit-tables': statusBitTables,
  'ten-register-blocks': tenRegisterBlocks,
  'thousandths-of-range': thousandthsOfRange,
  'three-sensors': threeSensors,
  'unit-and-precision': unitAndPrecision,
  'valve-signals': valveSignals,
  'wireless-sensors': wirelessSensors,
} as const satisfies Record<string, Encode>;

export type Layout = keyof typeof encoders;
