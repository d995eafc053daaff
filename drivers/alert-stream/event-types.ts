import type { VideoKind } from '#agent/model/video-kind.ts';

/**
 * `eventType` as devices send it, in lower case, and what it means. From the public ability schedule of the protocol and
 * logs of its clients (confidence: vendor-manual for the first block, type-typical for the second); a site adds its own
 * with the option `eventTypes`.
 */
export const knownEventTypes: Readonly<Record<string, VideoKind>> = {
  vmd: 'motion',
  videoloss: 'video-loss',
  tamperdetection: 'tamper',
  shelteralarm: 'tamper',
  scenechangedetection: 'scene-change',
  linedetection: 'line',
  fielddetection: 'intrusion',
  regionentrance: 'region-entry',
  regionexiting: 'region-exit',
  loitering: 'loitering',
  group: 'gathering',
  persondensitydetection: 'gathering',
  firedetection: 'fire',
  safetyhelmetdetection: 'no-helmet',
  io: 'digital-input',
  storagedetection: 'storage-failure',
  diskfull: 'storage-failure',
  diskerror: 'storage-failure',

  smokedetection: 'smoke',
  smokingdetection: 'smoking',
  smoking: 'smoking',
  playcellphone: 'phone-call',
  phonecall: 'phone-call',
  leaveposition: 'absent-from-post',
  sleeponduty: 'asleep-at-post',
  falldown: 'fall',
  parking: 'vehicle-in-fire-lane',
};

/** The silent stream repeats this as inactive, several times a second: a sign of life and no alarm. */
export const HEARTBEAT = 'videoloss';
