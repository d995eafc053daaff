/** What a camera can report, in our words. `digital-input` and `relay` have a number or token behind a slash. */
export const eventNames = [
  'motion',
  'tamper',
  'too-dark',
  'too-bright',
  'too-blurry',
  'scene-change',
  'signal-loss',
  'line',
  'field',
  'person',
  'vehicle',
  'people-count',
  'digital-input',
  'relay',
] as const;

export type EventName = (typeof eventNames)[number];

export interface TopicMeaning {
  readonly event: EventName | 'storage-failure';
  /** The data item that holds the state; absent where the message itself is the event. Lower case. */
  readonly item?: string;
}

/**
 * Topics as cameras send them, without prefixes and in lower case. A `*` stands for the service that reports
 * (analytics, imaging, recording). From the ONVIF core, imaging and analytics specifications; `myruledetector`,
 * `peopledetector` and `useralarm` are makers' own and widespread.
 */
const topics: Readonly<Record<string, TopicMeaning>> = {
  'videosource/motionalarm': { event: 'motion', item: 'state' },
  'ruleengine/cellmotiondetector/motion': { event: 'motion', item: 'ismotion' },
  'ruleengine/motionregiondetector/motion': { event: 'motion', item: 'state' },
  'ruleengine/tamperdetector/tamper': { event: 'tamper', item: 'istamper' },
  'videosource/imagetoodark/*': { event: 'too-dark', item: 'state' },
  'videosource/imagetoobright/*': { event: 'too-bright', item: 'state' },
  'videosource/imagetooblurry/*': { event: 'too-blurry', item: 'state' },
  'videosource/globalscenechange/*': { event: 'scene-change', item: 'state' },
  'videosource/signalloss': { event: 'signal-loss', item: 'state' },
  'ruleengine/linedetector/crossed': { event: 'line' },
  'ruleengine/fielddetector/objectsinside': { event: 'field', item: 'isinside' },
  'ruleengine/myruledetector/peopledetect': { event: 'person', item: 'state' },
  'ruleengine/peopledetector/people': { event: 'person', item: 'ispeople' },
  'useralarm/iva/humanshapedetect': { event: 'person', item: 'state' },
  'ruleengine/myruledetector/vehicledetect': { event: 'vehicle', item: 'state' },
  'ruleengine/countaggregation/counter': { event: 'people-count', item: 'count' },
  'device/trigger/digitalinput': { event: 'digital-input', item: 'logicalstate' },
  'device/trigger/relay': { event: 'relay', item: 'logicalstate' },
  'device/hardwarefailure/storagefailure': { event: 'storage-failure', item: 'failed' },
};

/** `tns1:VideoSource/MotionAlarm/.` → `videosource/motionalarm`. */
export const plainTopic = (topic: string): string =>
  topic
    .trim()
    .split('/')
    .map((part) => part.slice(part.indexOf(':') + 1).toLowerCase())
    .filter((part) => part !== '' && part !== '.')
    .join('/');

export const meaningOf = (topic: string): TopicMeaning | undefined =>
  topics[topic] ?? topics[topic.replace(/\/[^/]+$/, '/*')];

/** Every topic, as a pattern, that can tell this event. */
export const topicsOf = (event: TopicMeaning['event']): string[] =>
  Object.entries(topics).flatMap(([topic, meaning]) => (meaning.event === event ? [topic] : []));
