import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SiteConfig } from '#config/site.ts';
import { loadSite } from '#config/load-site.ts';
import { drivers } from '#drivers/registry.ts';
import { deviceNames } from '#simulators/device/fault-menus.ts';
import type { Endpoints } from '#simulators/start-simulators.ts';
import { until } from '#test/faults/whole-line.ts';
import { startBroker } from './broker.ts';
import type { Broker } from './broker.ts';
import { startLink } from './link.ts';
import type { Link } from './link.ts';
import type { LinkName } from './plan.ts';
import { agentActor, plantActor } from './processes.ts';
import type { AgentActor, PlantActor } from './processes.ts';
import { startReceivers } from './receivers.ts';
import type { Receivers } from './receivers.ts';
import { writeSite } from './site-file.ts';
import { makeSmallDisk } from './small-disk.ts';
import type { SmallDisk } from './small-disk.ts';
import { watchTruth } from './truth-log.ts';
import type { TruthWatch } from './truth-log.ts';

/** The whole site, every part a process of its own, and a link that can be broken before each. */
export interface Stage {
  readonly directory: string;
  readonly config: SiteConfig;
  readonly agent: AgentActor;
  readonly plant: PlantActor;
  readonly broker: Broker;
  readonly receivers: Receivers;
  readonly links: ReadonlyMap<LinkName, Link>;
  readonly disk: SmallDisk;
  readonly truth: TruthWatch;
  readonly isWell: () => boolean;
  readonly close: () => Promise<void>;
}

/** `weightFile`: see test/bench/weight/tell-weight.ts; without it the agent is not weighed. */
export async function raiseStage(seed: number, weightFile?: string): Promise<Stage> {
  const directory = mkdtempSync(join(tmpdir(), 'firewatch-prove-'));
  const disk = makeSmallDisk(join(directory, 'disk'));
  const broker = await startBroker();
  const receivers = await startReceivers(directory, broker.url);
  const links = new Map<LinkName, Link>();
  for (const name of deviceNames) links.set(name, await startLink());
  links.set('broker', await startLink(broker.tlsPort));
  links.set('county', await startLink(receivers.countyPort));
  const truth = watchTruth();

  const plant = plantActor(seed, (endpoints) => {
    truth.ask(endpoints?.control);
    if (!endpoints) return;
    for (const name of deviceNames) links.get(name)?.leadTo(Number(endpoints[name]?.split(':').at(-1)));
  });
  let site = '';
  const agent = agentActor(() => site, { clock: join(directory, 'clock'), weight: weightFile });
  const close = async (): Promise<void> => {
    await agent.kill();
    await truth.stop();
    await plant.stop();
    await receivers.stop();
    await broker.stop();
    for (const link of links.values()) await link.close();
    disk.remove();
    rmSync(directory, { recursive: true, force: true });
  };

  try {
    await plant.start();
    const url = (name: LinkName): string => `127.0.0.1:${links.get(name)?.port}`;
    const endpoints: Endpoints = Object.fromEntries(
      deviceNames.map((name) => [name, name === 'opcua' ? `opc.tcp://${url(name)}` : url(name)]),
    );
    site = writeSite(join(directory, 'site'), {
      endpoints,
      broker: `mqtts://${url('broker')}`,
      authority: broker.authority,
      county: `mqtt://${url('county')}`,
      journal: join(disk.directory, 'journal'),
    });
    const loaded = loadSite(site, { kinds: drivers });
    if (!loaded.ok) throw new Error(`the site has faults: ${JSON.stringify(loaded.errors)}`);
    await agent.start();
    const isWell = (): boolean => {
      const report = agent.report();
      return (
        report !== undefined &&
        report.sources.every(({ status }) => status?.state === 'online') &&
        report.uplinks.length === 2 &&
        report.uplinks.every(({ state }) => state === 'connected') &&
        report.journalHealth.disk.trouble === 'none'
      );
    };
    await until('all is well at first', () => (isWell() ? true : undefined), 60_000).catch((cause: unknown) => {
      const { sources = [], uplinks = [], journalHealth } = agent.report() ?? {};
      throw new Error(JSON.stringify([sources.map(({ id, status }) => [id, status]), uplinks, journalHealth]), {
        cause,
      });
    });
    return { directory, config: loaded.config, agent, plant, broker, receivers, links, disk, truth, isWell, close };
  } catch (cause) {
    await close();
    throw cause;
  }
}
