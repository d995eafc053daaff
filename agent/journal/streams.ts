import type { DurableStream, Stream } from '#agent/model/record.ts';

/** The number of a durable stream in table `record` is its place here: never reorder, only add. */
export const DURABLE_STREAMS = [
  'alarm',
  'event',
  'gap',
  'audit',
  'register',
] as const satisfies readonly DurableStream[];

export const STREAMS = [...DURABLE_STREAMS, 'sample'] as const satisfies readonly Stream[];

export type PerStream<Value> = Record<Stream, Value>;

export const perStream = <Value>(make: (stream: Stream) => Value): PerStream<Value> => ({
  alarm: make('alarm'),
  event: make('event'),
  gap: make('gap'),
  audit: make('audit'),
  register: make('register'),
  sample: make('sample'),
});
