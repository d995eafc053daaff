import type { ProvincialPlatform } from '#simulators/receiver/platform/provincial-platform.ts';
import { works } from '#test/agent/uplink/platform/day-site.ts';

type Row = Readonly<Record<string, unknown>>;

const messages: Readonly<Record<string, string>> = {
  risk_unit: 'sec_security_risk_unit',
  risk_event: 'sec_security_risk_events',
  risk_measure: 'sec_security_risk_control_measures',
  inspection_task: 'sec_hidden_check_mission',
  inspection_record: 'sec_hidden_check_record',
  hidden_danger: 'sec_hidden_danger_info',
  safety_commitment: 'sec_production_promise',
  stop_record: 'sec_deactivated_maintenance_record',
};
const ticketStates: Readonly<Record<string, string>> = { '1': '1', '2': '1', '3': '3', '5': '4', '6': '1' };

/** Every row that a system of the enterprise tells, deleted ones too. */
export async function rowsOf(url: string, token: string): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (let cursor = 0; ;) {
    const answer = await fetch(`${url}?cursor=${cursor}`, { headers: { authorization: `Bearer ${token}` } });
    const page = (await answer.json()) as { readonly rows: readonly Row[]; readonly next: number };
    rows.push(...page.rows);
    if (page.next === cursor) return rows;
    cursor = page.next;
  }
}

/** What the platform has otherwise than the enterprise's registers say: a record, its deletion, a field. */
export function registerDifferences(rows: readonly Row[], platform: ProvincialPlatform): readonly string[] {
  return rows.flatMap(({ table, id, deleted, fields }) => {
    const message = messages[String(table)];
    if (message === undefined) return [];
    const there = platform.held(message).get(String(id));
    if (!there) return [`${message}/${String(id)} is not there`];
    if (there['deleted'] !== String(deleted)) return [`${message}/${String(id)} deleted: ${String(there['deleted'])}`];
    const told = Object.entries(fields as Row).filter(([name, value]) => {
      const kept = there[name === 'dangerSrc' ? 'dangersSrc' : name];
      return kept !== undefined && textOf(kept) !== textOf(value);
    });
    return told.map(
      ([name, value]) => `${message}/${String(id)} ${name}: ${String(there[name])}, not ${String(value)}`,
    );
  });
}

/** The same of permits: each under its kind, its state, its deletion and all of its gas tests. */
export function permitDifferences(rows: readonly Row[], platform: ProvincialPlatform): readonly string[] {
  const tests = [...platform.held('sec_special_job_gas_analysis').values()];
  return rows.flatMap(({ id, ticketType, ticketStatus, deleted, gasAnalysis }) => {
    const [, kind] = works[ticketType as keyof typeof works];
    const message = `sec_special_job_ticket_${kind}`;
    const there = platform.held(message).get(String(id));
    if (!there) return [`${message}/${String(id)} is not there`];
    const expected = ticketStates[String(ticketStatus)];
    if (there['ticketStatus'] !== expected)
      return [`${message}/${String(id)} ticketStatus: ${String(there['ticketStatus'])}, not ${expected ?? ''}`];
    if (there['deleted'] !== String(deleted)) return [`${message}/${String(id)} deleted: ${String(there['deleted'])}`];
    const found = tests.filter(({ ticketID }) => ticketID === id).length;
    const done = (gasAnalysis as readonly unknown[]).length;
    return found === done ? [] : [`${message}/${String(id)}: ${found} gas tests, not ${done}`];
  });
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
