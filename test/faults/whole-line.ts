import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startCommand } from '#agent/cli/demo/child-lines.ts';
import type { CommandChild } from '#agent/cli/demo/child-lines.ts';
import { copyDemoSite } from '#agent/cli/demo/site-copy.ts';
import type { AlarmTransition } from '#agent/model/alarm.ts';
import type { RecordOf } from '#agent/model/record.ts';
import type { SiteReport } from '#agent/line/tally.ts';
import type { Receiver } from '#simulators/receiver/receiver.ts';
import { startReceiver } from '#simulators/receiver/receiver.ts';
import type { Endpoints } from '#simulators/start-simulators.ts';
import { startMosquitto } from '#test/agent/uplink/mosquitto.ts';
import type { Mosquitto } from '#test/agent/uplink/mosquitto.ts';

/** Everything as it stands in a plant, each part a process of its own: devices, agent, a real broker, a receiver. */
export interface WholeLine {
  readonly broker: Mosquitto;
  readonly receiver: Receiver;
  readonly control: string;
  /** The agent that runs now. */
  readonly agent: () => Agent;
  readonly startAgent: () => Promise<Agent>;
  readonly play: (scenario: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

export interface Agent {
  readonly child: CommandChild;
  readonly alarms: readonly RecordOf<'alarm', AlarmTransition>[];
  readonly report: () => SiteReport | undefined;
}

export async function startWholeLine(): Promise<WholeLine> {
  const directory = await mkdtemp(join(tmpdir(), 'firewatch-line-'));
  const broker = await startMosquitto();
  const receiver = await startReceiver({ url: broker.url, topicPrefix: 'firewatch' });
  let endpoints: Endpoints | undefined;
  const ports = ['--opcua-port', '0', '--modbus-port', '0', '--port', '0'];
  const plant = startCommand(['simulate', '--json', ...ports], (line) => {
    endpoints ??= (line as { endpoints: Endpoints }).endpoints;
  });
  const ready = await until('the plant answers', () => endpoints);
  const site = copyDemoSite(join(directory, 'site'), {
    endpoints: ready,
    receiver: broker.url,
  });

  let current: Agent | undefined;
  const startAgent = async (): Promise<Agent> => {
    let report: SiteReport | undefined;
    const alarms: RecordOf<'alarm', AlarmTransition>[] = [];
    const child = startCommand(['run', site, '--json', '--report', '200ms', '--drain', '60s'], (line) => {
      const told = line as { type: string; record: RecordOf<'alarm', AlarmTransition> };
      if (told.type === 'alarm') alarms.push(told.record);
      else if (told.type !== 'ready') report = line as SiteReport;
    });
    current = { child, alarms, report: () => report };
    await until(`both sources are online (${child.lastWords()})`, () =>
      report?.sources.every(({ status }) => status?.state === 'online') ? true : undefined,
    );
    return current;
  };
  await startAgent();

  return {
    broker,
    receiver,
    control: ready.control ?? '',
    agent: () => {
      if (!current) throw new Error('no agent was started');
      return current;
    },
    startAgent,
    play: async (name) => {
      const answer = await fetch(`${ready.control}/scenario`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ name }),
      });
      if (!answer.ok) throw new Error(await answer.text());
    },
    close: async () => {
      await current?.child.stop(5000);
      await plant.stop(5000);
      await receiver.stop();
      await broker.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Waits for a condition; the deadline is there to end a test that can't succeed, not to measure. */
export async function until<T>(what: string, read: () => T | undefined, withinMs = 90_000): Promise<T> {
  const deadline = performance.now() + withinMs;
  for (let found = read(); ; found = read()) {
    if (found !== undefined) return found;
    if (performance.now() > deadline) throw new Error(`not within ${withinMs / 1000} s: ${what}`);
    await delay(50);
  }
}
