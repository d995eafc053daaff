import { bad } from '#agent/model/quality.ts';
import type { DriverContext, Signal } from '#drivers/driver.ts';
import type { OpcuaAddress } from './address.ts';
import { openConnection } from './connection.ts';
import { asSourceError } from './faults.ts';
import { quietLibrary } from './quiet-library.ts';
import { NamespaceChange } from './read-values.ts';
import type { OpcuaOptions } from './schema.ts';
import { serve } from './serve.ts';
import { readServerFacts } from './server-facts.ts';
import type { ServerFacts } from './server-facts.ts';
import { createSink, simFlag } from './sink.ts';
import { createStatusTeller } from './status-teller.ts';

/** One connection from beginning to end. Never resolves: it is lost, could not be made, or was stopped by the signal. */
export async function live(
  options: OpcuaOptions,
  context: DriverContext<OpcuaAddress>,
  { emit, signal }: { readonly emit: (signal: Signal) => void; readonly signal: AbortSignal },
): Promise<never> {
  quietLibrary();
  const { endpoint } = options;
  emit({ type: 'status', state: 'connecting', reason: `connecting to ${endpoint}` });
  const connection = await openConnection(options, { source: context.source, stateDir: context.stateDir, signal });
  try {
    for (;;) {
      const facts = await readServerFacts(connection);
      emit({ type: 'device', facts: describe(facts) });
      const sink = createSink(context, emit, simFlag(facts.isSimulator));
      const alive = createStatusTeller(context.clock, emit);
      try {
        await serve(connection, facts, { options, context, sink, alive });
      } catch (error) {
        if (!(error instanceof NamespaceChange)) throw error;
        sink.withheld(
          context.points.map(({ id, address }) => ({ id, path: address.path })),
          bad('namespace'),
        );
        sink.event(
          'opcua.namespaces-changed',
          'The namespace table of the server changed; every address is resolved anew',
        );
      }
    }
  } catch (error) {
    throw asSourceError(error, endpoint);
  } finally {
    await connection.release();
  }
}

const describe = (facts: ServerFacts): Record<string, string> => ({
  vendor: facts.manufacturer,
  product: facts.product,
  version: facts.version,
  namespaces: facts.namespaces.join(' '),
});
