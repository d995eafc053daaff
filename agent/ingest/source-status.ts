import type { SourceId } from '#agent/model/ids.ts';
import type { SourceState, SourceStatus } from '#agent/model/source.ts';

/** What is known of a source's connection now, without identity and time. */
export interface StatusClaim {
  readonly state: SourceState;
  readonly reason: string;
  readonly nextAttempt?: number;
}

/** Remembers a source's status: tells a claim only when it says something new, and since when the state holds. */
export class StatusKeeper {
  readonly #source: SourceId;
  #last: SourceStatus | undefined;

  constructor(source: SourceId) {
    this.#source = source;
  }

  get state(): SourceState | undefined {
    return this.#last?.state;
  }

  /** The status to tell, or undefined when nothing in it is new. `now` is UTC ms. */
  claim(claim: StatusClaim, now: number): { readonly status: SourceStatus; readonly isNewState: boolean } | undefined {
    const last = this.#last;
    const isNewState = last?.state !== claim.state;
    if (!isNewState && last?.reason === claim.reason && last.nextAttempt === claim.nextAttempt) return undefined;
    this.#last = { source: this.#source, ...claim, since: isNewState || !last ? now : last.since };
    return { status: this.#last, isNewState };
  }
}
