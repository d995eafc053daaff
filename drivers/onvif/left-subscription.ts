import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { SourceId } from '#agent/model/ids.ts';

/** Where a subscription lives in a camera, and what it wants to see again. */
const referenceSchema = z.object({ path: z.string().startsWith('/').max(4_096), headers: z.string().max(16_384) });

export type SubscriptionReference = z.output<typeof referenceSchema>;

/**
 * The subscription that we hold or had to leave behind, in a file: cameras cannot list theirs, and one that is forgotten in
 * a crash or a broken connection takes a place until it expires.
 */
export class LeftSubscription {
  readonly #file: string;

  constructor(stateDir: string, source: SourceId) {
    this.#file = join(stateDir, `subscription-${source}.json`);
  }

  get(): SubscriptionReference | undefined {
    try {
      return referenceSchema.safeParse(JSON.parse(readFileSync(this.#file, 'utf8'))).data;
    } catch {
      return undefined;
    }
  }

  set(reference: SubscriptionReference | undefined): void {
    if (reference) writeFileSync(this.#file, JSON.stringify(reference), { mode: 0o600 });
    else rmSync(this.#file, { force: true });
  }
}
