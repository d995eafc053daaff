import type { Agent } from 'node:http';
import { SIMULATOR_VENDOR } from '#agent/model/simulation.ts';
import { answerChallenge, readChallenge, type Challenge, type Credentials } from '../http-digest/digest.ts';
import { exchange } from '../http-digest/exchange.ts';
import type { LoginGate } from '../http-digest/login-gate.ts';
import { agentFor } from '../http-digest/tls-agent.ts';
import type { TlsTerms } from '../http-digest/tls-schema.ts';
import { faultOf, isRefusal, readBody, SoapFault, type SoapAnswer } from './soap.ts';

export interface SessionTarget {
  readonly host: string;
  readonly port: number;
  readonly tls: TlsTerms | undefined;
  readonly timeoutMs: number;
  readonly maxBytes: number;
  /** Read each time, so that a changed secret is used at once. */
  readonly credentials: () => Credentials | undefined;
  readonly gate: LoginGate;
}

export interface SoapRequest {
  readonly path: string;
  /** The whole envelope, made for each attempt: a security header lives for one request. */
  readonly envelope: (withToken: boolean) => string;
  readonly timeoutMs?: number;
  /** Waits in the camera for news, on a connection of its own that is never idle for long: its end is news too. */
  readonly isPull?: true;
}

/** The login was refused, or may not be tried now. */
export class LoginRefused extends Error {
  override readonly name = 'LoginRefused';
}

/** How the camera wants to be logged in to. `token` is a WS-Security UsernameToken inside the envelope. */
export type LoginMode = 'unknown' | 'none' | 'token' | 'digest';

const NONCE_LASTS_MS = 30_000;
const AT_ONCE = 6;

/** SOAP over HTTP to one camera: everything bounded, and never a third wrong login. */
export class CameraSession {
  readonly agent: Agent;
  readonly #pulling: Agent;
  readonly #target: SessionTarget;
  /** Asks for the camera's clock again. True when it had moved: then our token was wrong, and not the password. */
  readonly #refreshClock: (signal: AbortSignal) => Promise<boolean>;
  #mode: LoginMode = 'unknown';
  #challenge: { readonly challenge: Challenge; readonly since: number; count: number } | undefined;
  #isSimulator = false;

  constructor(target: SessionTarget, refreshClock: (signal: AbortSignal) => Promise<boolean>) {
    this.#target = target;
    this.agent = agentFor(target.tls, { keepAlive: true, maxSockets: AT_ONCE });
    this.#pulling = agentFor(target.tls, { keepAlive: true, maxSockets: 1 });
    this.#refreshClock = refreshClock;
  }

  get mode(): LoginMode {
    return this.#mode;
  }

  get isSimulator(): boolean {
    return this.#isSimulator;
  }

  /** Without credentials, whatever is configured. A refusal is an answer here. */
  async ask(request: SoapRequest, signal: AbortSignal): Promise<SoapAnswer> {
    return this.#send(request, request.envelope(false), {}, signal);
  }

  /** Logged in as the camera wants it. Rejects with LoginRefused, SoapFault or ExchangeError. */
  async request(request: SoapRequest, signal: AbortSignal): Promise<SoapAnswer> {
    const credentials = this.#target.credentials();
    if (!credentials) return this.#callOpenly(request, signal);
    if (this.#mode === 'unknown' || this.#mode === 'none') await this.#negotiate(request, signal);
    let answer = await this.#attempt(request, credentials, signal);
    if (isRefusal(answer)) {
      const wasToken = this.#mode === 'token';
      const hasMoved = await this.#refreshClock(signal);
      if (!(wasToken && hasMoved)) this.#target.gate.refused(credentials);
      if (this.#mode === 'token' && readChallenge(answer.challenges)?.scheme === 'digest') this.#mode = 'digest';
      answer = await this.#attempt(request, credentials, signal);
      if (isRefusal(answer)) {
        this.#target.gate.refused(credentials);
        this.#mode = 'unknown';
        throw new LoginRefused(`user ${credentials.user} refused by ${this.#target.host}`);
      }
    }
    this.#target.gate.accepted();
    return checked(answer);
  }

  close(): void {
    this.agent.destroy();
    this.#pulling.destroy();
  }

  async #callOpenly(request: SoapRequest, signal: AbortSignal): Promise<SoapAnswer> {
    this.#mode = 'none';
    const answer = await this.ask(request, signal);
    if (isRefusal(answer)) throw new LoginRefused(`${this.#target.host} wants a user, and none is configured`);
    return checked(answer);
  }

  /** One request without credentials tells how to log in, and no camera counts it as a wrong login. */
  async #negotiate(request: SoapRequest, signal: AbortSignal): Promise<void> {
    const answer = await this.ask(request, signal);
    const challenge = answer.status === 401 ? readChallenge(answer.challenges) : undefined;
    this.#mode = challenge?.scheme === 'digest' ? 'digest' : 'token';
    if (challenge?.scheme === 'digest') this.#challenge = { challenge, since: performance.now(), count: 0 };
  }

