import type { CameraHealthPart } from '#agent/model/camera.ts';
import { GOOD, type Quality } from '#agent/model/quality.ts';
import type { Sample, SampleValue } from '#agent/model/sample.ts';
import type { DriverPoint } from '../driver.ts';
import type { CameraAddress } from './address.ts';
import type { ImageLook } from './image-watch.ts';

/** The points that live on the camera's health. Several may show the same. */
export class HealthPoints {
  readonly #points: readonly DriverPoint<CameraAddress>[];

  constructor(points: readonly DriverPoint<CameraAddress>[]) {
    this.#points = points;
  }

  /** Somebody wants to know it. */
  has(...names: readonly CameraHealthPart[]): boolean {
    return names.some((name) => this.#of(name).length > 0);
  }

  samples(name: CameraHealthPart, value: SampleValue, now: number, quality: Quality = GOOD): Sample[] {
    return this.#of(name).map(({ id }) => ({
      point: id,
      value,
      quality,
      sourceTime: now,
      receiveTime: now,
      flags: 0,
    }));
  }

  /** What one look at the picture tells. */
  ofLook({ isFresh, image, scene, sees, fault }: ImageLook, now: number): Sample[] {
    return [
      ...this.samples('snapshot', isFresh, now),
      ...(image || fault ? this.samples('image', image ?? null, now, fault) : []),
      ...(scene !== undefined || fault ? this.samples('scene', scene ?? null, now, fault) : []),
      ...(sees !== undefined ? this.samples('sees', sees, now) : []),
      ...(sees === undefined && fault ? this.samples('sees', null, now, fault) : []),
    ];
  }

  #of(name: CameraHealthPart): readonly DriverPoint<CameraAddress>[] {
    return this.#points.filter(({ address }) => address.kind === 'health' && address.health === name);
  }
}
