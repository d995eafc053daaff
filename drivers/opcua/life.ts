import { bad } from '#agent/model/quality.ts';
import { SourceError } from '#drivers/driver.ts';
import type { DriverContext } from '#drivers/driver.ts';
import type { OpcuaAddress } from './address.ts';
import { certificateRoleOf } from './certificate-address.ts';
import { connect } from './connect.ts';
import type { UaConnection } from './connection.ts';
import { NamespaceChange, SessionLost, SubscriptionLost, asSourceError, messageOf } from './faults.ts';
import { createLadder } from './ladder.ts';
import type { Outside } from './outside.ts';
import { quietLibrary } from './quiet-library.ts';
import type { OpcuaOptions } from './schema.ts';
import { createSeam } from './seam.ts';
import { serve } from './serve.ts';
import type { Service } from './serve.ts';
import { readServerFacts } from './server-facts.ts';
import type { ServerFacts } from './server-facts.ts';
import { createSink, simFlag } from './sink.ts';
import type { Sink } from './sink.ts';
import { createStatusTeller } from './status-teller.ts';
import type { StatusTeller } from './status-teller.ts';
import { watchCertificates } from './watch-certificates.ts';
import type { CertificateWatch } from './watch-certificates.ts';

/** One connection from beginning to end. Never resolves: it is lost, could not be made, or was stopped by the signal. */
export async function live(
  options: OpcuaOptions,
  context: DriverContext<OpcuaAddress>,
  { emit, signal, memory }: Outside,
): Promise<never> {
  quietLibrary();
  const { connection, failover } = await connect(options, context, { emit, signal, memory });
  const standing = (memory.standing ??= new Map());
  const seam = options.history && (memory.seam ??= createSeam());
  const teller = createStatusTeller(context.clock, emit);
  const status: StatusTeller = {
    ...teller,
    alive() {
      memory.aliveAt = context.clock.now();
      teller.alive();
    },
  };
  const plant = { ...context, points: context.points.filter(({ address }) => !certificateRoleOf(address)) };
  const climb = createLadder(context.clock);
  const ended = new AbortController();
  let sink: Sink | undefined;
  try {
    for (;;) {
      const facts = await readServerFacts(connection);
      emit({ type: 'device', facts: describe(facts) });
      if (!sink) {
        sink = createSink({ ...context, seam }, emit, simFlag(facts.isSimulator));
        if (failover !== undefined) sink.event('opcua.failover', failover);
        if (isPasswordExposed(options) && !memory.toldExposure) {
          memory.toldExposure = true;
          sink.event('opcua.password-exposed', EXPOSED);
        }
        const flags = simFlag(facts.isSimulator);
        const warned = (memory.warnedOf ??= new Map());
        const points = context.points.filter(({ address }) => certificateRoleOf(address));
        const { clock, stateDir } = context;
        const { serverCertificate } = connection;
        const watch = { options, serverCertificate, stateDir, points, warned, sink, emit, flags, clock };
        inBackground({ ...watch, signal: ended.signal });
      }
      seam?.begin(memory.aliveAt);
      try {
        await serve(connection, facts, { options, context: plant, sink, status, emit, seam, standing });
      } catch (error) {
        if (error instanceof NamespaceChange) withholdAll({ context: plant, sink });
        else if (error instanceof SubscriptionLost)
          await recover(connection, error, {
            rung: climb(error instanceof SessionLost ? 'new-session' : 'resubscribe'),
            sink,
          });
        else throw error;
      }
    }
  } catch (error) {
    throw asSourceError(error, connection.endpoint);
  } finally {
    ended.abort();
    await connection.release();
  }
}

/** A certificate that can't be read is an event, never the end of the connection that it secures. */
function inBackground(watch: CertificateWatch): void {
  watchCertificates(watch).catch((error: unknown) => {
    watch.sink.event('opcua.certificates-unread', `The certificates can not be watched: ${messageOf(error)}`);
  });
}

const isPasswordExposed = ({ security, user }: OpcuaOptions): boolean =>
  security.mode === 'None' && user !== undefined && 'name' in user;

const EXPOSED =
  'The password goes to whoever answers at this address: security mode None proves no server and may leave it readable ' +
  'on the network; set security.mode where the server offers more';

/** The next step after a subscription was lost. What has to be read anew is read by the turn that follows. */
async function recover(
  connection: UaConnection,
  lost: SubscriptionLost,
  { rung, sink }: { readonly rung: ReturnType<ReturnType<typeof createLadder>>; readonly sink: Sink },
): Promise<void> {
  if (rung === 'new-connection') throw new SourceError(`${connection.endpoint}: ${messageOf(lost)}`, { cause: lost });
  const next = rung === 'resubscribe' ? 'subscribing again' : 'making a new session';
  sink.event('opcua.subscription-lost', `${messageOf(lost)}; ${next}`);
  if (rung === 'new-session') await connection.renewSession();
}

function withholdAll({ context, sink }: Pick<Service, 'context' | 'sink'>): void {
  sink.withheld(
    context.points.map(({ id, address }) => ({ id, path: address.path })),
    bad('namespace'),
  );
  sink.event('opcua.namespaces-changed', "The server's namespace table changed; every address is resolved anew");
}

const describe = (facts: ServerFacts): Record<string, string> => ({
  vendor: facts.manufacturer,
  product: facts.product,
  version: facts.version,
  namespaces: facts.namespaces.join(' '),
});
