import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { z } from 'zod';
import { SIMULATOR_VENDOR } from '#agent/model/simulation.ts';
import { LoginJudge, type Account } from './login.ts';
import { picture } from './picture.ts';

export const alertFaultSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('gone') }).describe('Switched off'),
  z.strictObject({ kind: z.literal('silent') }).describe('The stream stays open and says nothing any more'),
  z.strictObject({ kind: z.literal('reset') }).describe('Every connection ends, once'),
  z.strictObject({ kind: z.literal('nonsense') }).describe('Messages that are cut, entities of entities, wrong types'),
  z.strictObject({ kind: z.literal('endless-part') }).describe('A message without an end'),
  z.strictObject({ kind: z.literal('clock-jump'), offsetMs: z.number().int() }).describe('The clock is off by so much'),
]);

export type AlertFault = z.output<typeof alertFaultSchema>;
export type AlertFaultKind = AlertFault['kind'];

export interface AlertSimulatorOptions {
  readonly port?: number;
  /** PEM of both: then it speaks HTTPS alone. */
  readonly tls?: { readonly cert: string; readonly key: string };
  readonly account?: Account;
  readonly format?: 'xml' | 'json';
  /** Some devices give parts no length. */
  readonly leavesOutLength?: boolean;
  readonly everyMs?: number;
  /** A picture behind each alert. */
  readonly withPictures?: boolean;
}

/** What this box is licensed for, as it writes it. */
const types = [
  'VMD',
  'videoloss',
  'fieldDetection',
  'linedetection',
  'fireDetection',
  'smokeDetection',
  'safetyHelmetDetection',
  'group',
  'leavePosition',
  'fallDown',
  'smoking',
  'playCellphone',
  'oilUnloadNoGuard',
  'staticClamp',
];

const BOUNDARY = 'boundary';

/** A recorder or AI box that streams alerts: idle it repeats `videoloss inactive`, alerts are repeated while they last. */
export class AlertSimulator {
  readonly login: LoginJudge;
  readonly #options: AlertSimulatorOptions;
  readonly #faults = new Map<AlertFaultKind, AlertFault>();
  readonly #streams = new Set<ServerResponse>();
  readonly #sockets = new Set<Socket>();
  readonly #active = new Map<string, { readonly type: string; readonly channel: number }>();
  #server: Server | undefined;
  #ticking: NodeJS.Timeout | undefined;
  #port: number;
  /** In which a part without an end was begun. */
  readonly #endless = new WeakSet<ServerResponse>();
  #count = 0;

  constructor(options: AlertSimulatorOptions = {}) {
    this.#options = options;
    this.#port = options.port ?? 0;
    this.login = new LoginJudge(options.account ?? { user: 'viewer', password: 'simulated' });
  }

  get endpoint(): string {
    return `127.0.0.1:${this.#port}`;
  }

