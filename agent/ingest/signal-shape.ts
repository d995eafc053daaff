import type { SiteEvent, Gap } from '#agent/model/event.ts';
import type { Fact } from '#agent/model/fact.ts';
import type { Footage, Picture } from '#agent/model/picture.ts';
import type { Quality } from '#agent/model/quality.ts';
import type { Sample } from '#agent/model/sample.ts';

/**
 * Shapes of what a driver hands over. The types promise them, but a driver runs on what a device sent and on libraries
 * that are not typed; ingest is the border at which a wrong one is stopped.
 */
const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

const isQuality = (value: unknown): value is Quality => {
  if (!isRecord(value)) return false;
  if (value['level'] === 'good') return true;
  return (value['level'] === 'uncertain' || value['level'] === 'bad') && typeof value['reason'] === 'string';
};

/** True but for the value, which the point's own check judges. */
export const isSample = (value: unknown): value is Sample =>
  isRecord(value) && typeof value['point'] === 'string' && isQuality(value['quality']);

export const isEvent = (value: unknown): value is SiteEvent =>
  isRecord(value) && typeof value['kind'] === 'string' && typeof value['text'] === 'string';

export const isGap = (value: unknown): value is Gap =>
  isRecord(value) && Number.isFinite(value['from']) && typeof value['reason'] === 'string';

const factKinds: ReadonlySet<unknown> = new Set([
  'tag-fix',
  'tag-state',
  'permit',
  'register',
  'roster',
] satisfies Fact['kind'][]);

/** True as far as every reader of facts relies on it; what a kind says further was checked where it was read. */
export const isFact = (value: unknown): value is Fact =>
  isRecord(value) &&
  factKinds.has(value['kind']) &&
  Number.isFinite(value['sourceTime']) &&
  Number.isFinite(value['receiveTime']) &&
  Number.isInteger(value['flags']);

export const isPicture = (value: unknown): value is Picture =>
  isRecord(value) &&
  value['jpeg'] instanceof Uint8Array &&
  Number.isFinite(value['takenAt']) &&
  Number.isInteger(value['flags']);

export const isFootage = (value: unknown): value is Footage =>
  isRecord(value) &&
  typeof value['file'] === 'string' &&
  Number.isFinite(value['from']) &&
  Number.isFinite(value['to']) &&
  Number.isInteger(value['flags']);

export const isDeviceFacts = (value: unknown): value is Readonly<Record<string, string>> =>
  isRecord(value) && Object.values(value).every((fact) => typeof fact === 'string');
