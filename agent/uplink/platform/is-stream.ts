import type { Stream } from '#agent/model/record.ts';

const streams: Readonly<Record<Stream, true>> = {
  alarm: true,
  event: true,
  gap: true,
  audit: true,
  register: true,
  sample: true,
};

export const isStream = (value: unknown): value is Stream => typeof value === 'string' && Object.hasOwn(streams, value);
