import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { SIMULATOR_VENDOR } from '#agent/model/simulation.ts';
import { CameraEvents } from './camera-events.ts';
import { DiscoveryResponder, type AnsweredProbe } from './discovery-responder.ts';
import type { CameraFault, CameraFaultKind } from './fault.ts';
import { LoginJudge, type Account, type CameraAuth } from './login.ts';
import { picture, pictureFaults, type PictureWish } from './picture.ts';
import { MetadataTrack, type Seen } from './metadata-track.ts';
import { RtspServer } from './rtsp-server.ts';
import { spoil } from './spoiled-answer.ts';
import * as answers from './soap-answers.ts';
import { Subscriptions } from './subscriptions.ts';

export interface CameraOptions {
  /** 0 picks a free one. */
  readonly port?: number;
  /** PEM of both: then it speaks HTTPS alone. */
  readonly tls?: { readonly cert: string; readonly key: string };
  readonly auth?: CameraAuth;
  readonly account?: Account;
  readonly maxSubscriptions?: number;
  /** Another number, another view. */
  readonly seed?: number;
  readonly size?: { readonly width: number; readonly height: number };
  /** UDP port of WS-Discovery; absent: cannot be discovered. */
  readonly discoveryPort?: number;
  readonly answersProbe?: AnsweredProbe;
  /** Draws its snapshots; for many cameras in one process, one that draws once a second for all. */
  /** Life of an RTSP session without a word of its client, s. */
  readonly sessionSeconds?: number;
  readonly draw?: (wish: PictureWish) => Buffer;
}

/** Cameras answer these to anybody (ONVIF Core, access class PRE_AUTH). */
const open = new Set(['GetSystemDateAndTime', 'GetServices', 'GetCapabilities']);
const DEFAULT_SIZE = { width: 640, height: 360 };
const LONGEST_LIFE_MS = 600_000;

/** An ONVIF camera: SOAP, snapshots, RTSP with metadata and, where ffmpeg is installed, film; WS-Discovery. On loopback. */
export class CameraSimulator {
  readonly events: CameraEvents;
  readonly login: LoginJudge;
  readonly subscriptions: Subscriptions;
  /** SOAP operations and snapshots, as often as they were asked for. */
  readonly operations = new Map<string, number>();
  readonly rtsp: RtspServer;
  readonly #options: CameraOptions;
  readonly #auth: CameraAuth;
  readonly #discovery: DiscoveryResponder | undefined;
  readonly #faults = new Map<CameraFaultKind, CameraFault>();
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #port: number;
  #seen: Seen = { figures: [], vehicles: 0, hasFallen: false };

