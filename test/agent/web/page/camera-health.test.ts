import { describe, expect, it } from 'vitest';
import { pointId } from '#agent/model/ids.ts';
import type { CameraView } from '#agent/model/camera.ts';
import type { SampleValue } from '#agent/model/sample.ts';
import { cameraVerdict } from '#agent/web/page/cameras/camera-health.ts';

type Part = CameraView['health'][number]['part'];
const good = (part: Part, value: SampleValue) => ({
  part,
  point: pointId(part),
  value,
  quality: { level: 'good' as const },
});

describe('a camera', () => {
  it.each([
    ['image', 'ok', 'well'],
    ['image', 'frozen', 'ill'],
    ['reachable', false, 'ill'],
    ['clock-offset', 1.5, 'well'],
    ['clock-offset', -31, 'ill'],
    ['stream', 'no-video', 'ill'],
  ] as const)('whose %s says %s is %s', (part, value, verdict) => {
    expect(cameraVerdict({ state: 'online', health: [good('login', 'ok'), good(part, value)] })).toBe(verdict);
  });

  it('that is away is not well, whatever was read before', () => {
    expect(cameraVerdict({ state: 'offline', health: [good('image', 'ok')] })).toBe('ill');
  });

  it('of which a part is bad or was never read is not known to be well', () => {
    const unread = { part: 'image' as const, point: pointId('image') };
    const lost = { ...good('image', 'ok'), quality: { level: 'bad' as const, reason: 'comm-lost' as const } };
    expect(cameraVerdict({ state: 'online', health: [unread] })).toBe('unknown');
    expect(cameraVerdict({ state: 'online', health: [lost] })).toBe('unknown');
    expect(cameraVerdict({ health: [good('image', 'ok')] })).toBe('unknown');
  });
});
