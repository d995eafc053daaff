import { writeFileSync } from 'node:fs';
import { startCommand } from '#agent/cli/demo/child-lines.ts';
import type { CommandChild } from '#agent/cli/demo/child-lines.ts';
import type { SiteReport } from '#agent/line/tally.ts';
import type { Endpoints } from '#simulators/start-simulators.ts';
import { until } from '#test/faults/whole-line.ts';

/** A process that is killed and started again. */
interface Actor {
  readonly start: () => Promise<void>;
  readonly kill: () => Promise<void>;
  readonly stop: () => Promise<void>;
  readonly pid: () => number | undefined;
}

export interface AgentActor extends Actor {
  /** The last report of the agent that runs now. */
  readonly report: () => SiteReport | undefined;
  /** Its last words, each time that it ended although nobody had asked for it. */
  readonly endedByItself: () => readonly string[];
  /** Its wall clock is so much ahead from now on. Milliseconds. */
  readonly setClock: (offsetMs: number) => void;
}

const steppedClock = new URL('stepped-clock.ts', import.meta.url).href;
const tellWeight = new URL('../bench/weight/tell-weight.ts', import.meta.url).href;
const DRAIN = '60s';
const STOP_WITHIN_MS = 90_000;

interface AgentFiles {
  /** Says by how much its wall clock is wrong. */
  readonly clock: string;
  /** Where it writes what it weighs; absent: it does not. */
  readonly weight?: string | undefined;
}

export function agentActor(site: () => string, files: AgentFiles): AgentActor {
  let child: CommandChild | undefined;
  let report: SiteReport | undefined;
  const ended: string[] = [];
  const setClock = (offsetMs: number): void => writeFileSync(files.clock, String(offsetMs));
  setClock(0);
  const preloads = [steppedClock, ...(files.weight === undefined ? [] : [tellWeight])];
  const env = {
    NODE_OPTIONS: preloads.map((module) => `--import=${module}`).join(' '),
    FIREWATCH_PROVE_CLOCK: files.clock,
    ...(files.weight !== undefined && { FIREWATCH_WEIGHT: files.weight }),
  };
  return {
    start: async () => {
      report = undefined;
      let isReady = false;
      const words = ['run', site(), '--json', '--report', '200ms', '--drain', DRAIN];
      const hear = (line: unknown): void => {
        const { type } = line as { readonly type: string };
        if (type === 'ready') isReady = true;
        if (type === 'report' || type === 'stopped') report = line as SiteReport;
      };
      const started = startCommand(words, hear, env);
      child = started;
      void started.gone.then(() => child === started && ended.push(started.lastWords()));
      await until('the agent is ready', () => (isReady || started.isGone() ? true : undefined));
    },
    kill: async () => {
      const dying = child;
      child = undefined;
      await kill(dying);
    },
    stop: async () => {
      const ending = child;
      child = undefined;
      await ending?.stop(STOP_WITHIN_MS);
    },
    pid: () => child?.pid,
    report: () => report,
    endedByItself: () => ended,
    setClock,
  };
}

export interface PlantActor extends Actor {
  readonly endpoints: () => Endpoints;
}

/** `onEndpoints`: they answer elsewhere each time; undefined while they are gone. */
export function plantActor(seed: number, onEndpoints: (endpoints: Endpoints | undefined) => void): PlantActor {
  let child: CommandChild | undefined;
  let endpoints: Endpoints | undefined;
  const ports = ['--opcua-port', '0', '--modbus-port', '0', '--port', '0'];
  return {
    start: async () => {
      endpoints = undefined;
      const started = startCommand(['simulate', '--json', '--seed', String(seed), ...ports], (line) => {
        endpoints ??= (line as { endpoints: Endpoints }).endpoints;
      });
      child = started;
      onEndpoints(await until(`the plant answers (${started.lastWords()})`, () => endpoints));
    },
    kill: async () => {
      onEndpoints(undefined);
      await kill(child);
    },
    stop: async () => {
      await child?.stop(5000);
    },
    pid: () => child?.pid,
    endpoints: () => endpoints ?? {},
  };
}

async function kill(child: CommandChild | undefined): Promise<void> {
  if (!child || child.isGone()) return;
  process.kill(child.pid, 'SIGKILL');
  await child.gone;
}
