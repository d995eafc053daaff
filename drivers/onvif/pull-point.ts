import { child, descendants, textAt, type XmlElement } from '../bounded-xml/read-xml.ts';
import type { SubscriptionReference } from './left-subscription.ts';
import type { CameraLibrary } from './library.ts';
import type { CameraSession } from './session.ts';
import { escapeXml, SoapFault, type SoapAnswer } from './soap.ts';

const EVENTS = 'http://www.onvif.org/ver10/events/wsdl';
const NOTIFICATION = 'http://docs.oasis-open.org/wsn/b-2';
const MESSAGE_LIMIT = 100;
const LONGEST_RENEWAL_MS = 3_600_000;

export interface PullPointTiming {
  /** Asked life of the subscription. */
  readonly lifeMs: number;
  /** How long a pull may wait in the camera. */
  readonly pullMs: number;
  readonly answerWithinMs: number;
}

/**
 * One event subscription in a camera. Cameras hold few of them and cannot list them: whoever creates one must
 * {@link unsubscribe}, whatever happened in between.
 */
export class PullPoint {
  readonly #session: CameraSession;
  readonly #library: CameraLibrary;
  readonly #timing: PullPointTiming;
  readonly reference: SubscriptionReference;
  #renewAt: number;
  #endsAt: number;

  private constructor(session: CameraSession, library: CameraLibrary, timing: PullPointTiming, created: SoapAnswer) {
    this.#session = session;
    this.#library = library;
    this.#timing = timing;
    const reference = created.body && descendants(created.body, 'SubscriptionReference')[0];
    const address = child(reference, 'Address')?.text ?? '';
    if (!reference || !URL.canParse(address)) throw new SoapFault('the camera gives its subscription no address');
    const url = new URL(address);
    // Its host and port are how the camera sees itself; ours are how it is reached.
    const parameters = child(reference, 'ReferenceParameters')?.children ?? [];
    const echo = parameters.map((one) => echoed(one, created.text)).join('');
    this.reference = { path: `${url.pathname}${url.search}`, headers: `<a:To>${escapeXml(address)}</a:To>${echo}` };
    const now = performance.now();
    const lifeMs = grantedMs(created.body) ?? timing.lifeMs;
    this.#renewAt = now + Math.min(lifeMs / 2, LONGEST_RENEWAL_MS);
    this.#endsAt = now + lifeMs;
  }

  /** Rejects when the camera has no room for another one, among others. */
  static async create(
    session: CameraSession,
    library: CameraLibrary,
    timing: PullPointTiming,
    signal: AbortSignal,
  ): Promise<PullPoint> {
    const body =
      `<CreatePullPointSubscription xmlns="${EVENTS}">` +
      `<InitialTerminationTime>${seconds(timing.lifeMs)}</InitialTerminationTime></CreatePullPointSubscription>`;
    const path = library.pathOf('events');
    const created = await session.request({ path, envelope: (withToken) => library.envelope(body, withToken) }, signal);
    return new PullPoint(session, library, timing, created);
  }

  /** Asks for the present state of everything; comes as `initialized` messages. A camera may not know how. */
  async synchronize(signal: AbortSignal): Promise<void> {
    try {
      await this.#call(`<SetSynchronizationPoint xmlns="${EVENTS}"/>`, signal);
    } catch (error) {
      if (!(error instanceof SoapFault)) throw error;
    }
  }

  /** Waits in the camera until there is news or time is up. Renews first when that is due. */
  async pull(pullMs: number, signal: AbortSignal): Promise<XmlElement> {
    const now = performance.now();
    if (now >= this.#renewAt) await this.#renew(signal);
    const waitMs = Math.min(pullMs, Math.max(1_000, (this.#endsAt - performance.now()) / 2));
    const body =
      `<PullMessages xmlns="${EVENTS}"><Timeout>${seconds(waitMs)}</Timeout>` +
      `<MessageLimit>${MESSAGE_LIMIT}</MessageLimit></PullMessages>`;
    const answer = await this.#call(body, signal, waitMs + this.#timing.answerWithinMs);
    if (!answer.body || !child(answer.body, 'PullMessagesResponse'))
      throw new SoapFault('the answer to PullMessages is something else');
    return answer.body;
  }

  /** Where a camera can't renew, the subscription is used until its end, and a fault of the next pull tells. */
  async #renew(signal: AbortSignal): Promise<void> {
    const { lifeMs } = this.#timing;
    this.#renewAt = Number.POSITIVE_INFINITY;
    try {
      const body = `<Renew xmlns="${NOTIFICATION}"><TerminationTime>${seconds(lifeMs)}</TerminationTime></Renew>`;
      const { body: answer } = await this.#call(body, signal);
      const granted = grantedMs(answer) ?? lifeMs;
      this.#renewAt = performance.now() + Math.min(granted / 2, LONGEST_RENEWAL_MS);
      this.#endsAt = performance.now() + granted;
    } catch (error) {
      if (!(error instanceof SoapFault)) throw error;
    }
  }

  #call(body: string, signal: AbortSignal, timeoutMs?: number): Promise<SoapAnswer> {
    const { path, headers } = this.reference;
    const envelope = (withToken: boolean): string => this.#library.envelope(body, withToken, headers);
    return this.#session.request(
      { path, envelope, ...(timeoutMs !== undefined && { timeoutMs, isPull: true }) },
      signal,
    );
  }
}

/** Ends a subscription, ours or one left behind. True when the camera has answered: it has it no more. Never rejects. */
export async function unsubscribe(
  session: CameraSession,
  library: CameraLibrary,
  { path, headers }: SubscriptionReference,
  signal: AbortSignal,
): Promise<boolean> {
  const body = `<Unsubscribe xmlns="${NOTIFICATION}"/>`;
  try {
    await session.request({ path, envelope: (withToken) => library.envelope(body, withToken, headers) }, signal);
    return true;
  } catch (error) {
    // Unknown to the camera, or too strange to end: it ends by itself at its termination time.
    return error instanceof SoapFault;
  }
}

const seconds = (ms: number): string => `PT${Math.max(1, Math.round(ms / 1000))}S`;

/** By the camera's own clock, whatever it shows. */
function grantedMs(body: XmlElement | undefined): number | undefined {
  if (!body) return undefined;
  const answer = body.children[0];
  const current = Date.parse(textAt(answer, 'CurrentTime') ?? '');
  const end = Date.parse(textAt(answer, 'TerminationTime') ?? '');
  const granted = end - current;
  return granted >= 1_000 && granted <= 7 * 86_400_000 ? granted : undefined;
}

/** A reference parameter as a header, in its own namespace. */
function echoed({ name, text }: XmlElement, whole: string): string {
  if (!/^[\w.-]+$/.test(name)) return '';
  const [, prefix, inside = ''] = new RegExp(`<(?:([\\w.-]{1,40}):)?${name}((?:\\s[^>]{0,500})?)>`).exec(whole) ?? [];
  const declaration = new RegExp(`xmlns${prefix ? `:${prefix}` : ''}\\s?=\\s?["']([^"'<>]{1,300})["']`);
  const namespace = declaration.exec(inside)?.[1] ?? (prefix && declaration.exec(whole)?.[1]);
  const declared = namespace ? ` xmlns="${escapeXml(namespace)}"` : '';
  return `<${name}${declared} a:IsReferenceParameter="true">${escapeXml(text)}</${name}>`;
}
