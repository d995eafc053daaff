import type { CameraEvents } from './camera-events.ts';
import type { CameraFaultKind } from './fault.ts';
import { metadataStream } from './soap-answers.ts';
import type { Told } from './subscriptions.ts';

/** What analytics find in the picture. */
export interface Seen {
  /** People, where they stand: 0 … 1 from the left and from the top. */
  readonly figures: readonly { readonly u: number; readonly v: number }[];
  readonly vehicles: number;
  /** The first of the people lies on the ground. */
  readonly hasFallen: boolean;
}

export interface MetadataTrackOptions {
  readonly events: CameraEvents;
  readonly seen: () => Seen;
  /** By the camera's clock. */
  readonly time: () => number;
  readonly has: (kind: CameraFaultKind) => boolean;
  /** One RTP packet. */
  readonly send: (packet: Buffer) => void;
}

/** Dynamic, as the description of the stream names it. */
export const METADATA_PAYLOAD = 107;
const PIECE_BYTES = 1_200;
const FRAME_MS = 400;
const CLOCK_HZ = 90_000;
const LOST_PACKET = 10;

/** The metadata that one client plays: pictures as they are analysed, and every event. In pieces, as documents are long. */
export class MetadataTrack {
  readonly #options: MetadataTrackOptions;
  readonly #unlisten: () => void;
  readonly #telling: NodeJS.Timeout;
  readonly #told: Told[] = [];
  readonly #began = performance.now();
  #sequence = 65_530;

  constructor(options: MetadataTrackOptions) {
    this.#options = options;
    this.#unlisten = options.events.listen((told) => this.#told.push(told));
    this.#telling = setInterval(() => this.#tell(), FRAME_MS);
    this.#tell();
  }

  stop(): void {
    clearInterval(this.#telling);
    this.#unlisten();
  }

  #tell(): void {
    const { has } = this.#options;
    const document = metadataStream(this.#analytics(), this.#told.splice(0));
    const bytes = Buffer.from(has('metadata-malformed') ? document.slice(0, -20) : document, 'utf8');
    for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
      const isLast = at + PIECE_BYTES >= bytes.length && !has('metadata-endless');
      this.#send(bytes.subarray(at, at + PIECE_BYTES), isLast);
    }
    if (has('metadata-endless')) for (let n = 0; n < 100; n++) this.#send(Buffer.alloc(PIECE_BYTES, '<a>'), false);
  }

  #send(piece: Buffer, isLast: boolean): void {
    const sequence = this.#sequence;
    this.#sequence = (sequence + 1) & 0xffff;
    if (this.#options.has('metadata-gap') && sequence % LOST_PACKET === 0) return;
    const head = Buffer.alloc(12);
    head.writeUInt8(0x80, 0);
    head.writeUInt8(METADATA_PAYLOAD | (isLast ? 0x80 : 0), 1);
    head.writeUInt16BE(sequence, 2);
    head.writeUInt32BE(Math.round(((performance.now() - this.#began) / 1_000) * CLOCK_HZ) >>> 0, 4);
    head.writeUInt32BE(2, 8);
    this.#options.send(Buffer.concat([head, piece]));
  }

  #analytics(): string {
    const { seen, time } = this.#options;
    const { figures, vehicles, hasFallen } = seen();
    const people = figures.map(({ u, v }, n) => {
      // Upright is twice as high as wide; on the ground it is the other way round. From -1 to 1, upwards.
      const [width, height] = n === 0 && hasFallen ? [0.2, 0.1] : [0.1, 0.2];
      const [x, y] = [2 * u - 1, 1 - 2 * v];
      const box = { left: x - width / 2, top: y + height, right: x + width / 2, bottom: y };
      return object(n + 1, 'Human', box);
    });
    const bay = { left: -0.9, top: 0.4, right: 0, bottom: -0.4 };
    const tankers = Array.from({ length: vehicles }, (_, n) => object(1_000 + n, 'Vehicle', bay));
    const frame = `<tt:Frame UtcTime="${new Date(time()).toISOString()}">${[...people, ...tankers].join('')}</tt:Frame>`;
    return `<tt:VideoAnalytics>${frame}</tt:VideoAnalytics>`;
  }
}

type Box = Readonly<Record<'left' | 'top' | 'right' | 'bottom', number>>;

/** With the class as both editions of the schema write it. */
const object = (id: number, word: 'Human' | 'Vehicle', box: Box): string =>
  `<tt:Object ObjectId="${id}"><tt:Appearance><tt:Shape><tt:BoundingBox ` +
  `${Object.entries(box)
    .map(([side, at]) => `${side}="${at.toFixed(3)}"`)
    .join(' ')}/></tt:Shape><tt:Class><tt:ClassCandidate>` +
  `<tt:Type>${word === 'Vehicle' ? 'Vehical' : word}</tt:Type><tt:Likelihood>0.9</tt:Likelihood></tt:ClassCandidate>` +
  `<tt:Type Likelihood="0.9">${word}</tt:Type></tt:Class></tt:Appearance></tt:Object>`;
