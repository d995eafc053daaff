import { connect } from 'node:net';
import { answerChallenge, readChallenge, type Credentials } from '../http-digest/digest.ts';

/** How a stream looks from the outside. */
const streamStates = ['ok', 'no-answer', 'refused', 'no-video', 'no-frame'] as const;
export type StreamState = (typeof streamStates)[number];

export interface StreamTarget {
  /** rtsp:// as the camera gives it, without credentials. */
  readonly uri: string;
  /** How the camera is reached. */
  readonly host: string;
  readonly credentials: Credentials | undefined;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

const MAX_BYTES = 65_536;
const STANDARD_PORT = 554;

interface RtspAnswer {
  readonly status: number;
  readonly challenges: readonly string[];
  readonly body: string;
}

/**
 * Asks for the description of a stream (RTSP OPTIONS and DESCRIBE); nothing is set up or played. Never rejects. `refused`
 * is said only when credentials were given and not taken, or none were there to give.
 */
export async function describeStream(target: StreamTarget): Promise<StreamState> {
  const { uri, credentials } = target;
  try {
    return await talk(target, async (ask) => {
      await ask('OPTIONS', {});
      let answer = await ask('DESCRIBE', { Accept: 'application/sdp' });
      const challenge = answer.status === 401 ? readChallenge(answer.challenges) : undefined;
      if (challenge?.scheme === 'digest' && credentials) {
        const asking = { method: 'DESCRIBE', uri, count: 1 };
        const Authorization = answerChallenge(challenge, credentials, asking);
        answer = await ask('DESCRIBE', { Accept: 'application/sdp', Authorization });
      }
      if (answer.status === 401 || answer.status === 403) return 'refused';
      return answer.status === 200 && /^m=video\s/m.test(answer.body) ? 'ok' : 'no-video';
    });
  } catch {
    return 'no-answer';
  }
}

type Ask = (method: 'OPTIONS' | 'DESCRIBE', headers: Readonly<Record<string, string>>) => Promise<RtspAnswer>;

function talk(target: StreamTarget, converse: (ask: Ask) => Promise<StreamState>): Promise<StreamState> {
  const { uri, host, timeoutMs, signal } = target;
  const url = new URL(uri);
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(new Error('stopped'));
    const socket = connect({ host, port: url.port === '' ? STANDARD_PORT : Number(url.port) });
    let received = '';
    let waiting: { readonly take: (answer: RtspAnswer) => void; readonly fail: (error: Error) => void } | undefined;
    let sequence = 0;
    const end = (error?: Error): void => {
      clearTimeout(deadline);
      signal.removeEventListener('abort', stop);
      socket.destroy();
      waiting?.fail(error ?? new Error('closed'));
      if (error) reject(error);
    };
    const stop = (): void => end(new Error('stopped'));
    const deadline = setTimeout(() => end(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
    signal.addEventListener('abort', stop, { once: true });
    socket.on('error', end);
    socket.on('close', () => end(new Error('closed')));
    socket.on('data', (part: Buffer) => {
      received += part.toString('latin1');
      if (received.length > MAX_BYTES) return end(new Error('the answer is too long'));
      const whole = takeAnswer(received);
      if (!whole || !waiting) return;
      received = received.slice(whole.length);
      const { take } = waiting;
      waiting = undefined;
      take(whole.answer);
    });
    const ask: Ask = (method, headers) =>
      new Promise((take, fail) => {
        waiting = { take, fail };
        sequence += 1;
        const lines = Object.entries({ CSeq: String(sequence), 'User-Agent': 'Firewatch', ...headers });
        const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
        socket.write(`${method} ${uri} RTSP/1.0\r\n${head}\r\n`);
      });
    const run = async (): Promise<void> => {
      try {
        resolve(await converse(ask));
        end();
      } catch (error) {
        end(error instanceof Error ? error : new Error(String(error)));
      }
    };
    void run();
  });
}

/** The first whole answer in what has come; undefined while there is none. Throws nothing: nonsense has status 0. */
export function takeAnswer(received: string): { readonly answer: RtspAnswer; readonly length: number } | undefined {
  const headEnd = received.indexOf('\r\n\r\n');
  if (headEnd < 0) return undefined;
  const [first = '', ...lines] = received.slice(0, headEnd).split('\r\n');
  const fields = lines.map((line) => [
    line.slice(0, line.indexOf(':')).trim().toLowerCase(),
    line.slice(line.indexOf(':') + 1).trim(),
  ]);
  const told = Number(fields.find(([name]) => name === 'content-length')?.[1] ?? 0);
  const bodyLength = Number.isInteger(told) && told > 0 ? told : 0;
  const length = headEnd + 4 + bodyLength;
  if (received.length < length) return undefined;
  return {
    length,
    answer: {
      status: Number(/^RTSP\/\d\.\d (\d{3})/.exec(first)?.[1] ?? 0),
      challenges: fields.flatMap(([name, value]) =>
        name === 'www-authenticate' && value !== undefined ? [value] : [],
      ),
      body: received.slice(headEnd + 4, length),
    },
  };
}
