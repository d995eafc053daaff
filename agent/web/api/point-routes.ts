import { z } from 'zod';
import { pointId } from '#agent/model/ids.ts';
import type { Point } from '#agent/model/point.ts';
import { notFound } from '../problem.ts';
import type { SitePort } from '../site-port.ts';
import { addressText } from './address-text.ts';
import type { Api } from './api.ts';

const listQuery = z.strictObject({
  source: z.string().max(200).optional(),
  text: z.string().max(200).default('').describe('part of id or name'),
  quality: z.enum(['any', 'not-good']).default('any'),
  kinds: z.string().max(500).optional().describe('kinds of points, separated by commas'),
  zone: z.string().max(200).optional(),
  ids: z.string().max(20_000).optional().describe('ids, separated by commas'),
  offset: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(1000).default(200),
});

/** Points with their value of this moment. */
export function pointRoutes(api: Api, port: SitePort): void {
  let of: readonly Point[] | undefined;
  let byId: ReadonlyMap<string, Point> = new Map();
  /** Made anew when the configuration changed. */
  const pointsById = () => {
    if (of !== port.points()) {
      of = port.points();
      byId = new Map(of.map((point) => [point.id, point]));
    }
    return byId;
  };
  const addressOf = ({ id }: Point): string | null => {
    const address = port.address(id);
    return address === undefined ? null : addressText(address);
  };
  const withValue = (point: Point) => ({
    ...point,
    address: addressOf(point),
    latest: port.latest(point.id) ?? null,
  });

  api.route({
    method: 'GET',
    url: '/api/points',
    config: { role: 'viewer' },
    schema: { tags: ['points'], summary: 'points with their last sample', querystring: listQuery },
    handler({ query: { source, text, quality, kinds, zone, ids, offset, limit } }) {
      const named = ids?.split(',');
      const ofKinds = kinds === undefined ? undefined : new Set(kinds.split(','));
      const candidates = named ? named.flatMap((id) => pointsById().get(id) ?? []) : port.points();
      const wanted = candidates.filter(
        (point) =>
          (source === undefined || point.source === source) &&
          (zone === undefined || point.zone === zone) &&
          (ofKinds === undefined || ofKinds.has(point.kind)) &&
          (text === '' || `${point.id} ${point.name}`.toLowerCase().includes(text.toLowerCase())) &&
          (quality === 'any' || port.latest(point.id)?.quality.level !== 'good'),
      );
      return { total: wanted.length, points: wanted.slice(offset, offset + limit).map(withValue) };
    },
  });

  api.route({
    method: 'GET',
    url: '/api/points/:point',
    config: { role: 'viewer' },
    schema: {
      tags: ['points'],
      summary: 'one point, its last sample and its alarms',
      params: z.strictObject({ point: z.string().min(1).max(300) }),
    },
    handler({ params }) {
      const point = pointsById().get(params.point);
      if (!point) throw notFound(`point ${params.point}`);
      return {
        ...withValue(point),
        alarms: port.alarmDefinitions().filter((alarm) => alarm.point === pointId(point.id)),
      };
    },
  });
}
