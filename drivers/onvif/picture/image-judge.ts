import { correlation, type Measures } from './measure.ts';

/** What is wrong with a picture; `ok` is nothing. */
export const imageStates = ['ok', 'black', 'frozen', 'covered', 'blurred', 'moved'] as const;
export type ImageState = (typeof imageStates)[number];

/** How a camera's view looks when it is in order. Learned once, then kept until somebody accepts another view. */
export interface Reference {
  readonly scene: readonly number[];
  readonly sharpness: number;
  /** Pictures that it was learned from. */
  readonly pictures: number;
}

/** Brightness below which nothing is seen, and contrast below which nothing stands out (0 to 255). */
const DARK_MEAN = 16;
const FLAT_SIGMA = 8;
/** Equal pictures in a row, though the clock written into them should go on. */
const FROZEN_AFTER = 3;
const BLURRED_BELOW = 0.25;
const MOVED_BELOW = 0.5;
const LEARN_FROM = 3;
const WINDOW = 5;
const NEEDED = 3;

/** Judges the pictures of one camera, one after the other. Holds numbers only, never a picture. */
export class ImageJudge {
  #reference: Reference | undefined;
  #lastHash = '';
  #equal = 0;
  #recent: ImageState[] = [];
  #state: ImageState | undefined;
  #resemblance: number | undefined;

  constructor(reference?: Reference) {
    this.#reference = reference;
  }

  /** Undefined until three pictures agree. */
  get state(): ImageState | undefined {
    return this.#state;
  }

  /** How far the last picture resembles the reference, -1 to 1; undefined before there is one. */
  get resemblance(): number | undefined {
    return this.#resemblance;
  }

  /** Complete once it was learned; worth keeping from then on. */
  get reference(): Reference | undefined {
    return this.#reference && this.#reference.pictures >= LEARN_FROM ? this.#reference : undefined;
  }

  /** Three of the last five pictures decide; otherwise the state stays. */
  judge(measures: Measures): ImageState | undefined {
    this.#equal = measures.hash === this.#lastHash ? this.#equal + 1 : 1;
    this.#lastHash = measures.hash;
    const seen = this.#look(measures);
    this.#recent = [...this.#recent, seen].slice(-WINDOW);
    if (this.#recent.filter((one) => one === seen).length >= NEEDED) this.#state = seen;
    return this.#state;
  }

  #look(measures: Measures): ImageState {
    const { mean, sigma, sharpness, scene } = measures;
    const known = this.reference;
    this.#resemblance = known && correlation(known.scene, scene);
    if (mean < DARK_MEAN && sigma < FLAT_SIGMA) return 'black';
    if (sigma < FLAT_SIGMA) return 'covered';
    if (this.#equal >= FROZEN_AFTER) return 'frozen';
    if (!known) {
      this.#learn(measures);
      return 'ok';
    }
    // A view that moved has other edges: how sharp it was says nothing of it.
    if ((this.#resemblance ?? 1) < MOVED_BELOW) return 'moved';
    return sharpness < known.sharpness * BLURRED_BELOW ? 'blurred' : 'ok';
  }

  #learn({ scene, sharpness }: Measures): void {
    const before = this.#reference ?? { scene, sharpness, pictures: 0 };
    const pictures = before.pictures + 1;
    const mean = (old: number, now: number): number => old + (now - old) / pictures;
    this.#reference = {
      scene: before.scene.map((value, at) => mean(value, scene[at] ?? value)),
      sharpness: mean(before.sharpness, sharpness),
      pictures,
    };
  }
}
