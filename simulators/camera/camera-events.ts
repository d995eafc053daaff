import type { Subscriptions, Told } from './subscriptions.ts';

interface Property {
  readonly topic: string;
  readonly source: Readonly<Record<string, string>>;
  readonly item: string;
  /** As this camera writes yes and no. */
  readonly words: readonly [no: string, yes: string];
}

const video = { VideoSourceConfigurationToken: 'vs' };
const rule = (name: string) => ({ ...video, VideoAnalyticsConfigurationToken: 'va', Rule: name });
const plain = ['false', 'true'] as const;

const properties: Readonly<Record<string, Property>> = {
  motion: { topic: 'tns1:VideoSource/MotionAlarm', source: { Source: 'src' }, item: 'State', words: plain },
  tamper: {
    topic: 'tns1:RuleEngine/TamperDetector/Tamper',
    source: rule('tamper'),
    item: 'IsTamper',
    words: ['0', '1'],
  },
  'too-dark': {
    topic: 'tns1:VideoSource/ImageTooDark/ImagingService',
    source: { Source: 'src' },
    item: 'State',
    words: plain,
  },
  'too-bright': {
    topic: 'tns1:VideoSource/ImageTooBright/ImagingService',
    source: { Source: 'src' },
    item: 'State',
    words: plain,
  },
  'too-blurry': {
    topic: 'tns1:VideoSource/ImageTooBlurry/ImagingService',
    source: { Source: 'src' },
    item: 'State',
    words: plain,
  },
  'scene-change': {
    topic: 'tns1:VideoSource/GlobalSceneChange/ImagingService',
    source: { Source: 'src' },
    item: 'State',
    words: plain,
  },
  field: {
    topic: 'tns1:RuleEngine/FieldDetector/ObjectsInside/.',
    source: rule('field'),
    item: 'IsInside',
    words: plain,
  },
  'digital-input/1': {
    topic: 'tns1:Device/Trigger/DigitalInput',
    source: { InputToken: 'DI_1' },
    item: 'LogicalState',
    words: plain,
  },
  'digital-input/2': {
    topic: 'tns1:Device/Trigger/DigitalInput',
    source: { InputToken: 'DI_2' },
    item: 'LogicalState',
    words: plain,
  },
  'storage-failure': {
    topic: 'tns1:Device/HardwareFailure/StorageFailure',
    source: { Token: 'sd' },
    item: 'Failed',
    words: plain,
  },
  fall: { topic: 'tns1:RuleEngine/MyFallDetector/Fall', source: rule('fall'), item: 'State', words: plain },
  smoke: { topic: 'tns1:RuleEngine/MySmokeDetector/Smoke', source: rule('smoke'), item: 'State', words: plain },
};

const LINE = 'tns1:RuleEngine/LineDetector/Crossed';

/** What a camera has seen, told to its subscriptions. */
export class CameraEvents {
  readonly #subscriptions: Subscriptions;
  readonly #time: () => number;
  readonly #states = new Map<string, boolean>();
  readonly #listeners = new Set<(told: Told) => void>();
  #storm: NodeJS.Timeout | undefined;

  constructor(subscriptions: Subscriptions, time: () => number) {
    this.#subscriptions = subscriptions;
    this.#time = time;
  }

  get topics(): readonly string[] {
    return [...new Set([...Object.values(properties).map(({ topic }) => topic.replace('/.', '')), LINE])];
  }

  show(event: string, value: boolean | number): void {
    if (event === 'line') {
      const data = { ObjectId: String(value) };
      return this.#tell({ topic: LINE, source: rule('line'), data, time: this.#time() });
    }
    const property = properties[event];
    if (!property) throw new Error(`this camera reports no ${event}`);
    if (this.#states.get(event) === Boolean(value)) return;
    this.#states.set(event, Boolean(value));
    this.#tell(this.#told(event, property, 'Changed'));
  }

  /** Every state, to one subscription. */
  synchronize(id: number): void {
    for (const told of this.#initial()) this.#subscriptions.tell(told, id);
  }

  /** Every state, and from then on what is told, until the returned function is called. */
  listen(listener: (told: Told) => void): () => void {
    for (const told of this.#initial()) listener(told);
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Motion on and off, so often a second; undefined ends it. */
  storm(perSecond: number | undefined): void {
    clearInterval(this.#storm);
    this.#storm = undefined;
    if (perSecond === undefined) return;
    let isMoving = false;
    this.#storm = setInterval(() => {
      for (let n = 0; n < Math.ceil(perSecond / 20); n++) {
        isMoving = !isMoving;
        this.show('motion', isMoving);
      }
    }, 50);
  }

  #initial(): readonly Told[] {
    return Object.entries(properties).map(([event, property]) => this.#told(event, property, 'Initialized'));
  }

  #tell(told: Told): void {
    this.#subscriptions.tell(told);
    for (const listener of this.#listeners) listener(told);
  }

  #told(event: string, { topic, source, item, words }: Property, operation: 'Initialized' | 'Changed'): Told {
    const word = words[this.#states.get(event) === true ? 1 : 0];
    return { topic, operation, source, data: { [item]: word }, time: this.#time() };
  }
}
