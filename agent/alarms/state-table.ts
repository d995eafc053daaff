import type { AlarmEventName, AlarmOverlay, AlarmState } from '#agent/model/alarm.ts';

/**
 * What can happen to the process part of an alarm.
 *
 * - `raise`: the condition has held for its on-delay.
 * - `return`: the condition has been gone for its off-delay; `return-latching` where the definition latches.
 * - `return-unannounced`: the same for an alarm that was raised under shelving, suppression or out of service and that
 *   nobody was therefore ever asked to acknowledge (ISA-18.2 leaves G, H and I for A when the process is normal).
 * - `re-alarm`: the alarm is abnormal and the time after which people are reminded is over.
 * - `remove`: the definition is gone from the configuration; its condition can no longer be judged.
 */
export type ProcessEvent =
  | 'raise'
  | 'return'
  | 'return-latching'
  | 'return-unannounced'
  | 'acknowledge'
  | 'reset'
  | 're-alarm'
  | 'remove';

/** Why a person's wish is refused. */
export type RefusalReason =
  | 'unknown-alarm'
  | 'no-name'
  | 'no-reason'
  | 'not-raised'
  | 'already-acknowledged'
  | 'not-acknowledged'
  | 'still-abnormal'
  | 'not-latched'
  | 'statutory'
  | 'no-duration'
  | 'too-long'
  | 'already-shelved'
  | 'not-shelved'
  | 'already-suppressed'
  | 'not-suppressed'
  | 'already-out-of-service'
  | 'not-out-of-service'
  | 'not-configured';

/** One field of the table: a transition, nothing at all, or a refusal that the person is told. */
export type ProcessCell = { readonly to: AlarmState; readonly event: AlarmEventName } | 'stays' | RefusalReason;

const to = (state: AlarmState, event: AlarmEventName): ProcessCell => ({ to: state, event });

/**
 * ISA-18.2-2016 / IEC 62682 states A to F against every event. `raised` from `unacknowledged` or `acknowledged` is a
 * re-alarm: it asks for attention again, within the same occurrence.
 */
export const processTable = {
  // A
  normal: {
    raise: to('unacknowledged', 'raised'),
    return: 'stays',
    'return-latching': 'stays',
    'return-unannounced': 'stays',
    acknowledge: 'not-raised',
    reset: 'not-raised',
    're-alarm': 'stays',
    remove: 'stays',
  },
  // B
  unacknowledged: {
    raise: 'stays',
    return: to('returned', 'cleared'),
    'return-latching': to('latched', 'cleared'),
    'return-unannounced': to('normal', 'cleared'),
    acknowledge: to('acknowledged', 'acknowledged'),
    reset: 'still-abnormal',
    're-alarm': to('unacknowledged', 'raised'),
    remove: to('returned', 'removed-from-service'),
  },
  // C
  acknowledged: {
    raise: 'stays',
    return: to('normal', 'cleared'),
    'return-latching': to('latched-acknowledged', 'cleared'),
    'return-unannounced': to('normal', 'cleared'),
    acknowledge: 'already-acknowledged',
    reset: 'still-abnormal',
    're-alarm': to('unacknowledged', 'raised'),
    remove: to('normal', 'removed-from-service'),
  },
  // D
  returned: {
    raise: to('unacknowledged', 'raised'),
    return: 'stays',
    'return-latching': 'stays',
    'return-unannounced': 'stays',
    acknowledge: to('normal', 'acknowledged'),
    reset: 'not-latched',
    're-alarm': 'stays',
    remove: to('returned', 'removed-from-service'),
  },
  // E
  latched: {
    raise: to('unacknowledged', 'raised'),
    return: 'stays',
    'return-latching': 'stays',
    'return-unannounced': 'stays',
    acknowledge: to('latched-acknowledged', 'acknowledged'),
    reset: 'not-acknowledged',
    're-alarm': 'stays',
    remove: to('latched', 'removed-from-service'),
  },
  // F
  'latched-acknowledged': {
    raise: to('unacknowledged', 'raised'),
    return: 'stays',
    'return-latching': 'stays',
    'return-unannounced': 'stays',
    acknowledge: 'already-acknowledged',
    reset: to('normal', 'reset'),
    're-alarm': 'stays',
    remove: to('latched-acknowledged', 'removed-from-service'),
  },
} as const satisfies Record<AlarmState, Record<ProcessEvent, ProcessCell>>;

/** The table's field with its cells widened, so that every caller handles all three kinds. */
export const processCell = (state: AlarmState, event: ProcessEvent): ProcessCell => processTable[state][event];

/** The condition holds as far as anybody knows: states B and C. */
export const isAbnormal = (state: AlarmState): boolean => state === 'unacknowledged' || state === 'acknowledged';

/** States G, H and I lie over A to F and do not exclude each other: a shelved alarm may be suppressed too. */
export type OverlayMark = Exclude<AlarmOverlay, 'none'>;

export type OverlayEvent = 'set' | 'lift';

export type OverlayCell = { readonly event: AlarmEventName } | RefusalReason;

/** `set` and `lift` become these events; refusals where the mark is already (or not) there. */
export const overlayTable = {
  // G
  shelved: {
    off: { set: { event: 'shelved' }, lift: 'not-shelved' },
    on: { set: 'already-shelved', lift: { event: 'unshelved' } },
  },
  // H
  suppressed: {
    off: { set: { event: 'suppressed' }, lift: 'not-suppressed' },
    on: { set: 'already-suppressed', lift: { event: 'unsuppressed' } },
  },
  // I
  'out-of-service': {
    off: { set: { event: 'removed-from-service' }, lift: 'not-out-of-service' },
    on: { set: 'already-out-of-service', lift: { event: 'returned-to-service' } },
  },
} as const satisfies Record<OverlayMark, Record<'off' | 'on', Record<OverlayEvent, OverlayCell>>>;

export const overlayCell = (mark: OverlayMark, isSet: boolean, event: OverlayEvent): OverlayCell =>
  overlayTable[mark][isSet ? 'on' : 'off'][event];

/** What people see where several marks are set: the strongest decision. */
export function visibleOverlay(marks: {
  readonly isShelved: boolean;
  readonly isSuppressed: boolean;
  readonly isOutOfService: boolean;
}): AlarmOverlay {
  if (marks.isOutOfService) return 'out-of-service';
  if (marks.isSuppressed) return 'suppressed';
  return marks.isShelved ? 'shelved' : 'none';
}
