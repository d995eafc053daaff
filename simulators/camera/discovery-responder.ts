import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { SIMULATOR_VENDOR } from '#agent/model/simulation.ts';

/** Which probes a camera answers; some answer one kind only. */
export type AnsweredProbe = 'NetworkVideoTransmitter' | 'Device' | 'any';

export interface DiscoveryOptions {
  readonly port: number;
  readonly answers: AnsweredProbe;
  /** What it says of itself. */
  readonly serviceAddress: () => string;
  readonly urn: string;
  /** Answers in half sentences. */
  readonly isMalformed: boolean;
}

/** WS-Discovery of one camera, asked directly: there is no multicast on loopback. */
export class DiscoveryResponder {
  readonly #options: DiscoveryOptions;
  #socket: Socket | undefined;
  #port: number;

  constructor(options: DiscoveryOptions) {
    this.#options = options;
    this.#port = options.port;
  }

  get port(): number {
    return this.#port;
  }

  async start(): Promise<void> {
    const socket = createSocket('udp4');
    this.#socket = socket;
    socket.bind(this.#port, '127.0.0.1');
    await once(socket, 'listening');
    this.#port = socket.address().port;
    socket.on('message', (probe, { address, port }) => {
      const answer = this.#answer(probe.toString('utf8'));
      if (answer) socket.send(answer, port, address);
    });
  }

  async stop(): Promise<void> {
    const socket = this.#socket;
    this.#socket = undefined;
    if (socket) await new Promise<void>((resolve) => socket.close(() => resolve()));
  }

  #answer(probe: string): string | undefined {
    const { answers, serviceAddress, urn, isMalformed } = this.#options;
    if (!probe.includes('/discovery/Probe')) return undefined;
    const isTyped = /<(?:\w+:)?Types\b[^>]*>[^<]+</.test(probe);
    if (answers === 'any' ? isTyped : !probe.includes(`:${answers}<`)) return undefined;
    const [, asked = ''] = /MessageID[^>]*>([^<]*)</.exec(probe) ?? [];
    const text =
      '<?xml version="1.0"?><SOAP-ENV:Envelope xmlns:SOAP-ENV="http://www.w3.org/2003/05/soap-envelope" xmlns:wsa="http://schemas.xmlsoap.org/ws/2004/08/addressing"' +
      ' xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery" xmlns:dn="http://www.onvif.org/ver10/network/wsdl">' +
      `<SOAP-ENV:Header><wsa:RelatesTo>${asked}</wsa:RelatesTo></SOAP-ENV:Header><SOAP-ENV:Body><d:ProbeMatches><d:ProbeMatch>` +
      `<wsa:EndpointReference><wsa:Address>${urn}</wsa:Address></wsa:EndpointReference><d:Types>dn:NetworkVideoTransmitter</d:Types>` +
      `<d:Scopes>onvif://www.onvif.org/Profile/Streaming onvif://www.onvif.org/hardware/Camera onvif://www.onvif.org/name/${encodeURIComponent(SIMULATOR_VENDOR)}</d:Scopes>` +
      `<d:XAddrs>http://[fe80::1]/onvif/device_service ${serviceAddress()}</d:XAddrs><d:MetadataVersion>1</d:MetadataVersion></d:ProbeMatch></d:ProbeMatches></SOAP-ENV:Body></SOAP-ENV:Envelope>`;
    return isMalformed ? text.slice(0, 400) : text;
  }
}
