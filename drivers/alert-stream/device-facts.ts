import { descendants, readXml, textAt } from '../bounded-xml/read-xml.ts';
import { authorizedGet, GetRefused } from '../http-digest/authorized-get.ts';
import { ExchangeError } from '../http-digest/exchange.ts';
import type { StreamTarget } from './open-stream.ts';

const MAX_BYTES = 262_144;

export interface DeviceFacts {
  readonly facts: Readonly<Record<string, string>>;
  /** Event types that the device can report; undefined where it does not say. */
  readonly types: readonly string[] | undefined;
}

/** What the device is and what it can report. What it doesn't tell is left out; a refused login or a loss rejects. */
export async function readDeviceFacts(target: Omit<StreamTarget, 'path'>): Promise<DeviceFacts> {
  const get = async (path: string) => {
    const { credentials, ...place } = target;
    try {
      const answer = await authorizedGet({ ...place, path, maxBytes: MAX_BYTES }, credentials);
      return answer.status === 200 ? readXml(answer.body.toString('utf8')) : undefined;
    } catch (error) {
      if (error instanceof ExchangeError && ['too-long', 'no-http'].includes(error.failure)) return undefined;
      // A user who may only listen to alerts is a good choice.
      if (error instanceof GetRefused && !error.isCounted) return undefined;
      throw error;
    }
  };
  const info = await get('/ISAPI/System/deviceInfo');
  const triggers = await get('/ISAPI/Event/triggers');
  const told = { vendor: 'manufacturer', model: 'model', firmware: 'firmwareVersion', name: 'deviceName' };
  const facts = Object.entries(told).map(([fact, name]) => [fact, (textAt(info, name) ?? '').slice(0, 200)] as const);
  return {
    facts: Object.fromEntries(facts.filter(([, text]) => text !== '')),
    types: triggers && descendants(triggers, 'eventType').map(({ text }) => text),
  };
}
