import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import type { Outcome } from '#agent/cli/demo/outcome.ts';
import { loadNamedScenario } from '#simulators/scenario/load-scenario.ts';

const main = fileURLToPath(new URL('../../agent/cli/main.ts', import.meta.url));

/** Runs it headless as long as its scenario needs; a non-zero exit would reject. */
async function watch(site: string, scenario: string) {
  const { expects } = await loadNamedScenario(scenario);
  const last = Math.max(...expects.map(({ within }) => within));
  const args = [main, 'demo', '--site', site, '--for', `${last + 5000}ms`, '--json'];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  const outcome = JSON.parse(stdout) as Outcome;
  expect(outcome).toMatchObject({ ok: true, faults: [], sim: true });
  expect(outcome.receiver).toMatchObject({ records: outcome.journal.records, gaps: 0, duplicates: 0, invalid: 0 });
  expect(outcome.evidence.pictures).toBeGreaterThan(5);
  return {
    outcome,
    expected: expects.map(({ point, source, kind }) => `${point ?? source} ${kind}`),
    raised: outcome.alarms.map(({ point, kind }) => `${point} ${kind}`),
  };
}

it('shows the scenario’s alarms in their order, and all of it verified by the receiver', async () => {
  const { outcome, expected, raised } = await watch('demo', 'demo');
  expect(outcome.samples['opcua']).toBeGreaterThan(0);
  expect(outcome.samples['modbus']).toBeGreaterThan(0);
  expect(expected.length).toBeGreaterThan(5);
  // People, video and permits tell of the same: the work that goes on is in danger, unwatched, and seen to be.
  for (const point of ['compressor-house.permit-danger', 'compressor-house.absent', 'compressor-house.no-helmet'])
    expect(raised).toContain(`${point} state`);
  // A connection may be lost for a moment while a busy machine starts everything; what the scenario takes away is the last.
  const place = (alarm: string): number =>
    alarm.endsWith(' communication') ? raised.lastIndexOf(alarm) : raised.indexOf(alarm);
  expect(expected.filter((alarm) => raised.includes(alarm))).toEqual(expected);
  expect(expected.toSorted((one, other) => place(one) - place(other))).toEqual(expected);
}, 180_000);

it('shows a filling station where nobody watches, somebody smokes and the clamp comes off', async () => {
  const { expected, raised } = await watch('filling-station', 'filling-station');
  expect(expected.length).toBe(4);
  expect([...new Set(raised)].filter((alarm) => expected.includes(alarm))).toEqual(expected);
  expect(raised).toContain('unloading.permissive-lost state');
}, 180_000);
