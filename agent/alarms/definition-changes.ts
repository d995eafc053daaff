import type { AlarmDefinition } from '#agent/model/alarm.ts';
import type { AuditEntry } from '#agent/model/record.ts';
import { alarmColumns, rowOf } from './alarm-row.ts';

/**
 * What an inspector asks: which alarm settings were changed, from what to what, when and by whom. One entry an alarm
 * that was added, removed or changed; `detail` holds each changed column as `setpoint: "90 → 95"`. Ordered as in
 * `after`, the removed ones last.
 */
export function auditOfChanges(
  before: Iterable<AlarmDefinition>,
  after: Iterable<AlarmDefinition>,
  by: { readonly who: string; readonly time: number },
): AuditEntry[] {
  const old = new Map([...before].map((definition) => [definition.id, definition]));
  const entries: AuditEntry[] = [];
  for (const definition of after) {
    const was = old.get(definition.id);
    old.delete(definition.id);
    const detail = changes(was, definition);
    if (Object.keys(detail).length === 0) continue;
    entries.push({ ...by, action: was === undefined ? 'alarm.added' : 'alarm.changed', what: definition.id, detail });
  }
  for (const was of old.values()) {
    entries.push({ ...by, action: 'alarm.removed', what: was.id, detail: changes(was, undefined) });
  }
  return entries;
}

function changes(was: AlarmDefinition | undefined, is: AlarmDefinition | undefined): Record<string, string> {
  const old = was === undefined ? undefined : rowOf(was);
  const now = is === undefined ? undefined : rowOf(is);
  const detail: Record<string, string> = {};
  for (const column of alarmColumns) {
    const from = old?.[column] ?? '';
    const to = now?.[column] ?? '';
    if (from === to) continue;
    if (old === undefined) detail[column] = to;
    else detail[column] = now === undefined ? from : `${from || 'none'} → ${to || 'none'}`;
  }
  return detail;
}
