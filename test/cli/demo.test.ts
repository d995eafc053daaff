import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import type { Outcome } from '#agent/cli/demo/outcome.ts';
import { loadNamedScenario } from '#simulators/scenario/load-scenario.ts';

const main = fileURLToPath(new URL('../../agent/cli/main.ts', import.meta.url));

it('shows the scenario’s alarms in their order, and all of it verified by the receiver', async () => {
  const { expects } = await loadNamedScenario('demo');
  const last = Math.max(...expects.map(({ within }) => within));
  const args = [main, 'demo', '--for', `${last + 5000}ms`, '--json'];

  // A non-zero exit would reject.
  const { stdout } = await promisify(execFile)(process.execPath, args);

  const outcome = JSON.parse(stdout) as Outcome;
  expect(outcome).toMatchObject({ ok: true, faults: [], sim: true });
  expect(outcome.samples.opcua).toBeGreaterThan(0);
  expect(outcome.samples.modbus).toBeGreaterThan(0);
  expect(outcome.receiver).toMatchObject({ records: outcome.journal.records, gaps: 0, duplicates: 0, invalid: 0 });

  const expected = expects.map(({ point, source, kind }) => `${point ?? source} ${kind}`);
  const raised = outcome.alarms.map(({ point, kind }) => `${point} ${kind}`);
  expect(expected.length).toBeGreaterThan(5);
  // People, video and permits tell of the same: the work that goes on is in danger, unwatched, and seen to be.
  for (const point of ['compressor-house.permit-danger', 'compressor-house.absent', 'compressor-house.no-helmet'])
    expect(raised).toContain(`${point} state`);
  expect(outcome.evidence.pictures).toBeGreaterThan(5);
  // A connection may be lost for a moment while a busy machine starts everything; what the scenario takes away is the last.
  const place = (alarm: string): number =>
    alarm.endsWith(' communication') ? raised.lastIndexOf(alarm) : raised.indexOf(alarm);
  expect(expected.filter((alarm) => raised.includes(alarm))).toEqual(expected);
  expect(expected.toSorted((one, other) => place(one) - place(other))).toEqual(expected);
}, 180_000);
