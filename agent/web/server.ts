import { existsSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { Server as TlsServer } from 'node:tls';
import { fileURLToPath } from 'node:url';
import cookie from '@fastify/cookie';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import staticFiles from '@fastify/static';
import swagger from '@fastify/swagger';
import fastify from 'fastify';
import type { FastifyInstance } from 'fastify';
import { hasZodFastifySchemaValidationErrors, jsonSchemaTransform, validatorCompiler } from 'fastify-type-provider-zod';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { Clock } from '#agent/model/clock.ts';
import type { PageOptions } from '#agent/model/page.ts';
import { openAccounts } from './access/accounts.ts';
import { boundConnections } from './access/bound-connections.ts';
import { guard } from './access/guard.ts';
import { createSessions } from './access/sessions.ts';
import { createSignIn } from './access/sign-in.ts';
import { newSetupCode } from './access/setup-code.ts';
import { accountRoutes } from './api/account-routes.ts';
import { alarmRoutes } from './api/alarm-routes.ts';
import type { Api } from './api/api.ts';
import { commissioningRoutes } from './api/commissioning-routes.ts';
import { configRoutes } from './api/config-routes.ts';
import { cameraRoutes } from './api/camera-routes.ts';
import { diagnosticsRoutes } from './api/diagnostics-routes.ts';
import { loopCheckRoutes } from './api/loop-check-routes.ts';
import { deliveredRoutes } from './api/delivered-routes.ts';
import { resendRoutes } from './api/resend-routes.ts';
import { evidenceRoutes } from './api/evidence-routes.ts';
import { healthRoutes } from './api/health-routes.ts';
import type { HealthReport } from './api/health-routes.ts';
import { historyRoutes } from './api/history-routes.ts';
import { planRoutes } from './api/plan-routes.ts';
import { plantAlarmRoutes } from './api/plant-alarm-routes.ts';
import { oidcRoutes } from './api/oidc-routes.ts';
import { pointRoutes } from './api/point-routes.ts';
import { reportRoutes } from './api/report-routes.ts';
import { recordRoutes } from './api/record-routes.ts';
import { seriesRoutes } from './api/series-routes.ts';
import { sessionRoutes } from './api/session-routes.ts';
import { siteRoutes } from './api/site-routes.ts';
import { systemRoutes } from './api/system-routes.ts';
import { createLiveFeed } from './live/live-feed.ts';
import { liveRoutes } from './live/live-routes.ts';
import { siteMetrics } from './metrics.ts';
import type { Certificate } from './own-certificate.ts';
import { notFound, Problem, problemBody } from './problem.ts';
import type { PageNews, SitePort } from './site-port.ts';

export interface PageParts {
  readonly port: SitePort;
  readonly options: PageOptions;
  readonly clock: Clock;
  readonly health: () => HealthReport;
  /** PEM, where the page is served over TLS. */
  readonly tls?: Certificate;
  /** What went wrong inside, of which the one who asked is told nothing. */
  readonly onTrouble: (text: string, cause: unknown) => void;
  /** How long a request may take to arrive; default 15 s. */
  readonly requestMs?: number;
  /** Directory of the built page; default beside this file. Without it there is the API alone. */
  readonly files?: string;
}

export interface RunningPage {
  readonly url: string;
  /** To be typed at the first visit; undefined once there is an account. */
  readonly setupCode: () => string | undefined;
  readonly tell: (news: PageNews) => void;
  /** For connections from now on, where it is served over TLS. */
  readonly useCertificate: (certificate: Certificate) => void;
  readonly stop: () => Promise<void>;
}

const LONGEST_BODY = 256 * 1024;
/** A request that is not sent whole by then is dropped. Milliseconds */
const REQUEST_MS = 15_000;
/** Who neither sends nor reads for so long is let go. */
const IDLE_MS = 120_000;
const LONGEST_HEADERS = 16 * 1024;
const REQUESTS_A_MINUTE = 1200;
const built = fileURLToPath(new URL('page/dist', import.meta.url));

/** Serves the page and its API. Rejects when the address is taken. */
export async function startPage(parts: PageParts): Promise<RunningPage> {
  const { port, options, clock, health, tls, onTrouble, requestMs = REQUEST_MS, files = built } = parts;
  const accounts = openAccounts(port);
  const sessions = createSessions(clock);
  const code = accounts.isEmpty() ? newSetupCode() : undefined;
  const setupCode = (): string | undefined => (accounts.isEmpty() ? code : undefined);
  const feed = createLiveFeed(port, onTrouble);

  const patience = {
    requestTimeout: requestMs,
    headersTimeout: requestMs,
    connectionsCheckingInterval: requestMs / 4,
    maxHeaderSize: LONGEST_HEADERS,
  };
  const server = fastify({
    bodyLimit: LONGEST_BODY,
    requestTimeout: requestMs,
    connectionTimeout: IDLE_MS,
    routerOptions: { maxParamLength: 300 },
    forceCloseConnections: true,
    ...(tls
      ? { https: { ...patience, cert: tls.certificate, key: tls.key, handshakeTimeout: requestMs } }
      : { http: patience }),
  });
  const app = server as unknown as FastifyInstance;
  boundConnections(app.server);
  app.removeContentTypeParser('text/plain');
  app.setValidatorCompiler(validatorCompiler);
  // What the site tells is typed and may be long: it is not checked a second time on its way out.
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
  app.setErrorHandler((error, request, reply) => {
    const problem = problemOf(error);
    if (problem.status >= 500 && !(error instanceof Problem))
      onTrouble(`${request.method} ${request.routeOptions.url ?? 'a request'} failed`, error);
    return reply
      .code(problem.status)
      .headers(problem.headers)
      .type('application/problem+json')
      .send(problemBody(problem));
  });
  app.setNotFoundHandler({ config: { role: 'public' } } as never, (request, reply) => {
    const problem = notFound(request.url.split('?')[0] ?? '');
    return reply.code(404).type('application/problem+json').send(problemBody(problem));
  });

  await app.register(cookie);
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:', 'blob:'],
        fontSrc: ["'self'"],
        connectSrc: ["'self'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    strictTransportSecurity: tls !== undefined,
    crossOriginEmbedderPolicy: true,
  });
  await app.register(rateLimit, {
    max: REQUESTS_A_MINUTE,
    timeWindow: 60_000,
    errorResponseBuilder: (_request, { after }) => new Problem(429, 'Too many requests', `wait ${after}`),
  });
  app.addHook('onSend', async (request, reply) => {
    // What only some may see does not stay in a browser or on its way there.
    if (request.url.startsWith('/api/') && !reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
  });
  guard(app, { accounts, sessions, options });
  await app.register(swagger, {
    openapi: { info: { title: 'Firewatch', description: 'Local API of one site', version: port.version } },
    transform: jsonSchemaTransform,
  });
  await app.register(async (instance) => {
    const api = instance.withTypeProvider<ZodTypeProvider>() as unknown as Api;
    const signIn = createSignIn({ port, sessions, clock, options });
    sessionRoutes(api, { port, accounts, sessions, clock, options, setupCode, signIn });
    oidcRoutes(api, { port, clock, options, signIn, onTrouble });
    accountRoutes(api, { port, accounts, sessions, clock });
    siteRoutes(api, port);
    alarmRoutes(api, port);
    pointRoutes(api, port);
    historyRoutes(api, port);
    seriesRoutes(api, port);
    systemRoutes(api, port, clock);
    recordRoutes(api, port);
    reportRoutes(api, port, clock);
    cameraRoutes(api, port);
    evidenceRoutes(api, port);
    planRoutes(api, port, clock);
    plantAlarmRoutes(api, port);
    deliveredRoutes(api, port);
    resendRoutes(api, port);
    configRoutes(api, port);
    diagnosticsRoutes(api, port, clock);
    loopCheckRoutes(api, port, clock);
    commissioningRoutes(api, port, clock);
    liveRoutes(api, feed);
    healthRoutes(api, { health, metrics: siteMetrics(port, feed.count) });
    api.route({
      method: 'GET',
      url: '/api/openapi.json',
      config: { role: 'viewer' },
      schema: { tags: ['site'], summary: 'this API as OpenAPI 3' },
      handler: () => app.swagger(),
    });
  });
  if (existsSync(files)) {
    await app.register(staticFiles, { root: files, serve: false });
    app.get('/*', { config: { role: 'public' }, schema: { hide: true } }, (request, reply) => {
      const path = (request.params as { readonly '*': string })['*'];
      // Names of assets hold a digest of what is in them; the page that names them does not.
      if (path.startsWith('assets/')) return reply.sendFile(path, { maxAge: '365d', immutable: true });
      if (path === '') return reply.sendFile('index.html', { cacheControl: false });
      throw notFound(request.url.split('?')[0] ?? '');
    });
  }

  await app.listen({ host: options.host, port: options.port });
  const address = app.server.address() as AddressInfo;
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return {
    url: `${tls ? 'https' : 'http'}://${host}:${address.port}`,
    setupCode,
    tell: feed.tell,
    useCertificate({ certificate, key }) {
      if (app.server instanceof TlsServer) app.server.setSecureContext({ cert: certificate, key });
    },
    async stop() {
      feed.close();
      await app.close();
    },
  };
}

/** Nothing of what went wrong inside is told to who asks. */
function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (hasZodFastifySchemaValidationErrors(error)) {
    const [first] = error.validation;
    const place = first ? `${error.validationContext ?? ''}${first.instancePath}: ${first.message ?? ''}` : '';
    return new Problem(400, 'Not understood', place);
  }
  const { statusCode = 500, message = '' } = error as { statusCode?: number; message?: string };
  if (statusCode >= 400 && statusCode < 500) return new Problem(statusCode, 'Not accepted', message);
  return new Problem(500, 'Internal error', 'this request failed inside; the agent goes on');
}
