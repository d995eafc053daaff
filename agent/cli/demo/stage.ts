import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { AlarmTransition } from '#agent/model/alarm.ts';
import type { RecordOf, Stream } from '#agent/model/record.ts';
import type { SiteReport, SourceReport } from '#agent/line/tally.ts';
import type { Expectation } from '#simulators/scenario/scenario.ts';
import type { Endpoints } from '#simulators/start-simulators.ts';
import { startReceiver } from '#simulators/receiver/receiver.ts';
import type { Missing, Receiver, ReceiverReport } from '#simulators/receiver/receiver.ts';
import { startCommand } from './child-lines.ts';
import type { CommandChild } from './child-lines.ts';
import { preferredPort } from './preferred-port.ts';
import type { DemoSiteName } from './demo-sites.ts';
import { copyDemoSite, devicesOf } from './site-copy.ts';

export type AlarmRecord = RecordOf<'alarm', AlarmTransition>;

/** The demo's processes: simulated devices, agent, and in this process the receiver. */
export interface Stage {
  readonly startedAt: number;
  readonly directory: string;
  readonly site: DemoSiteName;
  readonly endpoints: Endpoints;
  /** Where the page is, and the code with which its first account is made; absent where it is not served. */
  readonly page?: { readonly url: string; readonly setupCode?: string };
  readonly expects: readonly Expectation[];
  /** The agent's last report; undefined before the first. */
  readonly report: () => SiteReport | undefined;
  readonly alarms: () => readonly AlarmRecord[];
  readonly received: () => ReceiverReport;
  /** Pictures kept with alarms so far. */
  readonly pictures: () => number;
  /** What the receiver lacks of what the agent's journal held at its end. */
  readonly missing: () => readonly Missing[];
  /** A process that ended by itself, with its last words; undefined while all is well. */
  readonly failure: () => string | undefined;
  /** Ends the agent first, so that it can still deliver, then the rest. */
  readonly stop: () => Promise<void>;
}

export interface StageOptions {
  readonly site: DemoSiteName;
  readonly scenario: string;
  readonly signal: AbortSignal;
}

const AGENT_STOP_MS = 20_000;
const SIMULATOR_STOP_MS = 5000;
const READY_WITHIN_MS = 60_000;
const PAGE_PORT = 8080;

interface PlantReady {
  readonly endpoints: Endpoints;
}

type AgentLine =
  | { readonly type: 'ready'; readonly page?: string; readonly setupCode?: string }
  | { readonly type: 'alarm'; readonly record: AlarmRecord }
  | ({ readonly type: 'report' | 'stopped' } & SiteReport);

/** @throws Error with the child's last words when a process does not come up. */
export async function raiseStage({ site: name, scenario, signal }: StageOptions): Promise<Stage> {
  const directory = mkdtempSync(join(tmpdir(), 'firewatch-demo-'));
  let receiver: Receiver | undefined;
  let plant: CommandChild | undefined;
  let agent: CommandChild | undefined;

  const evidence = join(directory, 'site', 'data', 'evidence');
  let picturesAtEnd: number | undefined;

  const stop = async (): Promise<void> => {
    await agent?.stop(AGENT_STOP_MS);
    picturesAtEnd = picturesIn(evidence);
    await plant?.stop(SIMULATOR_STOP_MS);
    await receiver?.stop();
    rmSync(directory, { recursive: true, force: true });
  };

  try {
    let ready: PlantReady | undefined;
    const ports = ['--opcua-port', '0', '--modbus-port', '0', '--port', '0'];
    plant = startCommand(['simulate', ...devicesOf(name), '--json', '--scenario', 'steady', ...ports], (line) => {
      ready ??= line as PlantReady;
    });
    receiver = await startReceiver({ embeddedBroker: { port: 0 }, topicPrefix: 'firewatch' });
    const { endpoints } = await until('the simulators', plant, signal, () => ready);

    const alarms: AlarmRecord[] = [];
    let report: SiteReport | undefined;
    const site = copyDemoSite(join(directory, 'site'), {
      site: name,
      endpoints,
      receiver: `mqtt://127.0.0.1:${receiver.port}`,
      pagePort: await preferredPort(PAGE_PORT),
    });
    let page: Stage['page'];
    const watched = startCommand(['run', site, '--json', '--report', '500ms'], (line) => {
      const told = line as AgentLine;
      if (told.type === 'alarm') alarms.push(told.record);
      else if (told.type !== 'ready') report = told;
      else if (told.page !== undefined)
        page = { url: told.page, ...(told.setupCode !== undefined && { setupCode: told.setupCode }) };
    });
    agent = watched;
    await until('the agent', watched, signal, () => report?.sources.every(isOnline) || undefined);
    // The plant stands still until somebody watches: the scenario's seconds count from here.
    const startedAt = Date.now();
    const expects = await playScenario(endpoints.control ?? '', scenario);

    const { report: received, missing } = receiver;
    const processes = { simulators: plant, agent: watched };
    return {
      startedAt,
      directory,
      site: name,
      endpoints,
      ...(page && { page }),
      expects,
      report: () => report,
      alarms: () => alarms,
      received,
      pictures: () => picturesAtEnd ?? picturesIn(evidence),
      missing: () => missing(headsOf(report)),
      failure: () => {
        const ended = Object.entries(processes).find(([, child]) => child.isGone());
        return ended && `the ${ended[0]} ended: ${ended[1].lastWords()}`;
      },
      stop,
    };
  } catch (cause) {
    await stop();
    throw cause;
  }
}

function picturesIn(evidence: string): number {
  try {
    return readdirSync(evidence).filter((name) => name.endsWith('.jpg')).length;
  } catch {
    // Made with the first picture.
    return 0;
  }
}

const isOnline = ({ status }: SourceReport): boolean => status?.state === 'online';

async function playScenario(control: string, name: string): Promise<readonly Expectation[]> {
  const answer = await fetch(`${control}/scenario`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name }),
  });
  if (!answer.ok) throw new Error(`scenario ${name}: ${await answer.text()}`);
  const { expects } = (await (await fetch(`${control}/scenario`)).json()) as { expects: readonly Expectation[] };
  return expects;
}

const headsOf = (report: SiteReport | undefined): Partial<Record<Stream, number>> =>
  Object.fromEntries(Object.entries(report?.journal.streams ?? {}).map(([stream, { head }]) => [stream, head]));

async function until<T>(what: string, child: CommandChild, signal: AbortSignal, read: () => T | undefined): Promise<T> {
  const deadline = performance.now() + READY_WITHIN_MS;
  for (let found = read(); ; found = read()) {
    if (found !== undefined) return found;
    if (child.isGone()) throw new Error(`${what} ended before being ready: ${child.lastWords()}`);
    if (performance.now() > deadline) throw new Error(`${what} not ready within ${READY_WITHIN_MS / 1000} s`);
    await delay(50, undefined, { signal });
  }
}
