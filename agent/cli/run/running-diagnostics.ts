import { dirname, resolve } from 'node:path';
import { makeBundle } from '#agent/observe/diagnostics/bundle.ts';
import type { Health } from '#agent/observe/health.ts';
import type { RunningSite } from '#agent/site.ts';
import { siteMetrics } from '#agent/web/metrics.ts';
import type { ConfigPort, SitePort } from '#agent/web/site-port.ts';
import { secretsOfTexts } from '#config/site-texts.ts';
import { commonParts, jsonPart, linesPart } from '../diagnose/common-parts.ts';
import { version } from '../version.ts';

export interface RunningParts {
  readonly site: RunningSite;
  readonly port: SitePort;
  readonly configuration: ConfigPort;
  /** The site file, from which the names of the others go. */
  readonly path: string;
  readonly health: () => Health;
  /** UTC ms. */
  readonly now: () => number;
}

const MOST_GAPS = 1000;

/** The bundle that the running agent makes of itself. */
export function runningDiagnostics(parts: RunningParts): () => Promise<Uint8Array> {
  const { site, port, configuration, path, health, now } = parts;
  const root = dirname(resolve(path));
  return () => {
    const files = configuration.files();
    const texts = new Map(files.map(({ name, text }) => [resolve(root, name), text]));
    const head = site.journal.head('gap');
    return makeBundle({
      parts: [
        jsonPart('health.json', health),
        { name: 'metrics.txt', read: siteMetrics(port, () => 0) },
        jsonPart('figures.json', port.figures),
        jsonPart('process.json', () => ({ uptimeSeconds: process.uptime(), memory: process.memoryUsage() })),
        jsonPart('configuration/status.json', configuration.status),
        linesPart('alarms.jsonl', port.activeAlarms),
        linesPart('journal/gaps.jsonl', () => site.journal.read('gap', Math.max(0, head - MOST_GAPS), MOST_GAPS)),
        ...commonParts({ files, directory: site.config().journal.directory, now: now() }),
      ],
      secrets: secretsOfTexts(texts, process.env),
      now: now(),
      version,
    });
  };
}
