import { stringify } from 'yaml';
import type { FoundCamera } from '#drivers/onvif/discovery.ts';

/** A camera as a person would paste it: its source, and the points that tell whether it sees. */
export interface CameraLines {
  readonly label: string;
  readonly sources: string;
  readonly points: string;
}

/** @param number tells the cameras of one discovery apart */
export function cameraLines({ id, name, model, host, port, path, isSecure }: FoundCamera, number: number): CameraLines {
  const source = `camera-${number}`;
  const entry = {
    id: source,
    kind: 'onvif',
    host,
    ...(port !== (isSecure ? 443 : 80) && { port }),
    ...(isSecure && { tls: {} }),
    ...(path !== '/onvif/device_service' && { path }),
    user: 'onvif-viewer',
    password: `\${env:CAMERA_${number}}`,
  };
  const label = [name, model, id].filter(Boolean).join(', ');
  const points = ['reachable', 'login', 'clock-offset', 'image'].map((point) => {
    const kind = point === 'clock-offset' ? 'number' : 'state';
    return `  - { id: ${source}.${point}, source: ${source}, address: "health:${point}", kind: ${kind} }`;
  });
  return {
    label,
    sources: `  # ${label}\n${stringify([entry], { lineWidth: 0 }).trimEnd().replaceAll(/^/gm, '  ')}`,
    points: points.join('\n'),
  };
}
