import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ReceivedAlarm } from '#simulators/receiver/receiver.ts';
import { startWholeLine, until } from './whole-line.ts';
import type { Agent, WholeLine } from './whole-line.ts';

const BROKER_OUTAGE_MS = 30_000;

let line: WholeLine;

beforeEach(async () => {
  line = await startWholeLine();
}, 300_000);

afterEach(async () => {
  await line.close();
}, 180_000);

describe('the whole line', () => {
  it('delivers every record once the broker is back after being killed for half a minute', async () => {
    await line.play('demo');
    const before = await firstAlarm();

    await line.broker.kill('SIGKILL');
    await delay(BROKER_OUTAGE_MS);
    const raisedMeanwhile = line.agent().alarms.length;
    expect(raisedMeanwhile, 'alarms go on without a broker').toBeGreaterThan(before);
    expect(line.receiver.report().alarms.length).toBeLessThan(raisedMeanwhile);
    await line.broker.start();

    await expectEverythingArrived(await stop(line.agent()));
  }, 240_000);

  it('loses nothing and raises nothing twice when the agent is killed in the middle', async () => {
    await line.play('demo');
    await firstAlarm();
    const killed = line.agent();
    process.kill(killed.child.pid, 'SIGKILL');
    await killed.child.gone;

    const restarted = await line.startAgent();
    await until('an alarm after the restart', () => restarted.alarms.find(({ body }) => body.event === 'raised'));

    const stopped = await stop(restarted);
    await expectEverythingArrived(stopped);
    const received = line.receiver.report();
    for (const { seq, body } of killed.alarms) {
      expect(received.alarms, `told before the kill: ${body.alarm} ${body.event}`).toContainEqual(
        expect.objectContaining({ seq, alarm: body.alarm, event: body.event }),
      );
    }
    expect(received.perStream.gap?.records, 'the time without an agent is a gap').toBeGreaterThan(0);
  }, 240_000);
});

const firstAlarm = (): Promise<number> =>
  until('a first alarm at the receiver', () => line.receiver.report().alarms.length || undefined);

/** Ends the agent, which gives its receiver time to take the rest; the heads of its journal. */
async function stop(agent: Agent): Promise<Record<string, number>> {
  await agent.child.stop(90_000);
  const report = agent.report();
  if (!report) throw new Error('the agent ended without a report');
  return Object.fromEntries(Object.entries(report.journal.streams).map(([stream, { head }]) => [stream, head]));
}

async function expectEverythingArrived(heads: Record<string, number>): Promise<void> {
  expect(heads['alarm']).toBeGreaterThan(0);
  expect(heads['sample']).toBeGreaterThan(0);
  // The broker may still be handing over what it has acknowledged.
  await until(
    'the last record at the receiver',
    () => (line.receiver.missing(heads).length === 0 ? true : undefined),
    20_000,
  );
  const report = line.receiver.report();
  expect(report).toMatchObject({ gaps: 0, invalid: 0, faults: [] });
  expect(report.simulated).toBe(report.verified);
  expect(raisedTwice(report.alarms)).toEqual([]);
  const records = Object.values(heads).reduce((sum, head) => sum + head, 0);
  expect(report.records, 'after duplicates are dropped, each record is there once').toBe(records);
}

/** Alarms that were raised again without having been cleared between. */
function raisedTwice(alarms: readonly ReceivedAlarm[]): string[] {
  const raised = new Set<string>();
  return alarms.flatMap(({ alarm, event }) => {
    const isTwice = event === 'raised' && raised.has(alarm);
    if (event === 'raised') raised.add(alarm);
    if (event === 'cleared') raised.delete(alarm);
    return isTwice ? [alarm] : [];
  });
}
