import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { bad, type Quality } from '#agent/model/quality.ts';
import { GetRefused } from '../http-digest/authorized-get.ts';
import type { Credentials } from '../http-digest/digest.ts';
import { ExchangeError } from '../http-digest/exchange.ts';
import type { LoginGate } from '../http-digest/login-gate.ts';
import { ImageJudge, type ImageState, type Reference } from './picture/image-judge.ts';
import type { PictureReader } from './picture/picture-reader.ts';
import { SnapshotError } from './snapshot.ts';

/** What one look at a camera's picture found. */
export interface ImageLook {
  /** A fresh picture came. */
  readonly isFresh: boolean;
  /** Undefined until enough pictures agree. */
  readonly image: ImageState | undefined;
  /** Resemblance with the learned view, -1 to 1. */
  readonly scene: number | undefined;
  /** Whether somebody who looks at it would see the place. Undefined: not known yet, or not to be found out. */
  readonly sees: boolean | undefined;
  /** Why there is no image; undefined where there is one. */
  readonly fault?: Quality;
  /** One sentence, where no picture came. */
  readonly reason?: string;
}

const referenceSchema = z.object({
  scene: z.array(z.number().min(0).max(255)).max(4_096),
  sharpness: z.number().min(0),
  pictures: z.int().min(1),
});

/** Looks in a row without a picture after which the camera shows nothing. */
const MISSED_IS_BLIND = 3;

/** The pictures of one camera: fetched, measured elsewhere, judged here. Its learned view outlives the agent. */
export class ImageWatch {
  readonly #file: string;
  readonly #judge: ImageJudge;
  readonly #reader: PictureReader;
  readonly #gate: LoginGate;
  #isKept: boolean;
  #missed = 0;

  constructor(stateDir: string, reader: PictureReader, gate: LoginGate) {
    this.#file = join(stateDir, 'scene.json');
    this.#reader = reader;
    this.#gate = gate;
    const kept = readReference(this.#file);
    this.#judge = new ImageJudge(kept);
    this.#isKept = kept !== undefined;
  }

  /** Rejects only when stopped. */
  async look(credentials: Credentials | undefined, fetch: () => Promise<Buffer>): Promise<ImageLook> {
    if (credentials && this.#gate.waitMs(credentials) > 0)
      return this.#none(bad('server:NotAuthorized'), 'snapshots were refused twice and are not asked for now');
    let bytes: Buffer;
    try {
      bytes = await fetch();
      if (credentials) this.#gate.accepted();
    } catch (error) {
      if (error instanceof GetRefused) {
        if (error.isCounted && credentials) this.#gate.refused(credentials);
        return this.#none(bad('server:NotAuthorized'), error.message);
      }
      if (error instanceof SnapshotError) return this.#none(bad('device-fault'), error.message);
      if (error instanceof ExchangeError && error.failure !== 'stopped')
        return this.#none(bad('device-fault'), error.message);
      throw error;
    }
    const answer = await this.#reader.read(bytes);
    if (answer.fault !== undefined) return this.#none(bad('decode'), `the snapshot is no picture: ${answer.fault}`);
    const image = this.#judge.judge(answer.measures);
    this.#keepReference();
    this.#missed = 0;
    return {
      isFresh: true,
      image,
      scene: this.#judge.resemblance,
      sees: image === undefined ? undefined : image === 'ok',
    };
  }

  #none(fault: Quality, reason: string): ImageLook {
    this.#missed += 1;
    const isKnown = fault.reason !== 'server:NotAuthorized' && this.#missed >= MISSED_IS_BLIND;
    return { isFresh: false, image: undefined, scene: undefined, sees: isKnown ? false : undefined, fault, reason };
  }

  #keepReference(): void {
    const { reference } = this.#judge;
    if (this.#isKept || !reference) return;
    writeFileSync(this.#file, JSON.stringify(reference));
    this.#isKept = true;
  }
}

function readReference(file: string): Reference | undefined {
  try {
    return referenceSchema.safeParse(JSON.parse(readFileSync(file, 'utf8'))).data;
  } catch {
    return undefined;
  }
}
