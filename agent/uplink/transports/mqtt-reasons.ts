import type { Outcome } from './transport.ts';
import { whyLost } from './why-lost.ts';

interface Reason {
  readonly text: string;
  readonly todo: string;
}

/** Return codes of a refused connection in MQTT 3.1.1 (section 3.2.2.3), and MQTT 5 reason codes (section 2.4) that an integrator can do something about. */
const reasons = new Map<number, Reason>([
  [0x01, { text: 'unacceptable protocol version', todo: 'set transport.version to what this broker speaks' }],
  [0x02, { text: 'client id rejected', todo: 'check transport.clientId' }],
  [0x03, { text: 'server unavailable', todo: 'the broker is not ready; retrying' }],
  [0x04, { text: 'bad user name or password', todo: 'check transport.username and transport.password' }],
  [0x05, { text: 'not authorized', todo: "check the broker's access rights for this client" }],
  [0x81, { text: 'malformed packet', todo: 'check that the url leads to an MQTT 5 broker' }],
  [
    0x84,
    { text: 'unsupported protocol version', todo: 'this broker does not speak MQTT 5; set transport.version: 3.1.1' },
  ],
  [0x85, { text: 'client id not valid', todo: 'check transport.clientId' }],
  [0x86, { text: 'bad user name or password', todo: 'check transport.username and transport.password' }],
  [0x87, { text: 'not authorized', todo: "check the broker's access rights for this client and topic" }],
  [0x88, { text: 'server unavailable', todo: 'the broker is not ready; retrying' }],
  [0x89, { text: 'server busy', todo: 'retrying' }],
  [0x8a, { text: 'banned', todo: "ask the broker's operator to lift the ban on this client" }],
  [0x8b, { text: 'server shutting down', todo: 'retrying' }],
  [0x8e, { text: 'session taken over', todo: 'another client uses the same transport.clientId; give each its own' }],
  [0x90, { text: 'topic name invalid', todo: 'check transport.topicPrefix against what the broker allows' }],
  [0x95, { text: 'packet too large', todo: "raise the broker's limit" }],
  [0x96, { text: 'message rate too high', todo: 'lower lanes.backfill.samplesPerSecond' }],
  [0x97, { text: 'quota exceeded', todo: "raise the broker's quota" }],
  [0x99, { text: 'payload format invalid', todo: 'the receiver does not take this message' }],
  [0x9c, { text: 'use another server', todo: 'change transport.url' }],
  [0x9d, { text: 'server moved', todo: 'change transport.url' }],
]);

/** What is wrong with a message itself, whoever sends it: unspecified, implementation specific, size, format. */
const messageFaults: ReadonlySet<number> = new Set([0x80, 0x83, 0x95, 0x99]);

/** What a publish's answer means; undefined: no answer, the connection went first. */
export function outcomeOf(error: unknown): Outcome | undefined {
  if (error === undefined || error === null) return { type: 'accepted' };
  const code = reasonCode(error);
  if (code === undefined) return undefined;
  return { type: 'refused', reason: describe(code), isMessageFault: messageFaults.has(code) };
}

/** Why a connection failed or ended, and what to do about it. */
export function whyMqttLost(error: unknown): string {
  const code = reasonCode(error);
  return code === undefined ? whyLost(error) : describe(code);
}

function describe(code: number): string {
  const reason = reasons.get(code);
  const hex = `0x${code.toString(16).padStart(2, '0')}`;
  return reason ? `${reason.text} (${hex}); ${reason.todo}` : `reason ${hex}`;
}

function reasonCode(error: unknown): number | undefined {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'number' ? code : undefined;
}
