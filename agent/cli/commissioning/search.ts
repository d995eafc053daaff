import type { FoundThing, SearchOrder } from '#agent/web/site-port.ts';

/** How far a search is, what it found, or what it left out. */
export interface SearchStep {
  readonly seen?: number;
  readonly of?: number;
  readonly found?: readonly FoundThing[];
  readonly note?: string;
}

export interface SearchPlace {
  /** Called synchronously as things are found. */
  readonly tell: (step: SearchStep) => void;
  readonly signal: AbortSignal;
  /** Site file, for sources that are configured already. */
  readonly site: string;
}

/** Resolves when everything was looked at; rejects when that is not possible, or soon after the signal. */
export type Search<Order extends SearchOrder> = (order: Order, place: SearchPlace) => Promise<void>;

export type OrderOf<Kind extends SearchOrder['kind']> = Extract<SearchOrder, { readonly kind: Kind }>;
