import type { PointId, SourceId, ZoneId } from './ids.ts';
import type { Quality } from './quality.ts';
import type { SampleValue } from './sample.ts';
import type { SourceState } from './source.ts';

/** What can be told of a camera's health, as its points are addressed: `health:image`. */
export const cameraHealthParts = [
  'reachable',
  'login',
  'clock-offset',
  'events',
  'snapshot',
  'image',
  'scene',
  'sees',
  'stream',
  'metadata',
  'storage',
] as const;
export type CameraHealthPart = (typeof cameraHealthParts)[number];

/** What a kind of source that is a camera says of one as it is configured. */
export interface CameraParts {
  /** 20 digits: the camera on the GB/T 28181 video platform. */
  readonly gb28181Id?: string;
  /** The first point of each part; a part that no point asks for is not watched. */
  readonly health: Partial<Readonly<Record<CameraHealthPart, PointId>>>;
}

/** A camera as the page shows it. */
export interface CameraView {
  readonly source: SourceId;
  readonly name: string;
  readonly simulated: boolean;
  readonly gb28181Id?: string;
  /** What it sees, as `evidence:` says; empty where nothing is kept of it. */
  readonly zones: readonly ZoneId[];
  /** Of the connection. Absent before the first. */
  readonly state?: SourceState;
  readonly reason?: string;
  /** Of each part that is watched, the last sample; none before the first. */
  readonly health: readonly CameraHealth[];
  /** Further points of it, its events above all. */
  readonly points: readonly PointId[];
  /** What the camera says of itself: maker, model, firmware, login. */
  readonly device: Readonly<Record<string, string>>;
  /** Absent before the first, and where it had to make room. */
  readonly picture?: { readonly takenAt: number; readonly bytes: number; readonly flags: number };
}

interface CameraHealth {
  readonly part: CameraHealthPart;
  readonly point: PointId;
  readonly value?: SampleValue;
  readonly quality?: Quality;
  /** UTC ms by the agent's clock. */
  readonly receiveTime?: number;
}