  constructor(options: CameraOptions = {}) {
    this.#options = options;
    this.#auth = options.auth ?? 'none';
    this.#port = options.port ?? 0;
    this.login = new LoginJudge(options.account ?? { user: 'viewer', password: 'simulated' });
    this.subscriptions = new Subscriptions(options.maxSubscriptions ?? 4);
    this.events = new CameraEvents(this.subscriptions, () => this.#time);
    this.rtsp = new RtspServer({
      login: this.#auth === 'none' ? undefined : this.login,
      draw: () => this.#picture(),
      metadata: (send) =>
        new MetadataTrack({
          events: this.events,
          seen: () => this.#seen,
          time: () => this.#time,
          has: (kind) => this.#faults.has(kind),
          send,
        }),
      has: (kind) => this.#faults.has(kind),
      ...(options.sessionSeconds !== undefined && { sessionSeconds: options.sessionSeconds }),
    });
    if (options.discoveryPort === undefined) return;
    this.#discovery = new DiscoveryResponder({
      port: options.discoveryPort,
      answers: options.answersProbe ?? 'NetworkVideoTransmitter',
      serviceAddress: () => `${this.#address}/onvif/device_service`,
      urn: `urn:uuid:00000000-0000-4000-8000-${String(options.seed ?? 1).padStart(12, '0')}`,
      isMalformed: false,
    });
  }

  /** `host:port`, fixed from the first start on. */
  get endpoint(): string {
    return `127.0.0.1:${this.#port}`;
  }

  get discoveryPort(): number {
    return this.#discovery?.port ?? 0;
  }

  get faults(): readonly CameraFault[] {
    return [...this.#faults.values()];
  }

  async start(): Promise<void> {
    if (this.#server) return;
    const { tls } = this.#options;
    const answer = (request: IncomingMessage, response: ServerResponse): void => void this.#serve(request, response);
    const server = tls ? createSecureServer(tls, answer) : createServer(answer);
    this.#server = server;
    server.keepAliveTimeout = 60_000;
    server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
    server.listen(this.#port, '127.0.0.1');
    await once(server, 'listening');
    this.#port = (server.address() as AddressInfo).port;
    await Promise.all([this.rtsp.start(), this.#discovery?.start()]);
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    this.events.storm(undefined);
    this.subscriptions.forget();
    for (const socket of this.#sockets) socket.destroy();
    if (server) await new Promise<void>((resolve) => server.close(() => resolve()));
    await Promise.all([this.rtsp.stop(), this.#discovery?.stop()]);
  }

  /** What the camera sees: `motion`, `tamper`, `line`, `digital-input/1`, … */
  show(event: string, value: boolean | number): void {
    this.events.show(event, value);
  }

  /** Who and what is before it, as its analytics find them. */
  see(seen: Seen): void {
    this.#seen = seen;
  }

  async fault(fault: CameraFault): Promise<void> {
    if (fault.kind === 'reboot') return this.subscriptions.forget();
    this.#faults.set(fault.kind, fault);
    if (fault.kind === 'gone') await this.stop();
    if (fault.kind === 'no-metadata') this.rtsp.endSessions();
    this.#obey();
  }

  /** Takes faults away: one kind, or all. The camera comes back on the same port. */
  async clear(kind?: CameraFaultKind): Promise<void> {
    if (kind === undefined) this.#faults.clear();
    else this.#faults.delete(kind);
    this.#obey();
    if (!this.#faults.has('gone')) await this.start();
  }

  get #address(): string {
    return `${this.#options.tls ? 'https' : 'http'}://${this.endpoint}`;
  }

  /** What the camera's clock shows. */
  get #time(): number {
    const jump = this.#faults.get('clock-jump');
    return Date.now() + (jump?.kind === 'clock-jump' ? jump.offsetMs : 0);
  }

  #obey(): void {
    this.login.isLockedOut = this.#faults.has('lock-out');
    this.subscriptions.close(this.#faults.has('subscription-cap'));
    this.events.show('storage-failure', this.#faults.has('storage-failure'));
    const storm = this.#faults.get('event-storm');
    this.events.storm(storm?.kind === 'event-storm' ? storm.perSecond : undefined);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.#faults.has('hang')) return;
    response.setHeader('server', SIMULATOR_VENDOR);
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    if (request.url?.startsWith('/snapshot')) return this.#serveSnapshot(request, response);
    const envelope = Buffer.concat(parts).toString('utf8');
    const [, operation = 'nothing'] = /<(?:\w+:)?Body[^>]*>\s*<(?:\w+:)?(\w+)/.exec(envelope) ?? [];
    this.#count(operation);
    response.setHeader('content-type', 'application/soap+xml; charset=utf-8');
    if (spoil(this.faults, response)) return;
    if (!open.has(operation) && !this.#isLoggedIn(request, envelope)) return this.#refuse(response);
    const answer = await this.#answer(operation, envelope);
    if (answer.includes('Fault>')) response.statusCode = 400;
    response.end(answer);
  }

  #isLoggedIn(request: IncomingMessage, envelope: string): boolean {
    if (this.#auth === 'none') return true;
    if (this.#auth === 'digest') return this.login.digest(request.headers.authorization, 'POST') === true;
    return this.login.token(envelope, this.#time) === true;
  }

  #refuse(response: ServerResponse): void {
    if (this.#auth === 'digest') {
      response.writeHead(401, { 'www-authenticate': this.login.challenge() });
      return void response.end('<!DOCTYPE html><html><body>Access Error: 401 -- Unauthorized</body></html>');
    }
    response.statusCode = 400;
    response.end(answers.fault('NotAuthorized', 'Sender not Authorized'));
  }

  #serveSnapshot(request: IncomingMessage, response: ServerResponse): void {
    this.#count('snapshot');
    if (this.#auth !== 'none' && this.login.digest(request.headers.authorization, 'GET') !== true)
      return void response.writeHead(401, { 'www-authenticate': this.login.challenge() }).end();
    if (this.#faults.has('no-snapshot')) return void response.writeHead(503).end();
    response.setHeader('content-type', 'image/jpeg');
    response.end(this.#picture());
  }

  /** What it sees now. */
  #picture(): Buffer {
    const { seed = 1, size = DEFAULT_SIZE, draw = picture } = this.#options;
    const fault = pictureFaults.find((kind) => this.#faults.has(kind));
    return draw({ ...size, seed, time: this.#time, fault });
  }

  #count(operation: string): void {
    this.operations.set(operation, (this.operations.get(operation) ?? 0) + 1);
  }

  async #answer(operation: string, envelope: string): Promise<string> {
    switch (operation) {
      case 'GetSystemDateAndTime':
        return answers.dateAndTime(this.#time);
      case 'GetDeviceInformation':
        return answers.deviceInformation();
      case 'GetServices':
        return answers.services(this.#address);
      case 'GetProfiles':
        return answers.profiles();
      case 'GetStreamUri':
        return answers.mediaUri(operation, `rtsp://127.0.0.1:${this.rtsp.port}/main`);
      case 'GetSnapshotUri':
        return answers.mediaUri(operation, `${this.#address}/snapshot?profile=sub&amp;v=1`);
      case 'GetEventProperties':
        return answers.eventProperties(this.events.topics);
      case 'CreatePullPointSubscription':
        return this.#subscribe(envelope);
      default:
        return this.#answerSubscriber(operation, envelope);
    }
  }

  #subscribe(envelope: string): string {
    const lifeMs = Math.min(duration(envelope, 'InitialTerminationTime') ?? 60_000, LONGEST_LIFE_MS);
    const id = this.subscriptions.create(lifeMs);
    if (id === undefined) return answers.fault('MaximumNumberOfPullPointsReached', 'no more subscriptions');
    const now = this.#time;
    return answers.created(this.#address, id, now, now + lifeMs);
  }

  async #answerSubscriber(operation: string, envelope: string): Promise<string> {
    const [, text] = /<(?:\w+:)?SubscriptionId[^>]*urn:firewatch:simulator:camera[^>]*>(\d+)</.exec(envelope) ?? [];
    const id = Number(text ?? 0);
    if (!this.subscriptions.has(id)) return answers.fault('InvalidArgVal', 'ResourceUnknownFault');
    const end = (): number => this.#time + this.subscriptions.endOf(id) - Date.now();
    switch (operation) {
      case 'SetSynchronizationPoint':
        this.events.synchronize(id);
        return answers.empty(operation);
      case 'Renew':
        this.subscriptions.renew(id, duration(envelope, 'TerminationTime') ?? 60_000);
        return answers.renewed(this.#time, end());
      case 'Unsubscribe':
        this.subscriptions.end(id);
        return answers.empty(operation);
      case 'PullMessages': {
        const limit = Number(/<MessageLimit>(\d+)</.exec(envelope)?.[1] ?? 10);
        const told = await this.subscriptions.pull(id, limit, duration(envelope, 'Timeout') ?? 1_000);
        if (!this.subscriptions.has(id)) return answers.fault('InvalidArgVal', 'ResourceUnknownFault');
        return answers.pulled(this.#time, end(), told);
      }
      default:
        return answers.fault('ActionNotSupported', `${operation} is not supported`);
    }
  }
}

function duration(envelope: string, name: string): number | undefined {
  const [, text] = new RegExp(`<${name}>PT(\\d+)S<`).exec(envelope) ?? [];
  return text === undefined ? undefined : Number(text) * 1000;
}
