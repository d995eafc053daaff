import {
  catchError,
  concat,
  defer,
  finalize,
  ignoreElements,
  interval,
  map,
  merge,
  NEVER,
  type Observable,
  of,
  repeat,
  switchMap,
  timer,
} from 'rxjs';
import type { Clock } from '#agent/model/clock.ts';
import type { SiteId } from '#agent/model/ids.ts';
import type { Point } from '#agent/model/point.ts';
import type { ReceiverOptions, PlatformOptions, SparkplugOptions } from '#agent/model/receiver.ts';
import { backoffMs } from './backoff.ts';
import { createCare, ResendAsked, type Care } from './care/care.ts';
import { createReporter } from './describe-uplink.ts';
import { hj212Profile } from './hj212/profile.ts';
import { influxProfile } from './influx/profile.ts';
import { createLinkStatus } from './link-status.ts';
import type { UplinkOptions } from './options.ts';
import { createOutbox } from './outbox.ts';
import { compact } from './profiles/compact.ts';
import { firewatchJson } from './profiles/firewatch-json.ts';
import { openPlatformUplink } from './platform/platform-uplink.ts';
import type { Profile } from './profiles/profile.ts';
import type { UplinkReport } from './report.ts';
import { SealError } from './seal/seal-error.ts';
import { sealed } from './seal/sealed.ts';
import { aggregatePoints } from './select/aggregation.ts';
import { createSelection } from './select/selection.ts';
import { instant, runSession, SilenceError } from './session.ts';
import { birthNumbers } from './sparkplug/birth-numbers.ts';
import { sparkplugProfile } from './sparkplug/profile.ts';
import { fileDropTransport } from './transports/file-drop.ts';
import { hj212Transport } from './transports/hj212.ts';
import { httpsTransport } from './transports/https.ts';
import { influxTransport } from './transports/influx.ts';
import { kafkaTransport } from './transports/kafka.ts';
import { mqttTransport } from './transports/mqtt.ts';
import { natsTransport } from './transports/nats.ts';
import { sparkplugTransport } from './transports/sparkplug.ts';
import type { Transport } from './transports/transport.ts';
import { defaultTuning } from './tuning.ts';

const ACK_TIMEOUT_DOUBLINGS_MAX = 4;
/** After a fault of the journal that is none of the link's, e.g. a file that can't be read just now. */
const RESTART_MS = 5_000;

/**
 * Sends a site's records to one receiver, at least once, in order within a lane and stream, and goes on after whatever
 * happens. Subscribing connects; unsubscribing says goodbye and releases everything. Never completes and never errors:
 * what is wrong is in the report.
 *
 * - Reads the journal only, so nothing can be sent that is not on disk.
 * - A message that was not acknowledged is sent again, with the same id. Cursors move after the acknowledgement.
 * - The alarm lane overtakes; the newest samples come before old ones; old ones follow at the agreed rate.
 * - Every number of every stream is accounted for: sent, expired, filtered or quarantined.
 */
export const openUplink = (options: UplinkOptions): Observable<UplinkReport> =>
  defer(() => open(options)).pipe(
    catchError((error: unknown, again) => {
      // A key that does not fit stops this receiver and no other; only another configuration helps.
      if (error instanceof SealError)
        return concat(of(unusable(options, `${reasonOf(error)}; change the configuration`)), NEVER);
      return concat(of(unusable(options, reasonOf(error))), timer(RESTART_MS).pipe(switchMap(() => again)));
    }),
  );

function open(options: UplinkOptions): Observable<UplinkReport> {
  const { transport } = options.receiver;
  return transport.kind === 'platform'
    ? openPlatformUplink(options, transport)
    : run(options, makeWay(options, transport));
}

interface Way {
  readonly profile: Profile;
  readonly transport: Transport;
  readonly care?: Care | undefined;
}

function makeWay(options: UplinkOptions, transport: Exclude<ReceiverOptions['transport'], PlatformOptions>): Way {
  const { receiver, site, reader, clock } = options;
  if (transport.kind === 'sparkplug') {
    const profile = sparkplugProfile(site, toldPoints(options));
    const parts = { births: profile.births, bdSeq: birthNumbers(reader, receiver.id), clock };
    return { profile, transport: sparkplugTransport({ ...parts, options: transport }) };
  }
  const profile = makeProfile(options);
  const care = createCare(options, profile);
  return { profile, care, transport: makeTransport({ transport, site: site.id, clock, care }, profile) };
}

const toldPoints = ({ receiver: { sampling }, points = [] }: UplinkOptions): readonly Point[] =>
  sampling?.mode === 'aggregate' ? [...points, ...aggregatePoints(points, sampling)] : points;

