import type { Stream } from './record.ts';

/** What was acknowledged and shall be sent once more: a receiver may have lost it, or said that it took what it did not. */
export type ResendOrder =
  /** By number, both inclusive. */
  | { readonly stream: Stream; readonly first: number; readonly last: number }
  /** By the time of recording, UTC ms: `to` is exclusive. */
  | { readonly stream: Stream; readonly from: number; readonly to: number }
  /** Records of a platform as it knows them, `message/id`. */
  | { readonly items: readonly string[] };

/** What goes on record of it. */
export type ResendDetail =
  | { readonly stream: Stream; readonly first: number; readonly last: number }
  | { readonly items: string };

/** Ordered, or refused with one sentence for the person. */
export type ResendAnswer =
  | { readonly accepted: true; readonly detail: ResendDetail }
  | { readonly accepted: false; readonly text: string };
