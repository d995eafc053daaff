import { createSocket } from 'node:dgram';
import { randomUUID } from 'node:crypto';
import { descendants, readXml, textAt } from '../bounded-xml/read-xml.ts';
import { escapeXml } from './soap.ts';

/** A camera that answered a probe. */
export interface FoundCamera {
  /** Its own name for itself, kept through restarts: `urn:uuid:…`. */
  readonly id: string;
  readonly host: string;
  readonly port: number;
  readonly path: string;
  /** It gives no address in the clear. */
  readonly isSecure?: true;
  /** From its scopes, where it gives them. */
  readonly name?: string;
  readonly model?: string;
}

export interface DiscoveryTarget {
  /** Multicast group, or one host. */
  readonly address: string;
  readonly port: number;
  readonly waitMs: number;
  /** Ends the wait: who answered until then was found. */
  readonly signal?: AbortSignal;
  /** Told of each answer that is none. */
  readonly refused: (from: string) => void;
}

export const WS_DISCOVERY = { address: '239.255.255.250', port: 3702 } as const;

const MAX_ANSWER = 65_536;
const MAX_CAMERAS = 1_000;
const REPEATS = 2;

/** Some cameras answer one of these only. */
const probeTypes = ['dn:NetworkVideoTransmitter', 'tds:Device', ''] as const;

/** Every camera that answers within the time, by host. For commissioning: it reaches one network segment, once. */
export async function discoverCameras(target: DiscoveryTarget): Promise<readonly FoundCamera[]> {
  const socket = createSocket({ type: 'udp4', reuseAddr: true });
  const found = new Map<string, FoundCamera>();
  try {
    await new Promise<void>((resolve, reject) => {
      socket.on('error', reject);
      socket.on('message', (message, { address }) => {
        const cameras = message.length > MAX_ANSWER ? [] : readProbeMatches(message.toString('utf8'), address);
        if (cameras.length === 0) target.refused(address);
        for (const camera of cameras)
          if (found.size < MAX_CAMERAS) found.set(`${camera.host}:${camera.port}${camera.path}`, camera);
      });
      socket.bind(() => {
        const timer = setTimeout(resolve, target.waitMs);
        const end = (): void => {
          clearTimeout(timer);
          resolve();
        };
        if (target.signal?.aborted) end();
        target.signal?.addEventListener('abort', end, { once: true });
        // UDP loses some; repeated probes are how the standard has it.
        for (let turn = 0; turn < REPEATS; turn++)
          for (const types of probeTypes) socket.send(probe(types), target.port, target.address);
      });
    });
  } finally {
    socket.close();
  }
  return [...found.values()].toSorted(
    (a, b) => a.host.localeCompare(b.host, 'en', { numeric: true }) || a.port - b.port,
  );
}

const probe = (types: string): string =>
  '<?xml version="1.0" encoding="UTF-8"?><s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"' +
  ' xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing"><s:Header>' +
  '<a:Action s:mustUnderstand="1">http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe</a:Action>' +
  `<a:MessageID>uuid:${randomUUID()}</a:MessageID>` +
  '<a:To s:mustUnderstand="1">urn:schemas-xmlsoap-org:ws:2005:04:discovery</a:To></s:Header><s:Body>' +
  '<Probe xmlns="http://schemas.xmlsoap.org/ws/2005/04/discovery">' +
  (types &&
    `<Types xmlns:dn="http://www.onvif.org/ver10/network/wsdl" xmlns:tds="http://www.onvif.org/ver10/device/wsdl">${escapeXml(types)}</Types>`) +
  '</Probe></s:Body></s:Envelope>';

/** Cameras in an answer from this address; none when the answer is malformed. */
export function readProbeMatches(text: string, from: string): readonly FoundCamera[] {
  const root = readXml(text);
  if (!root) return [];
  return descendants(root, 'ProbeMatch').flatMap((match) => {
    const urls = (textAt(match, 'XAddrs') ?? '')
      .split(/\s+/)
      .filter((one) => URL.canParse(one))
      .map((one) => new URL(one));
    const inClear = urls.filter(({ protocol }) => protocol === 'http:');
    const usable = inClear.length > 0 ? inClear : urls.filter(({ protocol }) => protocol === 'https:');
    // Of several, the one that we were answered from; some give addresses of networks that we don't see.
    const url =
      usable.find(({ hostname }) => hostname === from) ?? usable.find(({ hostname }) => !hostname.startsWith('['));
    if (!url) return [];
    const scopes = (textAt(match, 'Scopes') ?? '').split(/\s+/);
    const scope = (kind: string): string | undefined => {
      const begin = `onvif://www.onvif.org/${kind}/`;
      const value = scopes.find((one) => one.startsWith(begin))?.slice(begin.length);
      return value === undefined
        ? undefined
        : decoded(value)
            .replaceAll(/[\s\p{Cc}]+/gu, ' ')
            .trim()
            .slice(0, 100);
    };
    const [name, model] = [scope('name'), scope('hardware')];
    return [
      {
        id: (textAt(match, 'EndpointReference', 'Address') ?? '').slice(0, 200),
        host: url.hostname,
        port: url.port !== '' ? Number(url.port) : url.protocol === 'https:' ? 443 : 80,
        path: url.pathname,
        ...(url.protocol === 'https:' && { isSecure: true }),
        ...(name && { name }),
        ...(model && { model }),
      },
    ];
  });
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
