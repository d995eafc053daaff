import { ServiceFault } from 'node-opcua';
import type { OPCUAServer, StatusCode } from 'node-opcua';

/** What a server does with one request instead of answering it. */
type Verdict = StatusCode | 'silent' | undefined;

interface Message {
  readonly request: object;
}

interface Channel {
  send_response(kind: string, response: object, message: Message): void;
}

type Handler = (this: OPCUAServer, message: Message, channel: Channel) => void;

/** Sees each request of a service, and each answer that is about to leave. */
export interface ServiceTap<Request> {
  readonly requests: Request[];
  /** Refuses a request with a status, leaves it without an answer, or lets it through. */
  verdict: (request: Request) => Verdict;
  /** May change an answer; false keeps it from leaving. */
  passes: (response: object) => boolean;
}

/** Puts a tap on a service of a running server: `Read`, `CreateMonitoredItems`, … */
export function tapService<Request>(server: OPCUAServer, service: string): ServiceTap<Request> {
  const tap: ServiceTap<Request> = { requests: [], verdict: () => undefined, passes: () => true };
  const name = `_on_${service}Request`;
  const handlers = server as unknown as Record<string, Handler>;
  const handle = handlers[name];
  if (!handle) throw new Error(`the server has no service ${service}`);
  handlers[name] = function answer(message, channel) {
    const request = message.request as Request;
    tap.requests.push(request);
    const verdict = tap.verdict(request);
    if (verdict === 'silent') return;
    if (verdict) {
      channel.send_response('MSG', new ServiceFault({ responseHeader: { serviceResult: verdict } }), message);
      return;
    }
    const tapped = new Proxy(channel, {
      get(target, key) {
        if (key !== 'send_response') {
          const value: unknown = Reflect.get(target, key, target);
          return typeof value === 'function' ? (value.bind(target) as unknown) : value;
        }
        return (kind: string, response: object, answered: Message) => {
          if (tap.passes(response)) target.send_response(kind, response, answered);
        };
      },
    });
    handle.call(this, message, tapped);
  };
  return tap;
}
