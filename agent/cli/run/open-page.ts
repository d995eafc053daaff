import type { Logger } from 'pino';
import { pagePort } from '#agent/line/page-port.ts';
import { systemClock } from '#agent/model/clock.ts';
import type { PageOptions } from '#agent/model/page.ts';
import { watchLoopLag } from '#agent/observe/loop-lag.ts';
import type { RunningSite } from '#agent/site.ts';
import { fingerprintOf } from '#agent/web/own-certificate.ts';
import type { SiteConfig } from '#config/site.ts';
import type { RunningPage } from '#agent/web/server.ts';
import type { ConfigPort } from '#agent/web/site-port.ts';
import { openCommissioning } from '../commissioning/commissioning.ts';
import { version } from '../version.ts';
import { healthOf } from './health-of.ts';
import { pageCertificate, renewDaily } from './page-certificate.ts';
import { runningDiagnostics } from './running-diagnostics.ts';

interface PageParts {
  /** Site file. */
  readonly path: string;
  readonly options: PageOptions;
  readonly configuration: ConfigPort;
  readonly logger: Logger;
}

/** Serves the page. Where that fails the agent goes on without it, and says so: watching comes first. */
export async function openPage(
  site: RunningSite,
  { path, options, configuration, logger }: PageParts,
): Promise<RunningPage | undefined> {
  const lag = watchLoopLag();
  try {
    const { startPage } = await import('#agent/web/server.ts');
    const { directory } = site.config().journal;
    const tls = options.tls && { tls: options.tls, directory, clock: systemClock, logger };
    const certificate = tls && (await pageCertificate(tls));
    const commissioning = openCommissioning({
      clock: systemClock,
      path,
      linesInUse: () => serialLinesOf(site.config()),
    });
    const port = pagePort(site, version, { configuration, commissioning });
    const now = (): number => systemClock.now();
    // What monitoring asks at the same time loses no reading of the event loop by it.
    const bundleHealth = () => healthOf(site, { p99Ms: 0, maxMs: 0 });
    const page = await startPage({
      port: {
        ...port,
        diagnostics: runningDiagnostics({ site, port, configuration, path, health: bundleHealth, now }),
      },
      options,
      clock: systemClock,
      health: () => healthOf(site, lag.read()),
      onTrouble: (text, cause) => logger.error({ err: cause }, text),
      ...(certificate && { tls: certificate }),
    });
    const stopRenewing = tls && certificate && renewDaily(tls, certificate, page.useCertificate);
    const code = page.setupCode();
    const fingerprint = certificate && fingerprintOf(certificate);
    const shown = fingerprint === undefined ? '' : `; SHA-256 fingerprint of its certificate: ${fingerprint}`;
    logger.info(
      { url: page.url, ...(fingerprint !== undefined && { fingerprint }) },
      `the page is at ${page.url}${shown}`,
    );
    if (code !== undefined) logger.warn(`nobody can sign in yet: open the page and enter the setup code ${code}`);
    return {
      ...page,
      stop: async () => {
        lag.stop();
        stopRenewing?.();
        await page.stop();
      },
    };
  } catch (error) {
    lag.stop();
    logger.error(
      { err: error },
      `the page can not be served at ${options.host}:${options.port}; free the port or change "page.port"; the agent goes on without it`,
    );
    return undefined;
  }
}

/** Paths of serial ports, as sources of kind Modbus name them. */
const serialLinesOf = ({ sources }: SiteConfig): readonly string[] =>
  sources.flatMap(({ options }) => {
    const { transport } = options as { readonly transport?: { readonly path?: unknown } };
    return typeof transport?.path === 'string' ? [transport.path] : [];
  });