  async #attempt(request: SoapRequest, credentials: Credentials, signal: AbortSignal): Promise<SoapAnswer> {
    const waitMs = this.#target.gate.waitMs(credentials);
    if (waitMs > 0) {
      const minutes = Math.ceil(waitMs / 60_000);
      throw new LoginRefused(
        `user ${credentials.user} was refused twice by ${this.#target.host}; next attempt in ${minutes} min or with other credentials`,
      );
    }
    if (this.#mode !== 'digest') return this.#send(request, request.envelope(true), {}, signal);
    const known = this.#challenge;
    if (!known || performance.now() - known.since > NONCE_LASTS_MS) {
      const open = await this.ask(request, signal);
      if (open.status !== 401) return open;
      this.#learn(open);
    }
    const answer = await this.#answerChallenge(request, credentials, signal);
    const fresh = readChallenge(answer.challenges);
    if (answer.status !== 401 || !fresh?.isStale) return answer;
    this.#learn(answer);
    return this.#answerChallenge(request, credentials, signal);
  }

  #learn(answer: SoapAnswer): void {
    const challenge = readChallenge(answer.challenges);
    if (challenge?.scheme !== 'digest')
      throw new LoginRefused(`${this.#target.host} asks for no login that we can give`);
    this.#challenge = { challenge, since: performance.now(), count: 0 };
  }

  #answerChallenge(request: SoapRequest, credentials: Credentials, signal: AbortSignal): Promise<SoapAnswer> {
    const held = this.#challenge;
    if (!held) throw new LoginRefused(`${this.#target.host} asks for no login that we can give`);
    held.count += 1;
    const asking = { method: 'POST', uri: request.path, count: held.count };
    const authorization = answerChallenge(held.challenge, credentials, asking);
    return this.#send(request, request.envelope(false), { authorization }, signal);
  }

  async #send(
    request: SoapRequest,
    body: string,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<SoapAnswer> {
    const { host, port, timeoutMs, maxBytes } = this.#target;
    const answer = await exchange({
      method: 'POST',
      host,
      port,
      path: request.path,
      headers: { 'content-type': 'application/soap+xml; charset=utf-8', ...headers },
      body,
      timeoutMs: request.timeoutMs ?? timeoutMs,
      maxBytes,
      agent: request.isPull ? this.#pulling : this.agent,
      isSentOnce: request.isPull ?? false,
      signal,
    });
    const text = answer.body.toString('utf8');
    if (answer.headers.server?.includes(SIMULATOR_VENDOR)) this.#isSimulator = true;
    if (text.includes(SIMULATOR_VENDOR)) this.#isSimulator = true;
    const { status, challenges } = answer;
    return { status, text, body: readBody(text), challenges, isSimulator: this.#isSimulator };
  }
}

function checked(answer: SoapAnswer): SoapAnswer {
  const fault = faultOf(answer.body);
  if (fault !== undefined) throw new SoapFault(`the camera refuses: ${fault}`);
  if (!answer.body && /<!DOCTYPE\s[^]{0,500}<!ENTITY/i.test(answer.text.slice(0, 2_000)))
    throw new SoapFault(`the answer (HTTP ${answer.status}) declares entities, which are refused`);
  if (!answer.body) throw new SoapFault(`the answer (HTTP ${answer.status}) is no SOAP envelope`);
  return answer;
}
