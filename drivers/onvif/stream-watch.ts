import type { Credentials } from '../http-digest/digest.ts';
import type { LoginGate } from '../http-digest/login-gate.ts';
import { firstFrame } from './first-frame.ts';
import { describeStream, type StreamState, type StreamTarget } from './rtsp.ts';

export interface StreamWatchTarget extends Omit<StreamTarget, 'credentials'> {
  /** Also wait for a picture, where a program is there to see it. */
  readonly wantsFrame: boolean;
}

/** Looks at one stream, and never logs in a third time. */
export class StreamWatch {
  readonly #target: StreamWatchTarget;
  readonly #gate: LoginGate;

  constructor(target: StreamWatchTarget, gate: LoginGate) {
    this.#target = target;
    this.#gate = gate;
  }

  async look(credentials: Credentials | undefined): Promise<StreamState> {
    if (credentials && this.#gate.waitMs(credentials) > 0) return 'refused';
    const target = { ...this.#target, credentials };
    const state = await describeStream(target);
    if (credentials && state === 'refused') this.#gate.refused(credentials);
    if (state !== 'ok') return state;
    this.#gate.accepted();
    if (!target.wantsFrame) return 'ok';
    // Until the next full picture of the stream, which may be seconds away.
    const hasFrame = await firstFrame({ ...target, timeoutMs: 2 * target.timeoutMs });
    return hasFrame === false ? 'no-frame' : 'ok';
  }
}
