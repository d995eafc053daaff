import type { Clock } from '#agent/model/clock.ts';
import { sourceId } from '#agent/model/ids.ts';
import type { BrowseOptions } from './browse.ts';
import { browseVariables } from './browse.ts';
import { openConnection } from './connection.ts';
import type { FoundVariable } from './describe-variables.ts';
import { dialTo } from './dial.ts';
import { quietLibrary } from './quiet-library.ts';
import type { OpcuaOptions } from './schema.ts';
import type { HowToTrust } from './server-certificate.ts';
import { readServerFacts } from './server-facts.ts';

export interface BrowsePlace {
  /** For certificates. Exists. */
  readonly stateDir: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly howToTrust: HowToTrust;
}

/** Connects, browses and disconnects: what `firewatch browse opcua` does. The connection ends with the iteration. */
export async function* browseServer(
  options: OpcuaOptions,
  browsing: BrowseOptions,
  { stateDir, clock, signal, howToTrust }: BrowsePlace,
): AsyncGenerator<FoundVariable[]> {
  quietLibrary();
  const share = (): never => {
    throw new Error('browsing shares nothing');
  };
  const context = { source: sourceId('browse'), stateDir, clock, share };
  const connection = await openConnection(options, { context, signal, dial: dialTo(options.endpoint), howToTrust });
  try {
    yield* browseVariables(connection, await readServerFacts(connection), browsing);
  } finally {
    await connection.release();
  }
}
