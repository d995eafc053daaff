import { SourceError } from '#drivers/driver.ts';
import { DeadlineError, ServiceError } from './faults.ts';
import { isNoService, isTooBig } from './limits.ts';
import type { BatchLimit } from './limits.ts';

/** What came of one batch: the answers in the order of its items, or the refusal of each of them. */
export interface BatchOutcome<Item, Answer> {
  readonly items: readonly Item[];
  readonly answers: readonly Answer[];
  readonly refusal?: ServiceError;
}

/**
 * Sends items in requests that the server accepts, and yields what came of each request in the items' order.
 *
 * A request that is refused as a whole is halved: because it was too big, then the limit stays lower; or because one of
 * its items is poison, then halving finds it and it is refused alone. A service that the server does not have is refused
 * for all items at once: asking for each of them would only load it.
 *
 * @throws DeadlineError when even a smaller request gets no answer, and whatever ends the connection
 */
export async function* inBatches<Item, Answer>(
  items: readonly Item[],
  limit: BatchLimit,
  send: (batch: readonly Item[]) => Promise<readonly Answer[]>,
): AsyncGenerator<BatchOutcome<Item, Answer>> {
  const waiting: (readonly Item[])[] = [items];
  let hasTimedOut = false;
  for (let batch = waiting.pop(); batch; batch = waiting.pop()) {
    if (batch.length === 0) continue;
    if (batch.length > limit.size) {
      waiting.push(batch.slice(limit.size));
      batch = batch.slice(0, limit.size);
    }
    try {
      const answers = await send(batch);
      if (answers.length !== batch.length)
        throw new SourceError(`the server answered ${answers.length} of ${batch.length} operations of one request`);
      hasTimedOut = false;
      yield { items: batch, answers };
    } catch (error) {
      if (error instanceof DeadlineError && !hasTimedOut && limit.halve(batch.length)) {
        hasTimedOut = true;
        waiting.push(batch);
      } else if (error instanceof ServiceError) {
        const half = Math.ceil(batch.length / 2);
        if (batch.length === 1 || isNoService(error.status)) yield { items: batch, answers: [], refusal: error };
        else if (isTooBig(error.status) && limit.halve(batch.length)) waiting.push(batch);
        else waiting.push(batch.slice(half), batch.slice(0, half));
      } else throw error;
    }
  }
}
