import { describe, expect, it } from 'vitest';
import { hasFlag } from '#agent/model/flags.ts';
import { fenceEvent } from '#drivers/omlox/fence-event.ts';
import { fixesOf, fixesOfMotion } from '#drivers/omlox/location.ts';
import { Subscriber } from '#drivers/omlox/subscriber.ts';

const NOW = Date.UTC(2026, 6, 1, 12);

const location = (more: object = {}): object => ({
  position: { type: 'Point', coordinates: [12.5, -3.25, 1.1] },
  source: 'zone-7',
  provider_type: 'uwb',
  provider_id: 'a1b2',
  trackables: ['t-1', 't-2'],
  timestamp_generated: '2026-07-01T11:59:58.250Z',
  ...more,
});

describe('a location', () => {
  it('without a crs is local: metres on the map of its source', () => {
    expect(fixesOf(location({ accuracy: 0.4, floor: -1 }), 'provider', NOW)).toEqual([
      {
        tag: 'a1b2',
        map: 'zone-7',
        x: 12.5,
        y: -3.25,
        z: 1.1,
        floor: '-1',
        accuracyM: 0.4,
        sourceTime: NOW - 1750,
        receiveTime: NOW,
        flags: 0,
      },
    ]);
  });

  it.each(['EPSG:4326', 'EPSG:4490'])('in %s is longitude and latitude', (crs) => {
    const position = { type: 'Point', coordinates: [121.62, 38.92] };
    expect(fixesOf(location({ crs, position }), 'provider', NOW)).toMatchObject([
      { map: 'wgs84', x: 121.62, y: 38.92 },
    ]);
  });

  it('in another system keeps its name as the map', () => {
    expect(fixesOf(location({ crs: 'EPSG:25832' }), 'provider', NOW)).toMatchObject([{ map: 'EPSG:25832' }]);
  });

  it('gives a fix of each trackable where tags are trackables, and none where it has none', () => {
    expect(fixesOf(location(), 'trackable', NOW)?.map(({ tag }) => tag)).toEqual(['t-1', 't-2']);
    expect(fixesOf(location({ trackables: null }), 'trackable', NOW)).toEqual([]);
  });

  it('has no height above the floor where it tells that of the ellipsoid', () => {
    expect(fixesOf(location({ elevation_ref: 'wgs84' }), 'provider', NOW)?.[0]).not.toHaveProperty('z');
  });

  it.each([
    ['in the future', '2026-07-01T12:30:00Z', NOW],
    ['that is none', 'yesterday', NOW],
    ['long ago', '2026-07-01T10:00:00Z', NOW - 7_200_000],
  ])('with a time %s is marked', (_, timestamp_generated, sourceTime) => {
    const [fix] = fixesOf(location({ timestamp_generated }), 'provider', NOW) ?? [];
    expect(fix?.sourceTime).toBe(sourceTime);
    expect(hasFlag(fix?.flags ?? 0, 'clockSuspect')).toBe(true);
  });

  it('without a time is of now', () => {
    expect(fixesOf(location({ timestamp_generated: null }), 'provider', NOW)).toMatchObject([
      { sourceTime: NOW, flags: 0 },
    ]);
  });

  it.each([
    ['no position', { position: null }],
    ['a text for a number', { position: { type: 'Point', coordinates: ['1', 2] } }],
    ['one coordinate', { position: { type: 'Point', coordinates: [1] } }],
    ['a polygon', { position: { type: 'Polygon', coordinates: [[1, 2]] } }],
    ['no place on earth', { crs: 'EPSG:4326', position: { type: 'Point', coordinates: [1, 200] } }],
    ['a negative accuracy', { accuracy: -1 }],
  ])('with %s is refused', (_, more) => {
    expect(fixesOf(location(more), 'provider', NOW)).toBeUndefined();
  });
});

it('reads a motion as the location of its trackable', () => {
  const motion = { id: 't-9', location: location() };
  expect(fixesOfMotion(motion, 'trackable', NOW)).toMatchObject([{ tag: 't-9', map: 'zone-7' }]);
  expect(fixesOfMotion(motion, 'provider', NOW)).toMatchObject([{ tag: 'a1b2' }]);
  expect(fixesOfMotion({ id: 't-9' }, 'provider', NOW)).toBeUndefined();
});

it('reads a fence event with its own time', () => {
  const event = { event_type: 'region_exit', fence_id: 'f-1', provider_id: 'a1b2', exit_time: '2026-07-01T11:59:00Z' };
  expect(fenceEvent(event, NOW)).toMatchObject({
    kind: 'omlox.fence-exit',
    time: NOW - 60_000,
    who: ['a1b2'],
    detail: { fence: 'f-1' },
  });
  expect(fenceEvent({ event_type: 'region_exit' }, NOW)).toBeUndefined();
});

it('subscribes to one topic after the other', () => {
  const sent: string[] = [];
  let isDone = false;
  const subscriber = new Subscriber(['location_updates', 'fence_events'], 1000, {
    send: (message) => sent.push(message),
    done: () => (isDone = true),
    failed: () => undefined,
  });
  subscriber.next();
  expect(sent).toEqual(['{"event":"subscribe","topic":"location_updates"}']);
  subscriber.takes({ event: 'subscribed', topic: 'fence_events' });
  expect(sent).toHaveLength(1);
  subscriber.takes({ event: 'subscribed', topic: 'location_updates' });
  expect(sent[1]).toBe('{"event":"subscribe","topic":"fence_events"}');
  subscriber.takes({ event: 'subscribed' });
  expect(isDone).toBe(true);
  subscriber.close();
});
