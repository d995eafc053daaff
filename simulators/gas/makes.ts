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

/** Whose maps the simulator can show; the names are those of the device profiles that read them. */
export const encoders = {
  'cn-controller-ax100': probesInTurn,
  'cn-controller-ax100-system': probesInTurn,
  'cn-oxygen-packed-decimal': packedDecimal,
  'cn-transmitter-unit-precision': unitAndPrecision,
  'crowcon-vortex': tenRegisterBlocks,
  'detcon-1000': restingRelays,
  'draeger-polytron-8000': floatAlone,
  'draeger-polytron-8000-loop': loopWithMaintenance,
  'draeger-regard-3900': thousandthsOfRange,
  'draeger-regard-7000': agedTables,
  'esd-valve-typical': valveSignals,
  'field-mill-typical': fieldMill,
  'filling-skid-typical': loadingArm,
  'general-monitors-s4000': currentAndMode,
  'honeywell-sensepoint-xcd': codeAndModeAt3,
  'honeywell-sensepoint-xrl': codeAndModeAt103,
  'honeywell-touchpoint-pro': statusBitTables,
  'honeywell-touchpoint-pro-integer': statusBitTables,
  'loop-4-20ma-gas': plainLoop,
  'msa-ultima-x': threeSensors,
  'vibration-rack-typical': rack,
  'vibration-wireless-typical': wirelessSensors,
} as const satisfies Record<string, Encode>;

export type Make = keyof typeof encoders;
