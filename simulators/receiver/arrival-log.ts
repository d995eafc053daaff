import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import type { StreamMessage } from './wire.ts';

/** What arrived for the first time, one message a line. */
export interface ArrivalLog {
  readonly earlier: readonly StreamMessage[];
  append(message: StreamMessage): void;
}

export function createArrivalLog(file: string): ArrivalLog {
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
  return {
    earlier: lines.flatMap((line) => {
      try {
        return [JSON.parse(line) as StreamMessage];
      } catch {
        // The last line of a receiver that was killed in the middle of it; its message was not acknowledged.
        return [];
      }
    }),
    append: (message) => appendFileSync(file, `${JSON.stringify(message)}\n`),
  };
}
