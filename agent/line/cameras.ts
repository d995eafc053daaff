import { cameraHealthParts } from '#agent/model/camera.ts';
import type { CameraParts, CameraView } from '#agent/model/camera.ts';
import type { PointId, SourceId, ZoneId } from '#agent/model/ids.ts';
import type { Picture } from '#agent/model/picture.ts';
import type { Sample } from '#agent/model/sample.ts';
import type { SourceStatus } from '#agent/model/source.ts';
import type { SiteConfig, SourceConfig } from '#config/site.ts';
import type { Driver } from '#drivers/driver.ts';

/** All last pictures together; beyond, those that were taken first go. */
const MOST_PICTURE_BYTES = 64 * 1024 * 1024;

interface Camera extends CameraParts {
  readonly source: SourceConfig;
  readonly zones: readonly ZoneId[];
}

interface Seen {
  readonly latest: (point: PointId) => Sample | undefined;
  readonly statuses: readonly SourceStatus[];
}

/** The cameras of a site and what was seen of them last; looks and never steers. */
export interface Cameras {
  readonly onPicture: (source: SourceId, picture: Picture) => void;
  readonly onDevice: (source: SourceId, facts: Readonly<Record<string, string>>) => void;
  readonly picture: (source: SourceId) => Picture | undefined;
  readonly views: (seen: Seen) => readonly CameraView[];
  /** Another configuration: what was seen of those that go on is kept. */
  readonly follow: (next: SiteConfig) => void;
}

export function createCameras(initial: SiteConfig, drivers: readonly Driver[]): Cameras {
  let cameras = camerasOf(initial, drivers);
  /** In the order in which they were taken. */
  const pictures = new Map<SourceId, Picture>();
  const devices = new Map<SourceId, Readonly<Record<string, string>>>();

  const makeRoom = (): void => {
    let bytes = [...pictures.values()].reduce((sum, { jpeg }) => sum + jpeg.length, 0);
    for (const [source, { jpeg }] of pictures) {
      if (bytes <= MOST_PICTURE_BYTES) return;
      pictures.delete(source);
      bytes -= jpeg.length;
    }
  };

  return {
    onPicture(source, picture) {
      pictures.delete(source);
      pictures.set(source, picture);
      makeRoom();
    },
    onDevice(source, facts) {
      if (cameras.has(source)) devices.set(source, facts);
    },
    picture: (source) => pictures.get(source),
    views: (seen) => [...cameras].map(([id, camera]) => viewOf(camera, seen, devices.get(id), pictures.get(id))),
    follow(next) {
      cameras = camerasOf(next, drivers);
      for (const source of [...pictures.keys(), ...devices.keys()])
        if (!cameras.has(source)) {
          pictures.delete(source);
          devices.delete(source);
        }
    },
  };
}

/** What is kept of cameras, with the ids by which a video platform knows them. */
export function evidenceOf({ sources, evidence }: SiteConfig, drivers: readonly Driver[]): SiteConfig['evidence'] {
  const idOf = (id: SourceId): string | undefined => {
    const source = sources.find((one) => one.id === id);
    const points = [...(source?.addresses ?? [])].map(([point, address]) => ({ id: point, address }));
    return drivers.find(({ kind }) => kind === source?.kind)?.camera?.(source?.options, points).gb28181Id;
  };
  return (
    evidence && {
      ...evidence,
      cameras: evidence.cameras.map((camera) => {
        const gb28181Id = idOf(camera.source);
        return { ...camera, ...(gb28181Id !== undefined && { gb28181Id }) };
      }),
    }
  );
}

function camerasOf({ sources, evidence }: SiteConfig, drivers: readonly Driver[]): ReadonlyMap<SourceId, Camera> {
  const zonesOf = new Map((evidence?.cameras ?? []).map(({ source, zones }) => [source, zones]));
  return new Map(
    sources.flatMap((source): [SourceId, Camera][] => {
      const parts = drivers.find(({ kind }) => kind === source.kind)?.camera;
      if (!parts) return [];
      const points = [...source.addresses].map(([id, address]) => ({ id, address }));
      return [[source.id, { source, zones: zonesOf.get(source.id) ?? [], ...parts(source.options, points) }]];
    }),
  );
}

function viewOf(
  { source, zones, gb28181Id, health }: Camera,
  { latest, statuses }: Seen,
  device: Readonly<Record<string, string>> = {},
  picture?: Picture,
): CameraView {
  const { id, name, simulated, addresses } = source;
  const status = statuses.find((one) => one.source === id);
  const ofHealth = new Set(Object.values(health));
  return {
    source: id,
    name,
    simulated,
    ...(gb28181Id !== undefined && { gb28181Id }),
    zones,
    ...(status && { state: status.state, reason: status.reason }),
    health: cameraHealthParts.flatMap((part) => {
      const point = health[part];
      if (point === undefined) return [];
      const sample = latest(point);
      if (!sample) return [{ part, point }];
      const { value, quality, receiveTime } = sample;
      return [{ part, point, value, quality, receiveTime }];
    }),
    points: [...addresses.keys()].filter((point) => !ofHealth.has(point)),
    device,
    ...(picture && { picture: { takenAt: picture.takenAt, bytes: picture.jpeg.length, flags: picture.flags } }),
  };
}
