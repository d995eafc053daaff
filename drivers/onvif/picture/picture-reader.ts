import { Worker } from 'node:worker_threads';
import type { Measures } from './measure.ts';

export type PictureAnswer =
  | { readonly measures: Measures; readonly size: string; readonly fault?: undefined }
  | { readonly fault: string };

const WAITING_BYTES = 64 * 1_048_576;
const HEAP_MB = 256;

/**
 * Measures JPEG pictures in a thread, one after the other, for all cameras of the agent. A picture that takes too long
 * costs the thread its life and the next one gets a new thread.
 */
export class PictureReader {
  readonly #timeoutMs: number;
  readonly #waiting: { readonly bytes: Uint8Array; readonly done: (answer: PictureAnswer) => void }[] = [];
  #worker: Worker | undefined;
  #current: ((answer: PictureAnswer) => void) | undefined;
  #isDisposed = false;
  #waitingBytes = 0;

  constructor(timeoutMs = 5_000) {
    this.#timeoutMs = timeoutMs;
  }

  /** Never rejects: what is no picture has its fault. */
  read(bytes: Uint8Array): Promise<PictureAnswer> {
    if (this.#isDisposed || this.#waitingBytes + bytes.length > WAITING_BYTES)
      return Promise.resolve({ fault: 'too many pictures wait to be looked at' });
    return new Promise((done) => {
      this.#waiting.push({ bytes, done });
      this.#waitingBytes += bytes.length;
      this.#next();
    });
  }

  dispose(): void {
    this.#isDisposed = true;
    for (const { done } of this.#waiting.splice(0)) done({ fault: 'stopped' });
    this.#drop('stopped');
  }

  #next(): void {
    if (this.#current || this.#isDisposed) return;
    const task = this.#waiting.shift();
    if (!task) return;
    this.#waitingBytes -= task.bytes.length;
    const deadline = setTimeout(() => this.#drop(`not decoded within ${this.#timeoutMs} ms`), this.#timeoutMs);
    this.#current = (answer) => {
      clearTimeout(deadline);
      this.#current = undefined;
      task.done(answer);
      this.#next();
    };
    this.#worker ??= this.#start();
    this.#worker.postMessage(task.bytes, []);
  }

  #start(): Worker {
    const worker = new Worker(new URL('picture-worker.ts', import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
    });
    worker.on('message', (answer: PictureAnswer) => {
      if (worker === this.#worker) this.#current?.(answer);
    });
    worker.on('error', (error) => {
      if (worker === this.#worker) this.#drop(error instanceof Error ? error.message : String(error));
    });
    worker.unref();
    return worker;
  }

  #drop(fault: string): void {
    const worker = this.#worker;
    this.#worker = undefined;
    void worker?.terminate();
    this.#current?.({ fault });
  }
}
