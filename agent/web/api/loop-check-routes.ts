import { z } from 'zod';
import type { Clock } from '#agent/model/clock.ts';
import { hasFlag } from '#agent/model/flags.ts';
import { agrees, LOOP_CHECK_SCOPE, LOOP_CHECKS_KEPT, loopChecksIn } from '#agent/model/loop-check.ts';
import type { LoopCheck } from '#agent/model/loop-check.ts';
import type { Point } from '#agent/model/point.ts';
import { notFound, Problem } from '../problem.ts';
import type { SitePort } from '../site-port.ts';
import type { Api } from './api.ts';

const states = ['open', 'good', 'bad'] as const;
type State = (typeof states)[number];

/** The list of a commissioning: each point compared with its instrument, by whom, when and with what result. */
export function loopCheckRoutes(api: Api, port: SitePort, clock: Clock): void {
  const kept = new Map(loopChecksIn(port.state(LOOP_CHECK_SCOPE)));
  const stateOf = ({ id }: Point): State => kept.get(id)?.[0]?.verdict ?? 'open';

  api.route({
    method: 'GET',
    url: '/api/loop-checks',
    config: { role: 'engineer' },
    schema: {
      tags: ['commissioning'],
      summary: 'points with their value and their loop checks, the newest first',
      querystring: z.strictObject({
        text: z.string().max(200).default('').describe('part of id or name'),
        state: z
          .enum(['any', ...states])
          .default('any')
          .describe('by the newest check; open: there is none'),
        offset: z.coerce.number().int().min(0).default(0),
        limit: z.coerce.number().int().min(1).max(1000).default(100),
      }),
    },
    handler({ query: { text, state, offset, limit } }) {
      const counts: Record<State, number> = { open: 0, good: 0, bad: 0 };
      for (const point of port.points()) counts[stateOf(point)] += 1;
      const wanted = port
        .points()
        .filter(
          (point) =>
            (state === 'any' || stateOf(point) === state) &&
            (text === '' || `${point.id} ${point.name}`.toLowerCase().includes(text.toLowerCase())),
        );
      return {
        counts,
        total: wanted.length,
        points: wanted
          .slice(offset, offset + limit)
          .map((point) => ({ ...point, latest: port.latest(point.id) ?? null, checks: kept.get(point.id) ?? [] })),
      };
    },
  });

  api.route({
    method: 'POST',
    url: '/api/points/:point/loop-check',
    config: { role: 'engineer' },
    schema: {
      tags: ['commissioning'],
      summary: 'puts on record what the instrument shows now; the reading of this moment is recorded with it',
      params: z.strictObject({ point: z.string().min(1).max(300) }),
      body: z.strictObject({
        instrument: z.union([z.number(), z.boolean(), z.string().max(200)]),
        tolerance: z.number().min(0).optional().describe('in the unit of the point; default 1 % of its range'),
        verdict: z.enum(['good', 'bad']).optional().describe('where numbers do not decide'),
        remark: z.string().trim().max(500).default(''),
      }),
    },
    handler({ params, body: { instrument, tolerance, verdict, remark }, visitor }) {
      const point = port.points().find(({ id }) => id === params.point);
      if (!point) throw notFound(`point ${params.point}`);
      const time = clock.now();
      const latest = port.latest(point.id);
      const read = latest && {
        value: latest.value,
        quality: latest.quality.level,
        ...(latest.quality.reason !== undefined && { reason: latest.quality.reason }),
      };
      const allowed = { ...(tolerance !== undefined && { tolerance }), ...(point.range && { range: point.range }) };
      const isSame = agrees(read, instrument, allowed);
      if (isSame === undefined && verdict === undefined)
        throw new Problem(
          400,
          'Not understood',
          'reading and instrument can not be compared; say the verdict yourself',
        );
      if (isSame === false && verdict === 'good') throw new Problem(409, 'Refused', refusalOf(point, read, instrument));
      const check: LoopCheck = {
        point: point.id,
        time,
        who: visitor.who,
        ...(read && { read }),
        instrument,
        verdict: verdict ?? (isSame === true ? 'good' : 'bad'),
        isSimulated: latest !== undefined && hasFlag(latest.flags, 'sim'),
        remark,
      };
      const checks = [check, ...(kept.get(point.id) ?? [])].slice(0, LOOP_CHECKS_KEPT);
      port.audit({
        time,
        who: visitor.who,
        action: 'loop-check',
        what: point.id,
        detail: {
          verdict: check.verdict,
          instrument,
          read: read?.value ?? null,
          quality: read?.reason ?? read?.quality ?? 'none',
          ...(remark !== '' && { remark }),
        },
      });
      port.remember(LOOP_CHECK_SCOPE, point.id, checks);
      kept.set(point.id, checks);
      return check;
    },
  });
}

function refusalOf({ unit }: Point, read: LoopCheck['read'], instrument: LoopCheck['instrument']): string {
  if (!read || read.quality !== 'good') return `the reading is not good (${read?.reason ?? 'no value yet'})`;
  return `read ${read.value} ${unit}, instrument ${instrument} ${unit}: further apart than allowed`;
}
