import type { Api } from './api.ts';

/** As agent/observe sums it up. */
export interface HealthReport {
  /** False: restarting the process may help. */
  readonly isLive: boolean;
  readonly isReady: boolean;
  readonly isDegraded: boolean;
  readonly reasons: readonly object[];
}

export interface HealthParts {
  readonly health: () => HealthReport;
  /** Prometheus text format. */
  readonly metrics: () => Promise<string>;
}

/** For container engines and monitoring: no account, and nothing about the plant beyond counts and states. */
export function healthRoutes(api: Api, { health, metrics }: HealthParts): void {
  api.route({
    method: 'GET',
    url: '/health/live',
    config: { role: 'public' },
    schema: { tags: ['health'], summary: '503 when a restart may help' },
    handler: (_request, reply) => {
      const { isLive } = health();
      return reply.code(isLive ? 200 : 503).send({ isLive });
    },
  });
  api.route({
    method: 'GET',
    url: '/health/ready',
    config: { role: 'public' },
    schema: { tags: ['health'], summary: '503 until every source was tried and the journal takes records' },
    handler: (_request, reply) => {
      const { isReady, isDegraded } = health();
      return reply.code(isReady ? 200 : 503).send({ isReady, isDegraded });
    },
  });
  api.route({
    method: 'GET',
    url: '/api/health',
    config: { role: 'viewer' },
    schema: { tags: ['health'], summary: 'health with its reasons, worst first' },
    handler: () => health(),
  });
  api.route({
    method: 'GET',
    url: '/metrics',
    config: { role: 'public' },
    schema: { tags: ['health'], summary: 'Prometheus metrics' },
    handler: async (_request, reply) => reply.type('text/plain; version=0.0.4; charset=utf-8').send(await metrics()),
  });
}
