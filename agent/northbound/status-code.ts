import { StatusCode, StatusCodes } from 'node-opcua';
import { hasFlag } from '#agent/model/flags.ts';
import type { QualityReason } from '#agent/model/quality.ts';
import type { Sample } from '#agent/model/sample.ts';

/** Bits of a status code (OPC 10000-4 section 7.38.1): the info bits belong to a value, and which limit it is at. */
const INFO_IS_DATA_VALUE = 0x0400;
const LIMIT_LOW = 0x0100;
const LIMIT_HIGH = 0x0200;

const beyond = (limit: number): StatusCode =>
  StatusCode.makeStatusCode(StatusCodes.UncertainEngineeringUnitsExceeded, INFO_IS_DATA_VALUE | limit);

type PlainReason = Exclude<QualityReason, `server:${string}`>;

/** By reason: as bad, and as uncertain. The names are those that a client has words for. */
const codes: Readonly<Record<PlainReason, readonly [bad: StatusCode, uncertain: StatusCode]>> = {
  'comm-lost': [StatusCodes.BadNoCommunication, StatusCodes.UncertainNoCommunicationLastUsableValue],
  stale: [StatusCodes.BadDataUnavailable, StatusCodes.UncertainLastUsableValue],
  'not-yet-read': [StatusCodes.BadWaitingForInitialData, StatusCodes.UncertainInitialValue],
  'sensor-fault': [StatusCodes.BadSensorFailure, StatusCodes.UncertainSensorNotAccurate],
  'device-fault': [StatusCodes.BadDeviceFailure, StatusCodes.Uncertain],
  'no-such-address': [StatusCodes.BadConfigurationError, StatusCodes.Uncertain],
  'not-supported': [StatusCodes.BadNotSupported, StatusCodes.Uncertain],
  decode: [StatusCodes.BadDecodingError, StatusCodes.Uncertain],
  sentinel: [StatusCodes.BadNoData, StatusCodes.Uncertain],
  'over-range': [StatusCodes.BadOutOfRange, beyond(LIMIT_HIGH)],
  'under-range': [StatusCodes.BadOutOfRange, beyond(LIMIT_LOW)],
  inhibited: [StatusCodes.Bad, StatusCodes.UncertainSubNormal],
  maintenance: [StatusCodes.Bad, StatusCodes.UncertainSensorCalibration],
  namespace: [StatusCodes.BadConfigurationError, StatusCodes.Uncertain],
  'wrong-type': [StatusCodes.BadTypeMismatch, StatusCodes.Uncertain],
};

/**
 * A sample's quality as a status code. A good value that is simulated is `UncertainSimulatedValue`, so that it passes for
 * real with nobody who looks at the status alone.
 */
export function statusOf(sample: Pick<Sample, 'quality' | 'flags'> | undefined): StatusCode {
  if (!sample) return StatusCodes.BadWaitingForInitialData;
  const { quality, flags } = sample;
  if (quality.level === 'good') {
    if (hasFlag(flags, 'sim')) return StatusCodes.UncertainSimulatedValue;
    return hasFlag(flags, 'forced') ? StatusCodes.GoodLocalOverride : StatusCodes.Good;
  }
  const isBad = quality.level === 'bad';
  if (isPlain(quality.reason)) return codes[quality.reason][isBad ? 0 : 1];
  // What a server said keeps its name, unless that says better than it is.
  const named = namedCode(quality.reason.slice('server:'.length));
  const fits = named?.name.startsWith(isBad ? 'Bad' : 'Uncertain') ?? false;
  return named && fits ? named : isBad ? StatusCodes.Bad : StatusCodes.Uncertain;
}

const isPlain = (reason: QualityReason): reason is PlainReason => Object.hasOwn(codes, reason);

const namedCode = (name: string): StatusCode | undefined =>
  Object.hasOwn(StatusCodes, name) ? (StatusCodes as unknown as Record<string, StatusCode>)[name] : undefined;
