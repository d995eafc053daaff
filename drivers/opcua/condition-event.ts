import type { Variant } from 'node-opcua-client';
import type { AlarmOverlay, AlarmPriority } from '#agent/model/alarm.ts';
import type { PlantAlarm } from '#agent/model/plant-alarm.ts';
import { conditionFields } from './condition-fields.ts';
import type { ToldAlarm } from './plant-alarm-book.ts';

/** What one event of the server says to who watches its alarms. */
export type ConditionEvent =
  | { readonly type: 'alarm'; readonly alarm: ToldAlarm }
  /** Frames of a refresh, the server's wish for one, and its word that it lost events (OPC 10000-9 §5.11, 10000-4 §7.22.3). */
  | { readonly type: 'refresh-start' | 'refresh-end' | 'refresh-required' | 'overflow' }
  | { readonly type: 'other' };

const signals: Readonly<Record<string, Exclude<ConditionEvent['type'], 'alarm'>>> = {
  'i=2787': 'refresh-start',
  'i=2788': 'refresh-end',
  'i=2789': 'refresh-required',
  'i=3035': 'overflow',
};

/**
 * @param namespaces - the server's table now
 * @param now - UTC ms, for an event that tells no time
 */
export function conditionEvent(
  fields: readonly Variant[],
  { namespaces, now }: { readonly namespaces: readonly string[]; readonly now: number },
): ConditionEvent {
  const at = conditionFields(fields, namespaces);
  const signal = signals[String(at('EventType'))];
  if (signal) return { type: signal };
  const condition = text(at('ConditionName'));
  if (condition === '') return { type: 'other' };
  const severity = Number(at('Severity'));
  const branch = at('BranchId');
  const time = Date.parse(text(at('Time')));
  const isRetained = at('Retain') === true;
  return {
    type: 'alarm',
    alarm: {
      origin: 'plant',
      // A server that does not tell the condition's node has one of a name at each source.
      alarm: `${text(at('') ?? `${text(at('SourceNode'))} ${condition}`)}${branch === null ? '' : ` branch ${text(branch)}`}`,
      state: stateOf(at, { isRetained, isBranch: branch !== null }),
      overlay: overlayOf(at),
      priority: priorityOf(severity),
      severity,
      condition,
      message: text(at('Message')),
      sourceName: text(at('SourceName')),
      sourceNode: text(at('SourceNode')),
      time: Number.isNaN(time) ? now : time,
      isConfirmed: asBoolean(at('ConfirmedState/Id')),
      isRetained,
      quality: text(at('Quality')),
      eventId: text(at('EventId')),
    },
  };
}

type Fields = ReturnType<typeof conditionFields>;
type Plain = ReturnType<Fields>;

/**
 * A condition that has no active state of its own stands as long as the server retains it. A branch is an occurrence of
 * the past that still waits to be acknowledged, whatever the process does now. A disabled condition has no valid state
 * (OPC 10000-9 §5.5.2).
 */
function stateOf(
  at: Fields,
  { isRetained, isBranch }: { readonly isRetained: boolean; readonly isBranch: boolean },
): PlantAlarm['state'] | undefined {
  if (at('EnabledState/Id') === false) return undefined;
  const isUnacked = at('AckedState/Id') === false;
  if (!isBranch && (at('ActiveState/Id') ?? isRetained)) return isUnacked ? 'unacknowledged' : 'acknowledged';
  return isUnacked ? 'returned' : 'normal';
}

/** A disabled condition is out of service. By its text the shelving state can't be told: that is in the plant's language. */
function overlayOf(at: Fields): AlarmOverlay {
  if (at('EnabledState/Id') === false || at('OutOfServiceState/Id') === true) return 'out-of-service';
  if (at('SuppressedState/Id') === true) return 'suppressed';
  return at('SuppressedOrShelved') === true ? 'shelved' : 'none';
}

function priorityOf(severity: number): AlarmPriority {
  if (severity > 800) return 'critical';
  if (severity > 600) return 'high';
  return severity > 200 ? 'medium' : 'low';
}

const text = (value: Plain): string => (value === null ? '' : String(value));
const asBoolean = (value: Plain): boolean | null => (typeof value === 'boolean' ? value : null);