  get faults(): readonly AlertFault[] {
    return [...this.#faults.values()];
  }

  async start(): Promise<void> {
    if (this.#server) return;
    const { tls } = this.#options;
    const answer = (request: IncomingMessage, response: ServerResponse): void => this.#serve(request, response);
    const server = tls ? createSecureServer(tls, answer) : createServer(answer);
    this.#server = server;
    server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
    server.listen(this.#port, '127.0.0.1');
    await once(server, 'listening');
    this.#port = (server.address() as AddressInfo).port;
    this.#ticking = setInterval(() => this.#tick(), this.#options.everyMs ?? 200);
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    clearInterval(this.#ticking);
    for (const socket of this.#sockets) socket.destroy();
    if (server) await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  /** An alert of a type, as the device writes it, begins or ends on a channel. */
  show(type: string, isActive: boolean, channel = 1): void {
    const key = `${type}/${channel}`;
    if (isActive) this.#active.set(key, { type, channel });
    else this.#active.delete(key);
    this.#say(type, isActive, channel);
  }

  async fault(fault: AlertFault): Promise<void> {
    if (fault.kind === 'reset') {
      for (const socket of this.#sockets) socket.resetAndDestroy();
      return;
    }
    this.#faults.set(fault.kind, fault);
    if (fault.kind === 'gone') await this.stop();
  }

  async clear(kind?: AlertFaultKind): Promise<void> {
    if (kind === undefined) this.#faults.clear();
    else this.#faults.delete(kind);
    if (!this.#faults.has('gone')) await this.start();
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    response.setHeader('server', SIMULATOR_VENDOR);
    if (this.login.digest(request.headers.authorization, 'GET') !== true)
      return void response.writeHead(401, { 'www-authenticate': this.login.challenge() }).end();
    const xml = (body: string): void => {
      response.setHeader('content-type', 'application/xml');
      response.end(`<?xml version="1.0" encoding="UTF-8"?>${body}`);
    };
    if (request.url === '/ISAPI/System/deviceInfo')
      return xml(
        `<DeviceInfo version="2.0" xmlns="http://www.isapi.org/ver20/XMLSchema"><deviceName>box</deviceName><model>AI box</model><manufacturer>${SIMULATOR_VENDOR}</manufacturer><firmwareVersion>V1.0</firmwareVersion></DeviceInfo>`,
      );
    if (request.url === '/ISAPI/Event/triggers')
      return xml(
        `<EventTriggerList>${types.map((type) => `<EventTrigger><eventType>${type}</eventType></EventTrigger>`).join('')}</EventTriggerList>`,
      );
    if (request.url !== '/ISAPI/Event/notification/alertStream') return void response.writeHead(404).end();
    response.writeHead(200, { 'content-type': `multipart/mixed; boundary=${BOUNDARY}` });
    response.flushHeaders();
    this.#streams.add(response);
    response.on('close', () => this.#streams.delete(response));
  }

  #tick(): void {
    if (this.#faults.has('nonsense')) {
      const says = [
        '<EventNotificationAlert><eventType>',
        '<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>',
        '{"eventType":7}',
        '{',
      ];
      for (const text of says) this.#write('application/xml', Buffer.from(text));
    }
    if (this.#faults.has('endless-part')) {
      for (const stream of this.#streams) {
        const isBegun = this.#endless.has(stream);
        this.#endless.add(stream);
        const head = isBegun ? '' : `--${BOUNDARY}\r\nContent-Type: application/xml\r\n\r\n`;
        stream.write(`${head}${'x'.repeat(400_000)}`);
      }
      return;
    }
    if (this.#active.size === 0) this.#say('videoloss', false, 1);
    for (const { type, channel } of this.#active.values()) this.#say(type, true, channel);
  }

  #say(type: string, isActive: boolean, channel: number): void {
    this.#count += 1;
    const jump = this.#faults.get('clock-jump');
    const time = new Date(Date.now() + (jump?.kind === 'clock-jump' ? jump.offsetMs : 0)).toISOString();
    const state = isActive ? 'active' : 'inactive';
    if (this.#options.format === 'json') {
      const said = {
        ipAddress: '127.0.0.1',
        channelID: channel,
        dateTime: time,
        activePostCount: this.#count,
        eventType: type,
        eventState: state,
      };
      this.#write('application/json; charset="UTF-8"', Buffer.from(JSON.stringify(said)));
    } else {
      this.#write(
        'application/xml; charset="UTF-8"',
        Buffer.from(
          `<EventNotificationAlert version="2.0" xmlns="http://www.isapi.org/ver20/XMLSchema">\r\n<ipAddress>127.0.0.1</ipAddress><channelID>${channel}</channelID>` +
            `<dateTime>${time}</dateTime><activePostCount>${this.#count}</activePostCount><eventType>${type}</eventType><eventState>${state}</eventState></EventNotificationAlert>\r\n`,
        ),
      );
    }
    if (isActive && this.#options.withPictures)
      this.#write('image/jpeg', picture({ width: 160, height: 90, seed: channel, time: Date.now() }));
  }

  #write(type: string, body: Buffer): void {
    if (this.#faults.has('silent')) return;
    const length = this.#options.leavesOutLength ? '' : `Content-Length: ${body.length}\r\n`;
    const head = `--${BOUNDARY}\r\nContent-Type: ${type}\r\n${length}\r\n`;
    for (const stream of this.#streams) stream.write(Buffer.concat([Buffer.from(head), body, Buffer.from('\r\n')]));
  }
}
