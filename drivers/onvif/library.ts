import { createHash, randomBytes } from 'node:crypto';
import { Cam } from 'onvif';
import type { Credentials } from '../http-digest/digest.ts';
import type { SoapRequest } from './session.ts';
import { asLibraryShape, escapeXml, type SoapAnswer } from './soap.ts';

/** What the library asks its own transport for. */
interface LibraryRequest {
  readonly service?: string;
  readonly body: string;
}

type Callback = (error: Error | null, data?: unknown, text?: string, status?: number) => void;

/** The parts of the library's camera that its types leave out. */
interface Inner {
  _request: (request: LibraryRequest, callback: Callback) => void;
  _envelopeHeader: (isHeaderOpen?: boolean) => string;
  _envelopeFooter: () => string;
  _passwordDigest: () => { readonly passdigest: string; readonly nonce: string; readonly timestamp: string };
  useWSSecurity: boolean;
  username: string;
  password: string;
  uri?: Readonly<Record<string, { readonly path?: string | null } | undefined>>;
}

type Call = (request: SoapRequest) => Promise<SoapAnswer>;

interface Running {
  readonly call: Call;
  readonly fail: (error: unknown) => void;
}

/** Operations of the library that are used here: reads, all of them. */
type Operation<T> = (camera: Cam, done: (error: Error | null, value?: T) => void) => void;

/**
 * The `onvif` package for what it does well: envelopes, security tokens, and reading the answers of two decades of
 * cameras. Its transport is replaced by ours, as its own reads endless answers, matches namespaces in quadratic time,
 * and throws out of socket events; its event loop is not used at all.
 */
export class CameraLibrary {
  readonly #camera: Cam & Inner;
  readonly #path: string;
  readonly #credentials: () => Credentials | undefined;
  #running: Running | undefined;
  /** The camera's clock, less ours that never steps. */
  #clockShift = Date.now() - performance.now();

  constructor(
    address: { readonly host: string; readonly port: number; readonly path: string },
    credentials: () => Credentials | undefined,
  ) {
    const { host, port, path } = address;
    this.#credentials = credentials;
    this.#path = path;
    const options = { hostname: host, port, path, autoconnect: false, preserveAddress: true };
    this.#camera = new Cam(options) as Cam & Inner;
    this.#camera._request = (request, callback) => this.#transport(request, callback);
    this.#camera._passwordDigest = () => this.#token();
  }

  /** UTC ms by the camera's clock now; it dates our tokens. */
  setClock(cameraTime: number): void {
    this.#clockShift = cameraTime - performance.now();
  }

  /** How the camera's clock stands to one of ours that never steps, ms. */
  get clockShift(): number {
    return this.#clockShift;
  }

  /** Runs one operation over `call`; one at a time. Rejects with what `call` rejects with, or when the answer can't be read. */
  run<T>(operation: Operation<T>, call: Call): Promise<T> {
    return new Promise((resolve, reject) => {
      const fail = (error: unknown): void => reject(error instanceof Error ? error : new Error(String(error)));
      this.#running = { call, fail };
      try {
        operation(this.#camera, (error, value) => (error ? fail(error) : resolve(value as T)));
      } catch (error) {
        fail(error);
      }
    });
  }

  /** Path of a service, once `getServices` or `getCapabilities` has told it. */
  pathOf(service: string): string {
    return this.#camera.uri?.[service]?.path ?? this.#path;
  }

  /** An envelope around a body and, where wanted, further headers, with or without a security token. */
  envelope(body: string, withToken: boolean, headers = ''): string {
    const camera = this.#camera;
    const credentials = withToken ? this.#credentials() : undefined;
    camera.useWSSecurity = credentials !== undefined;
    camera.username = escapeXml(credentials?.user ?? '');
    camera.password = credentials?.password ?? '';
    return `${camera._envelopeHeader(true)}${headers}</s:Header><s:Body>${body}${camera._envelopeFooter()}`;
  }

  /** WS-Security digest; the library's own takes a password for ASCII and its nonce from no good source. */
  #token(): { passdigest: string; nonce: string; timestamp: string } {
    const nonce = randomBytes(16);
    const timestamp = new Date(performance.now() + this.#clockShift).toISOString();
    const secret = Buffer.from(`${timestamp}${this.#camera.password}`, 'utf8');
    const passdigest = createHash('sha1').update(nonce).update(secret).digest('base64');
    return { passdigest, nonce: nonce.toString('base64'), timestamp };
  }

  /** The library makes its envelope once; ours is made for each attempt, as the camera wants it. */
  #transport(request: LibraryRequest, callback: Callback): void {
    const running = this.#running;
    if (!running) return callback(new Error('no operation is running'));
    const path = request.service === undefined ? this.#path : this.pathOf(request.service);
    const body = bodyOf(request.body);
    void this.#answer({ path, envelope: (withToken) => this.envelope(body, withToken) }, callback, running);
  }

  /** What the library throws over an answer that it did not expect ends in `fail`, like a failed call. */
  async #answer(request: SoapRequest, callback: Callback, { call, fail }: Running): Promise<void> {
    try {
      const { body, text, status } = await call(request);
      callback(null, body && [asLibraryShape(body)], text, status);
    } catch (error) {
      fail(error);
    }
  }
}

/** What stands between the body's tags of an envelope. */
function bodyOf(envelope: string): string {
  const begin = envelope.indexOf('>', envelope.indexOf('<s:Body')) + 1;
  return envelope.slice(begin, envelope.lastIndexOf('</s:Body>'));
}
