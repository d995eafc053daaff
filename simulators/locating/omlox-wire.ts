import type { IncomingMessage, ServerResponse } from 'node:http';
import type { WebSocket } from 'ws';
import { SIMULATOR_VENDOR } from '#agent/model/simulation.ts';
import type { CrowdStep, Report } from './crowd.ts';
import { damaged, type LocatingFault } from './fault.ts';
import { geographic, zonesAt, type FloorPlan } from './floor-plan.ts';
import type { HubWire } from './hub.ts';
import { SimulatedWebSocketServer } from './web-socket-server.ts';

export interface OmloxWireOptions {
  readonly port: number;
  readonly plan: FloorPlan;
  /** Longitude and latitude instead of metres of the zone. */
  readonly isGeographic?: boolean;
  /** As one widespread hub: no subscription_id in messages. */
  readonly leavesOutIds?: boolean;
  /** Answers 404 to the question for last locations. */
  readonly hasNoSnapshot?: boolean;
}

interface Subscription {
  readonly topic: string;
  readonly id: number;
}

const HUGE_BYTES = 20_000_000;
const topics = new Set(['location_updates', 'trackable_motions', 'fence_events', 'collision_events']);

/** A trackable's id by its tag: a UUID that counts. */
export const trackableOf = (tag: bigint): string =>
  `00000000-0000-4000-8000-${(tag % 10n ** 12n).toString().padStart(12, '0')}`;

/** A hub with the API v2: WebSocket at /v2/ws/socket, last locations at /v2/providers/locations. */
export class OmloxWire implements HubWire {
  readonly #options: OmloxWireOptions;
  readonly #server: SimulatedWebSocketServer;
  readonly #subscriptions = new WeakMap<WebSocket, Subscription[]>();
  readonly #last = new Map<bigint, Report>();
  readonly #zones = new Map<bigint, readonly string[]>();
  readonly #open = new WeakSet<WebSocket>();
  #faults: readonly LocatingFault[] = [];
  #nextId = 1;
  #sent = 0;
  #foreign = 0;
  #impatient = 0;

  constructor(options: OmloxWireOptions) {
    this.#options = options;
    this.#server = new SimulatedWebSocketServer(options.port, {
      message: (socket, message) => this.#hear(socket, message),
      request: (request, response) => this.#answer(request, response),
    });
  }

  get endpoint(): string {
    return this.#server.endpoint;
  }

  /** Wire watch: messages that were no subscription, and requests that were no GET. */
  get foreignMessages(): number {
    return this.#foreign;
  }

  /** Subscriptions that came while another waited for its answer. */
  get impatientSubscriptions(): number {
    return this.#impatient;
  }

  start(): Promise<void> {
    return this.#server.start();
  }

  stop(): Promise<void> {
    return this.#server.stop();
  }

  reset(): void {
    this.#server.reset();
  }

  obey(faults: readonly LocatingFault[]): void {
    this.#faults = faults;
  }

  say({ reports }: CrowdStep): void {
    for (const report of reports) {
      this.#last.set(report.tag, report);
      this.#publish('location_updates', this.#location(report));
      this.#publish('trackable_motions', {
        id: trackableOf(report.tag),
        name: `trackable ${report.tag}`,
        location: this.#location(report),
      });
      this.#tellFences(report);
    }
  }

  sayHuge(): void {
    for (const client of this.#server.clients) client.send('x'.repeat(HUGE_BYTES));
  }

  #location(report: Report): unknown {
    const { plan, isGeographic } = this.#options;
    const { longitude, latitude } = geographic(plan, report);
    return {
      position: {
        type: 'Point',
        coordinates: isGeographic ? [longitude, latitude] : [report.x, report.y, report.z],
      },
      source: `zone-${plan.map}`,
      provider_type: 'uwb',
      provider_id: report.tag.toString(),
      trackables: [trackableOf(report.tag)],
      timestamp_generated: new Date(report.time).toISOString(),
      ...(isGeographic && { crs: 'EPSG:4326' }),
      accuracy: 0.3,
      floor: report.floor,
      properties: { battery: report.batteryPercent, vendor: SIMULATOR_VENDOR },
    };
  }

  #tellFences(report: Report): void {
    const now = zonesAt(this.#options.plan, report);
    const before = this.#zones.get(report.tag) ?? [];
    this.#zones.set(report.tag, now);
    const tell = (zone: string, type: 'entry' | 'exit'): void =>
      this.#publish('fence_events', {
        id: `${report.tag}-${report.time}-${zone}`,
        fence_id: zone,
        foreign_id: zone,
        provider_id: report.tag.toString(),
        event_type: `region_${type}`,
        [`${type}_time`]: new Date(report.time).toISOString(),
      });
    for (const zone of now) if (!before.includes(zone)) tell(zone, 'entry');
    for (const zone of before) if (!now.includes(zone)) tell(zone, 'exit');
  }

  #publish(topic: string, payload: unknown): void {
    this.#sent += 1;
    for (const client of this.#server.clients) {
      const subscription = this.#subscriptions.get(client)?.find((one) => one.topic === topic);
      if (!subscription) continue;
      const id = this.#options.leavesOutIds ? {} : { subscription_id: subscription.id };
      const text = Buffer.from(JSON.stringify({ event: 'message', topic, ...id, payload: [payload] }));
      client.send(damaged(text, this.#faults, this.#sent), { binary: false });
    }
  }

  #hear(socket: WebSocket, message: Buffer): void {
    const said = JSON.parse(message.toString('utf8')) as { event?: unknown; topic?: unknown };
    const topic = String(said.topic);
    if (said.event !== 'subscribe') {
      this.#foreign += 1;
      return;
    }
    const refuse = (code: number, description: string): void =>
      socket.send(JSON.stringify({ event: 'error', code, description }));
    if (this.#faults.some(({ kind }) => kind === 'refuse-login')) return refuse(10_004, 'not authorised');
    if (!topics.has(topic)) return refuse(10_001, 'unknown topic');
    if (this.#open.has(socket)) this.#impatient += 1;
    this.#open.add(socket);
    // A hub thinks before it answers, so that a second request can overtake.
    setTimeout(() => {
      this.#open.delete(socket);
      const subscription = { topic, id: this.#nextId };
      this.#nextId += 1;
      this.#subscriptions.set(socket, [...(this.#subscriptions.get(socket) ?? []), subscription]);
      socket.send(JSON.stringify({ event: 'subscribed', topic, subscription_id: subscription.id }));
    }, 5);
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    if (request.method !== 'GET') this.#foreign += 1;
    const isKnown = request.url === '/v2/providers/locations' && this.#options.hasNoSnapshot !== true;
    if (request.method !== 'GET' || !isKnown) return void response.writeHead(404).end();
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify([...this.#last.values()].map((report) => this.#location(report))));
  }
}
