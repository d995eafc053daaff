import type { Care } from '../care/care.ts';
import type { Message } from '../profiles/profile.ts';
import type { Posted, Poster } from './http-post.ts';

interface Asking {
  readonly care: Pick<Care, 'handle' | 'unavailable' | 'everyMs'>;
  readonly posted: (message: Message) => Posted;
  readonly url: URL;
}

/** After a request there may be another. */
const NEXT_MS = 1_000;
const NOTHING = 204;

/**
 * Asks a platform for requests, because it can't call the site, and posts the answers. What does not come in time is asked
 * for the next time. Returns what ends it; that resolves once an answer that is under way is there.
 */
export function askForRequests(poster: Poster, { care, posted, url }: Asking): () => Promise<unknown> {
  let isOver = false;
  let timer: NodeJS.Timeout | undefined;
  let turn: Promise<void> = Promise.resolve();

  const ask = async (): Promise<number> => {
    const { status, text } = await poster.ask(url);
    if (isOver || status === NOTHING) return care.everyMs;
    if (status !== 200) {
      care.unavailable(`GET ${url.href} was answered ${status}`);
      return care.everyMs;
    }
    const answer = care.handle(Buffer.from(text));
    if (!answer) return care.everyMs;
    await poster.post(posted(answer));
    return Math.min(NEXT_MS, care.everyMs);
  };
  const take = async (): Promise<void> => {
    let waitMs = care.everyMs;
    try {
      waitMs = await ask();
    } catch {
      // Deliveries tell by themselves when the platform is away.
    }
    again(waitMs);
  };
  const again = (waitMs: number): void => {
    if (isOver) return;
    timer = setTimeout(() => {
      turn = take();
    }, waitMs);
  };
  again(0);
  return () => {
    isOver = true;
    clearTimeout(timer);
    return turn;
  };
}
