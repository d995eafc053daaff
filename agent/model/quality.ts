/**
 * Why a value is not good.
 *
 * | reason            | meaning                                                             | who sets it |
 * |-------------------|---------------------------------------------------------------------|-------------|
 * | `comm-lost`       | the device did not answer, or its link is down                      | driver, ingest |
 * | `stale`           | no fresh value for longer than the point's limit                    | ingest      |
 * | `not-yet-read`    | configured, never read since start                                  | ingest      |
 * | `sensor-fault`    | the device reports its sensor broken                                | driver      |
 * | `device-fault`    | the device reports a fault of its own, or exception 04               | driver      |
 * | `no-such-address` | the device says that the register or node does not exist            | driver      |
 * | `not-supported`   | the device cannot serve this kind of request                        | driver      |
 * | `decode`          | bytes arrived that are no valid value of the configured type        | driver      |
 * | `sentinel`        | the device sent its agreed "no value" number                        | driver      |
 * | `over-range`      | above the instrument's range                                        | ingest, driver |
 * | `under-range`     | below the instrument's range                                        | ingest, driver |
 * | `inhibited`       | the device or an engineer has inhibited it; the reading may be frozen | driver    |
 * | `maintenance`     | calibration, warm-up, simulation mode of the device                  | driver      |
 * | `namespace`       | the server's namespace table does not match; value withheld          | driver      |
 * | `wrong-type`      | a value of a type that this point cannot be                         | ingest      |
 * | `server:<name>`   | an OPC UA status code with no better word here, e.g. `server:BadSensorFailure` | driver |
 */
export type QualityReason =
  | 'comm-lost'
  | 'stale'
  | 'not-yet-read'
  | 'sensor-fault'
  | 'device-fault'
  | 'no-such-address'
  | 'not-supported'
  | 'decode'
  | 'sentinel'
  | 'over-range'
  | 'under-range'
  | 'inhibited'
  | 'maintenance'
  | 'namespace'
  | 'wrong-type'
  | `server:${string}`;

/**
 * How far a value may be trusted, with the reason. There is no bare number in Firewatch: a value without its quality
 * does not exist.
 *
 * - `good`: what the instrument says now.
 * - `uncertain`: a value exists but something speaks against relying on it (inhibited, over range, last usable value).
 * - `bad`: no usable value. `value` is then null or the last raw reading, for diagnosis only.
 */
export type Quality =
  | { readonly level: 'good'; readonly reason?: undefined; readonly raw?: number }
  | { readonly level: 'uncertain' | 'bad'; readonly reason: QualityReason; readonly raw?: number };

/** The one good quality without a raw code. Shared, so that a million good samples hold one object. */
export const GOOD: Quality = Object.freeze({ level: 'good' });

const shared = new Map<string, Quality>();

/** A bad quality. `raw` is the device's own code (a Modbus exception, an OPC UA status as u32). Instances are shared. */
export const bad = (reason: QualityReason, raw?: number): Quality => intern('bad', reason, raw);

/** An uncertain quality; see {@link bad}. */
export const uncertain = (reason: QualityReason, raw?: number): Quality => intern('uncertain', reason, raw);

function intern(level: 'uncertain' | 'bad', reason: QualityReason, raw: number | undefined): Quality {
  const key = `${level} ${reason} ${raw ?? ''}`;
  const known = shared.get(key);
  if (known) return known;
  const made: Quality = Object.freeze(raw === undefined ? { level, reason } : { level, reason, raw });
  // Reasons are a closed set and raw codes come from protocol tables; the bound is for a device that sends noise as codes.
  if (shared.size < 4096) shared.set(key, made);
  return made;
}

const ranks = { good: 0, uncertain: 1, bad: 2 } as const;

/** The worse of two; the first where both are alike. */
export const worst = (one: Quality, other: Quality): Quality => (ranks[other.level] > ranks[one.level] ? other : one);

/** True if a process alarm may be raised or cleared on this quality: good only. Bad input never clears an alarm. */
export const isUsable = (quality: Quality): boolean => quality.level === 'good';
