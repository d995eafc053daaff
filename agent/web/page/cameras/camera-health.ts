import type { CameraView } from '#agent/model/camera.ts';

type Health = CameraView['health'][number];
export type Verdict = 'well' | 'ill' | 'unknown';

/** By GB/T 28181 clocks are to agree within two seconds; pictures that prove something need that. Seconds */
const CLOCK_S = 2;

/** Whether one part of a camera's health is as it should be; bad or old values say nothing. */
export function partVerdict({ part, value, quality }: Health): Verdict {
  if (quality?.level !== 'good') return 'unknown';
  switch (part) {
    case 'reachable':
    case 'events':
    case 'snapshot':
    case 'sees':
      return value === true || value === 1 ? 'well' : 'ill';
    case 'login':
    case 'image':
    case 'stream':
    case 'metadata':
    case 'storage':
      return value === 'ok' ? 'well' : 'ill';
    case 'clock-offset':
      return typeof value === 'number' && Math.abs(value) <= CLOCK_S ? 'well' : 'ill';
    case 'scene':
      // Judged as a whole by `image`; the number alone says nothing.
      return 'well';
    default:
      return part satisfies never;
  }
}

/** A camera is as well as its worst part; one whose connection is lost is ill whatever was heard before. */
export function cameraVerdict({ state, health }: Pick<CameraView, 'state' | 'health'>): Verdict {
  if (state !== undefined && state !== 'online' && state !== 'connecting') return 'ill';
  const verdicts = health.map(partVerdict);
  if (verdicts.includes('ill')) return 'ill';
  return state === 'online' && !verdicts.includes('unknown') ? 'well' : 'unknown';
}
