import { Flag } from '#agent/model/flags.ts';
import { GOOD, bad, uncertain } from '#agent/model/quality.ts';
import type { Quality, QualityReason } from '#agent/model/quality.ts';

/** What an OPC UA status code says of a value. */
export interface Verdict {
  readonly quality: Quality;
  /** Bits of Flag. */
  readonly flags: number;
}

/** Reasons with a word of our own; every other code keeps its OPC UA name behind `server:`. */
const reasons: Readonly<Record<string, QualityReason>> = {
  BadNotConnected: 'comm-lost',
  BadNoCommunication: 'comm-lost',
  BadCommunicationError: 'comm-lost',
  BadConnectionClosed: 'comm-lost',
  BadTimeout: 'comm-lost',
  UncertainNoCommunicationLastUsableValue: 'comm-lost',
  UncertainLastUsableValue: 'stale',
  BadWaitingForInitialData: 'not-yet-read',
  UncertainInitialValue: 'not-yet-read',
  BadSensorFailure: 'sensor-fault',
  UncertainSensorNotAccurate: 'sensor-fault',
  UncertainSensorCalibration: 'maintenance',
  UncertainSimulatedValue: 'maintenance',
  BadDeviceFailure: 'device-fault',
  BadNodeIdUnknown: 'no-such-address',
  BadNodeIdInvalid: 'no-such-address',
  BadAttributeIdInvalid: 'no-such-address',
  BadIndexRangeNoData: 'no-such-address',
  BadNotReadable: 'not-supported',
  BadNotSupported: 'not-supported',
  BadServiceUnsupported: 'not-supported',
  BadDataEncodingUnsupported: 'not-supported',
  BadDecodingError: 'decode',
};

/** Bits of a status code, OPC 10000-4 §7.38.1. */
const SUBCODE = 0xffff0000;
const INFO_IS_DATA_VALUE = 0x0400;
const OVERFLOW = 0x0080;
const LIMIT_LOW = 0x0100;
const LIMIT_HIGH = 0x0200;

const GOOD_LOCAL_OVERRIDE = 0x00960000;
const UNCERTAIN_ENGINEERING_UNITS_EXCEEDED = 0x40940000;

const goodWithCode = new Map<number, Quality>();

/**
 * Quality and flags of a status code. The raw code is kept on every quality that is not plain good.
 *
 * @param code - the whole u32, info bits included
 * @param name - the code's name in OPC 10000-6 Annex A, without info bits
 */
export function judge(code: number, name: string): Verdict {
  if (code === 0) return PLAIN_GOOD;
  const hasValueInfo = (code & INFO_IS_DATA_VALUE) !== 0;
  const flags =
    (subcode(code) === GOOD_LOCAL_OVERRIDE ? Flag.forced : 0) | (hasValueInfo && code & OVERFLOW ? Flag.overflow : 0);
  return { quality: qualityOf(code, name, hasValueInfo), flags };
}

const PLAIN_GOOD: Verdict = Object.freeze({ quality: GOOD, flags: 0 });

const subcode = (code: number): number => (code & SUBCODE) >>> 0;

function qualityOf(code: number, name: string, hasValueInfo: boolean): Quality {
  switch (code >>> 30) {
    case 0:
      return good(code);
    case 1:
      return uncertain(uncertainReason(code, name, hasValueInfo), code);
    default:
      return bad(reasons[name] ?? `server:${name}`, code);
  }
}

function uncertainReason(code: number, name: string, hasValueInfo: boolean): QualityReason {
  if (subcode(code) === UNCERTAIN_ENGINEERING_UNITS_EXCEEDED && hasValueInfo) {
    if (code & LIMIT_HIGH) return 'over-range';
    if (code & LIMIT_LOW) return 'under-range';
  }
  return reasons[name] ?? `server:${name}`;
}

/** Good codes are few (sub-codes times limit and overflow bits); shared like all qualities. */
function good(code: number): Quality {
  const known = goodWithCode.get(code);
  if (known) return known;
  const made: Quality = Object.freeze({ level: 'good', raw: code });
  if (goodWithCode.size < 256) goodWithCode.set(code, made);
  return made;
}
