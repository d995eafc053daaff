import { SIMULATOR_VENDOR } from '#agent/model/simulation.ts';
import type { CrowdStep, Report } from './crowd.ts';
import { damaged, type LocatingFault } from './fault.ts';
import type { HubWire } from './hub.ts';
import { SimulatedBroker } from './mqtt-broker.ts';

const HUGE_BYTES = 20_000_000;
/** Each so many steps a tag is heard by too few anchors. */
const UNPLACED_EVERY = 10;

/** Publishes arrays of tags on topic `tags`, and each tag on `tags/<id>`. */
export class PozyxWire implements HubWire {
  readonly #broker: SimulatedBroker;
  #faults: readonly LocatingFault[] = [];
  #steps = 0;
  #sent = 0;

  constructor({ port }: { readonly port: number }) {
    this.#broker = new SimulatedBroker(port);
  }

  get endpoint(): string {
    return this.#broker.endpoint;
  }

  get foreignMessages(): number {
    return this.#broker.foreignMessages;
  }

  start(): Promise<void> {
    return this.#broker.start();
  }

  stop(): Promise<void> {
    return this.#broker.stop();
  }

  reset(): void {
    this.#broker.reset();
  }

  obey(faults: readonly LocatingFault[]): void {
    this.#faults = faults;
    this.#broker.refusesLogins = faults.some(({ kind }) => kind === 'refuse-login');
  }

  say({ reports }: CrowdStep): void {
    this.#steps += 1;
    const entries = reports.map((report, index) => entry(report, (this.#steps + index) % UNPLACED_EVERY !== 0));
    if (entries.length === 0) return;
    this.#publish('tags', entries);
    for (const one of entries) this.#publish(`tags/${one.tagId}`, [one]);
  }

  sayHuge(): void {
    this.#broker.publish('tags', Buffer.alloc(HUGE_BYTES, ' '));
  }

  #publish(topic: string, entries: readonly unknown[]): void {
    this.#sent += 1;
    this.#broker.publish(topic, damaged(Buffer.from(JSON.stringify(entries)), this.#faults, this.#sent));
  }
}

const entry = (report: Report, isPlaced: boolean) => ({
  version: '1',
  vendor: SIMULATOR_VENDOR,
  tagId: report.tag.toString(),
  timestamp: report.time / 1000,
  success: isPlaced,
  data: {
    metrics: { latency: 12.1, rates: { success: 9.8, update: 10, packetLoss: 0 } },
    tagData: {},
    anchorData: [],
    ...(isPlaced && {
      coordinates: { x: Math.round(report.x * 1000), y: Math.round(report.y * 1000), z: Math.round(report.z * 1000) },
    }),
  },
});
