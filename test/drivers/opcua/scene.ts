import { contextOf, record } from './recorder.ts';
import type { Points, Recorder } from './recorder.ts';
import { startTestServer } from './test-server.ts';
import type { ServedTag, TestServer, TestServerOptions } from './test-server.ts';

export const uri = 'urn:plant';

export const address = (id: string): string => `nsu=${uri};s=${id}`;

/** Points whose ids are their tags' identifiers. */
export const pointsOf = (ids: readonly string[]): Points => Object.fromEntries(ids.map((id) => [id, address(id)]));

/** Intervals short enough for a test. */
export const quick = { publishingInterval: '100ms', keepAlive: '1s', requestsPerSecond: 1000, describe: false };

/** Servers and drivers of one test, ended in the reverse order. */
export interface Scene {
  readonly serve: (
    tags: Readonly<Record<string, ServedTag['value']>>,
    options?: Partial<TestServerOptions>,
  ) => Promise<TestServer>;
  readonly watch: (
    server: Pick<TestServer, 'endpoint'>,
    points: Points,
    options?: Record<string, unknown>,
    /** Default is a new one. */
    stateDir?: string,
  ) => Promise<Recorder>;
  readonly add: (stop: () => unknown) => void;
  readonly end: () => Promise<void>;
}

export function createScene(): Scene {
  const ends: (() => unknown)[] = [];
  return {
    async serve(tags, options = {}) {
      const served = Object.entries(tags).map(([id, value]) => ({ uri, id, value }));
      const server = await startTestServer({ uris: [uri], tags: served, ...options });
      ends.push(server.stop);
      return server;
    },
    async watch(server, points, options = {}, stateDir) {
      const run = record({ endpoint: server.endpoint, ...quick, ...options }, await contextOf(points, stateDir));
      ends.push(run.stop);
      return run;
    },
    add: (stop) => void ends.push(stop),
    async end() {
      for (const stop of ends.splice(0).toReversed()) await stop();
    },
  };
}
