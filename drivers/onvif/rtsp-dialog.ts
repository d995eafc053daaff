import { answerChallenge, readChallenge, type Challenge, type Credentials } from '../http-digest/digest.ts';
import type { RtspAnswer, RtspConnection, RtspMethod } from './rtsp-connection.ts';

/** Credentials were given and not taken, or none were there to give. A password in the clear (Basic) is not given. */
export class RtspRefused extends Error {
  override readonly name = 'RtspRefused';
}

/** Requests over one RTSP connection, logged in by digest from the first that is asked for it. */
export class RtspDialog {
  readonly #connection: RtspConnection;
  readonly #credentials: Credentials | undefined;
  #held: { readonly challenge: Challenge; count: number } | undefined;

  constructor(connection: RtspConnection, credentials: Credentials | undefined) {
    this.#connection = connection;
    this.#credentials = credentials;
  }

  /** @throws RtspRefused, RtspLost */
  async ask(method: RtspMethod, uri: string, headers: Readonly<Record<string, string>> = {}): Promise<RtspAnswer> {
    const hadLogin = this.#held !== undefined;
    let answer = await this.#connection.request(method, uri, this.#withLogin(method, uri, headers));
    const challenge = answer.status === 401 ? readChallenge(answer.challenges) : undefined;
    if (this.#credentials && challenge?.scheme === 'digest' && (!hadLogin || challenge.isStale)) {
      this.#held = { challenge, count: 0 };
      answer = await this.#connection.request(method, uri, this.#withLogin(method, uri, headers));
    }
    if (answer.status === 401 || answer.status === 403) throw new RtspRefused(`${method} refused`);
    return answer;
  }

  /** The last request, whose answer is not waited for. */
  leave(uri: string, headers: Readonly<Record<string, string>>): void {
    this.#connection.leave('TEARDOWN', uri, this.#withLogin('TEARDOWN', uri, headers));
  }

  #withLogin(
    method: RtspMethod,
    uri: string,
    headers: Readonly<Record<string, string>>,
  ): Readonly<Record<string, string>> {
    if (!this.#held || !this.#credentials) return headers;
    this.#held.count += 1;
    const asking = { method, uri, count: this.#held.count };
    return { ...headers, Authorization: answerChallenge(this.#held.challenge, this.#credentials, asking) };
  }
}
