import { readJson } from '../json-feed/read-json.ts';
import { SourceError } from '../driver.ts';
import type { PullTransport } from './schema.ts';

const MOST_PAGES = 200;
const REFUSED_LOGIN_PAUSE_MS = 60_000;

/** Asks for the list by GET, page after page from where the last look ended. */
export class Puller {
  readonly #transport: PullTransport;
  #cursor: string | undefined;

  constructor(transport: PullTransport) {
    this.#transport = transport;
  }

  /** Hands over each answer as its text and what it says. Throws {@link SourceError}. */
  async look(signal: AbortSignal, take: (text: string, answer: unknown) => void): Promise<void> {
    for (let page = 0; page < MOST_PAGES; page += 1) {
      const text = await this.#ask(signal);
      const answer = parsed(text);
      take(text, answer);
      const next = this.#nextCursor(answer);
      if (next === undefined || next === this.#cursor) return;
      this.#cursor = next;
    }
  }

  #nextCursor(answer: unknown): string | undefined {
    const next = this.#transport.cursor?.of(answer);
    return typeof next === 'string' || typeof next === 'number' ? String(next) : undefined;
  }

  async #ask(signal: AbortSignal): Promise<string> {
    const { url, cursorParameter, timeout, maxBytes } = this.#transport;
    const target = new URL(url);
    if (this.#cursor !== undefined) target.searchParams.set(cursorParameter, this.#cursor);
    const limited = AbortSignal.any([signal, AbortSignal.timeout(timeout)]);
    const shown = `GET ${target.origin}${target.pathname}`;
    try {
      const response = await fetch(target, { headers: this.#headers(), redirect: 'error', signal: limited });
      if (response.status === 401 || response.status === 403)
        throw new SourceError(`${shown}: login refused (${response.status})`, { retryAfterMs: REFUSED_LOGIN_PAUSE_MS });
      if (!response.ok) throw new SourceError(`${shown}: answered ${response.status}`);
      return await boundedText(response, maxBytes, shown);
    } catch (error) {
      if (error instanceof SourceError) throw error;
      const why = error instanceof Error ? (error.cause instanceof Error ? error.cause.message : error.message) : '';
      throw new SourceError(`${shown}: ${why}`, { cause: error });
    }
  }

  #headers(): Record<string, string> {
    const { token, username, password } = this.#transport;
    if (token) return { authorization: `Bearer ${token.reveal()}` };
    if (username === undefined) return {};
    const login = Buffer.from(`${username}:${password?.reveal() ?? ''}`).toString('base64');
    return { authorization: `Basic ${login}` };
  }
}

function parsed(text: string): unknown {
  try {
    return readJson(text);
  } catch (error) {
    throw new SourceError(`the answer is no JSON: ${error instanceof Error ? error.message : ''}`.slice(0, 200));
  }
}

async function boundedText(response: Response, maxBytes: number, shown: string): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body ?? []) {
    size += part.length;
    if (size > maxBytes) throw new SourceError(`${shown}: the answer is longer than ${maxBytes} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}
