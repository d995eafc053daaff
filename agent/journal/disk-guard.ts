import { diskTrouble, type DiskTrouble } from './disk-trouble.ts';

/** How the journal gets on with its disk. */
export interface DiskState {
  readonly trouble: DiskTrouble | 'none';
  /** UTC ms since when. */
  readonly since: number;
  /** The disk's own words; empty without trouble. */
  readonly text: string;
}

/** Runs writes, makes room once where the disk is full, and remembers what is wrong. */
export class DiskGuard {
  readonly #now: () => number;
  readonly #makeRoom: () => void;
  readonly #onChange: (state: DiskState) => void;
  #state: DiskState;

  constructor(now: () => number, makeRoom: () => void, onChange: (state: DiskState) => void) {
    this.#now = now;
    this.#makeRoom = makeRoom;
    this.#onChange = onChange;
    this.#state = { trouble: 'none', since: now(), text: '' };
  }

  get state(): DiskState {
    return this.#state;
  }

  /** True if the write was done. False if the disk refuses it; anything else that goes wrong is thrown. */
  attempt(write: () => unknown): boolean {
    let trouble = this.#run(write);
    if (trouble?.trouble === 'full') {
      this.#run(this.#makeRoom);
      trouble = this.#run(write);
    }
    this.#become(trouble?.trouble ?? 'none', trouble?.text ?? '');
    return trouble === undefined;
  }

  #run(write: () => unknown): { readonly trouble: DiskTrouble; readonly text: string } | undefined {
    try {
      write();
      return undefined;
    } catch (error) {
      const trouble = diskTrouble(error);
      if (trouble === undefined) throw error;
      return { trouble, text: error instanceof Error ? error.message : String(error) };
    }
  }

  #become(trouble: DiskState['trouble'], text: string): void {
    if (trouble === this.#state.trouble) return;
    this.#state = { trouble, since: this.#now(), text };
    this.#onChange(this.#state);
  }
}
