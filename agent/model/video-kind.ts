/**
 * What a camera, a recorder or a box with video intelligence can see, in our words: the last part of an address
 * `event:<kind>`, whatever the maker calls it.
 */
export const videoKinds = [
  'motion',
  'tamper',
  'scene-change',
  'video-loss',
  'line',
  'intrusion',
  'region-entry',
  'region-exit',
  'loitering',
  'gathering',
  'fall',
  'fire',
  'smoke',
  'no-helmet',
  'smoking',
  'phone-call',
  'absent-from-post',
  'asleep-at-post',
  'vehicle-in-fire-lane',
  'unguarded-unloading',
  'static-clamp-missing',
  'digital-input',
  'storage-failure',
] as const;

export type VideoKind = (typeof videoKinds)[number];
