import type { Signal } from '../driver.ts';

/** What is wrong with a camera that answers: each trouble in words, for as long as it lasts. */
export class CameraTroubles {
  readonly #all = new Map<string, string>();
  readonly #emit: (signal: Signal) => void;

  constructor(emit: (signal: Signal) => void) {
    this.#emit = emit;
  }

  /** Without a reason it is over. */
  set(what: string, reason: string | undefined): void {
    if (reason === undefined) this.#all.delete(what);
    else this.#all.set(what, reason);
  }

  /** Repeated without news, too: it proves that the camera is there. */
  tell(): void {
    const reason = [...this.#all.values()].join('; ');
    this.#emit({ type: 'status', state: reason === '' ? 'online' : 'degraded', reason });
  }
}