function makeProfile(options: UplinkOptions): Profile {
  const { receiver, site, clock } = options;
  const { sampling, transport } = receiver;
  const aggregateMs = sampling?.mode === 'aggregate' ? sampling.everyMs : undefined;
  if (transport.kind === 'hj212') return hj212Profile(transport, aggregateMs);
  const told = toldPoints(options);
  if (transport.kind === 'influx') return influxProfile({ ...site, measurement: transport.measurement }, told);
  const profile = receiver.wire === 'compact' ? compact(firewatchJson(site, told)) : firewatchJson(site);
  return receiver.seal ? sealed(profile, { site: site.id, clock }, receiver.seal) : profile;
}

interface Travelled {
  readonly transport: Exclude<ReceiverOptions['transport'], SparkplugOptions | PlatformOptions>;
  readonly site: SiteId;
  readonly clock: Clock;
  readonly care: Care | undefined;
}

function makeTransport({ transport, site, clock, care }: Travelled, { presence, introductions }: Profile): Transport {
  const parts = { site, presence, introductions };
  const cared = { ...parts, ...(care && { care }) };
  if (transport.kind === 'mqtt') return mqttTransport({ ...cared, options: transport });
  if (transport.kind === 'file-drop') return fileDropTransport({ ...parts, options: transport });
  if (transport.kind === 'hj212') return hj212Transport(transport);
  if (transport.kind === 'influx') return influxTransport(transport, clock);
  if (transport.kind === 'kafka') return kafkaTransport({ ...parts, options: transport });
  if (transport.kind === 'nats') return natsTransport({ ...cared, options: transport });
  return httpsTransport({ ...cared, options: transport, clock });
}

function run(options: UplinkOptions, { profile, transport, care }: Way): Observable<UplinkReport> {
  const { receiver, reader, clock, committed$ } = options;
  const asked = { ...defaultTuning, ...options.tuning };
  // Silence is longer than the time that an answer may take.
  const ackTimeoutMs = Math.max(asked.ackTimeoutMs, 2 * (transport.answersWithinMs ?? 0));
  const tuning = { ...asked, ackTimeoutMs, ...(transport.acceptedBy === 'platform' && { overlapMs: 0 }) };
  const selection = () => createSelection({ ...receiver, points: options.points ?? [], reader });
  const { skipThrough, readEvidence } = options;
  const outbox = createOutbox({
    receiver,
    reader,
    profile,
    tuning,
    selection,
    ...(skipThrough && { skipThrough }),
    ...(readEvidence && { readEvidence }),
  });
  const link = createLinkStatus(clock);
  const report = createReporter({ receiver: receiver.id, outbox, link, reader, clock });
  const backoff = { baseMs: tuning.backoffBaseMs, capMs: tuning.backoffCapMs };
  // Both since the last acknowledgement, over however many connections.
  let failures = 0;
  let silences = 0;
  const onProgress = (): void => {
    failures = 0;
    silences = 0;
  };

  const attempt$ = defer(() => {
    let isConnected = false;
    const session$ = transport.link$.pipe(
      switchMap((opened) => {
        isConnected = true;
        link.set('connected');
        const ackTimeoutMs = tuning.ackTimeoutMs * 2 ** Math.min(silences, ACK_TIMEOUT_DOUBLINGS_MAX);
        const session = { outbox, committed$, clock, ...tuning, ackTimeoutMs, onProgress };
        const asked$ = (care?.resend$ ?? NEVER).pipe(
          map((asked): never => {
            throw asked;
          }),
        );
        return concat(of(undefined), merge(runSession(opened, session), asked$));
      }),
      catchError((error: unknown) => {
        if (error instanceof ResendAsked) outbox.resend(error.stream, error.span);
        if (isConnected) outbox.lost(instant(clock));
        outbox.flush();
        const waitMs = backoffMs(failures, backoff, Math.random());
        failures += 1;
        if (error instanceof SilenceError) silences += 1;
        link.set('waiting', reasonOf(error), clock.now() + waitMs);
        return concat(of(undefined), timer(waitMs).pipe(ignoreElements()));
      }),
    );
    link.set('connecting');
    return concat(of(undefined), session$);
  });

  return merge(attempt$.pipe(repeat()), interval(tuning.reportMs)).pipe(
    map(report),
    finalize(() => outbox.flush()),
  );
}

const unusable = ({ receiver, clock }: UplinkOptions, reason: string): UplinkReport => ({
  receiver: receiver.id,
  state: 'waiting',
  reason: `receiver ${receiver.id}: ${reason}`,
  since: clock.now(),
  connections: 0,
  inFlight: 0,
  lanes: [],
  backfill: { remainingRecords: 0 },
  quarantine: [],
});

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
