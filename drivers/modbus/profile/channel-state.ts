import type { ChannelState, ConditionName } from '#config/device-words.ts';
import { Flag } from '#agent/model/flags.ts';
import { bad, GOOD, uncertain, type Quality } from '#agent/model/quality.ts';

/** What holds of a channel at one moment. */
export type Holds = (condition: ConditionName) => boolean;

/** The first state of `precedence` that holds. */
export function stateOf(holds: Holds, precedence: readonly ChannelState[]): ChannelState {
  return precedence.find((state) => state === 'normal' || holds(state)) ?? 'normal';
}

/**
 * Whether anything that the channel says can be believed: its alarm bits too. Good otherwise. This order does not depend on
 * which state is shown.
 */
export function lifeQuality(holds: Holds): Quality {
  if (holds('not-present')) return bad('no-such-address');
  if (holds('comm-fault')) return bad('comm-lost');
  if (holds('stale')) return bad('stale');
  return GOOD;
}

/**
 * How far the readings can be trusted. An inhibited or calibrated channel may hold its last value or measure test gas:
 * uncertain, and never the cause of an alarm of ours. The device's own alarm bits are not touched by this.
 */
export function readingQuality(holds: Holds, faultCode: number | undefined): Quality {
  const life = lifeQuality(holds);
  if (life.level !== 'good') return life;
  if (holds('fault')) return bad('sensor-fault', faultCode);
  if (holds('warm-up') || holds('calibration')) return uncertain('maintenance');
  // While a machine runs up its rack multiplies its own limits: ours must not alarm either.
  if (holds('inhibit') || holds('run-up')) return uncertain('inhibited');
  if (holds('over')) return uncertain('over-range');
  return holds('under') ? uncertain('under-range') : GOOD;
}

export const flagsOf = (holds: Holds): number =>
  (holds('inhibit') ? Flag.inhibit : 0) | (holds('warm-up') || holds('calibration') ? Flag.maintenance : 0);
