import { Flag } from '#agent/model/flags.ts';
import type { HazardStock } from '#agent/model/hazard-source.ts';
import { isUsable, type QualityReason } from '#agent/model/quality.ts';
import type { Sample } from '#agent/model/sample.ts';
import { capacityOf, tonnesOf } from './tonnes.ts';

const TRAVELLING = Flag.sim | Flag.forced | Flag.maintenance;

export const stockKey = (stock: HazardStock): string =>
  stock.kind === 'declared' ? stock.kind : `${stock.kind} ${stock.point}`;

/** One stock: its tonnes now, or the most that the last good reading and what the bad one shows speak for. */
export class StockWatch {
  readonly #stock: HazardStock;
  #good: number | undefined;
  #held: number | undefined;
  #doubt: QualityReason | undefined;
  #flags = 0;

  constructor(stock: HazardStock, remembered: number | undefined) {
    this.#stock = stock;
    this.#good = stock.kind === 'declared' ? stock.tonnes : remembered;
    this.#held = this.#good;
    this.#doubt = stock.kind === 'declared' ? undefined : 'not-yet-read';
  }

  get name(): string {
    return stockKey(this.#stock);
  }

  /** Why the tonnes are not what is there now; undefined when they are. */
  get doubt(): QualityReason | undefined {
    return this.#doubt;
  }

  get flags(): number {
    return this.#flags;
  }

  /** On the safe side while in doubt: a stock that was never read is full. Undefined: nobody knows. */
  get tonnes(): number | undefined {
    if (this.#held !== undefined || this.#stock.kind === 'declared') return this.#held;
    return capacityOf(this.#stock);
  }

  /** Last good tonnes; undefined before the first. */
  get remembered(): number | undefined {
    return this.#stock.kind === 'declared' ? undefined : this.#good;
  }

  take({ value, quality, flags }: Sample): void {
    const stock = this.#stock;
    if (stock.kind === 'declared') return;
    this.#flags = flags & TRAVELLING;
    const isNumber = typeof value === 'number' && Number.isFinite(value);
    const shown = isNumber ? tonnesOf(stock, value) : undefined;
    if (isUsable(quality) && shown !== undefined) {
      [this.#good, this.#held, this.#doubt] = [shown, shown, undefined];
      return;
    }
    this.#doubt = quality.reason ?? 'wrong-type';
    // A bad reading may tell of more, never of less.
    if (quality.level === 'uncertain' && shown !== undefined && this.#held !== undefined)
      this.#held = Math.max(this.#held, shown);
  }
}
