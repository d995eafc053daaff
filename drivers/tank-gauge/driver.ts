import { Observable } from 'rxjs';
import type { AddressedPoint, ConfigIssue } from '#config/source-kind.ts';
import { defineDriver, SourceError, type DriverContext, type Signal } from '../driver.ts';
import { lineName, lineOpener } from '../serial-line/line-transport.ts';
import { SharedLine, type LineClient } from '../serial-line/shared-line.ts';
import { addressSchema, type TankAddress } from './address.ts';
import { Asker } from './asker.ts';
import { GaugePoller } from './poller.ts';
import { isSecurityCode } from './query.ts';
import { optionsSchema, type TankGaugeOptions } from './schema.ts';
import { Turns } from './turns.ts';

/** Longest time that closing a socket or port may take. */
const RELEASE_WITHIN_MS = 1000;

/** Console of a filling station's tanks. Reads only: the one encoder knows three queries and no function that sets. */
export const tankGauge = defineDriver<TankGaugeOptions, TankAddress>({
  kind: 'tank-gauge',
  summary: 'Automatic tank gauge of a filling station, serial protocol i201 over a serial port or TCP',
  schema: optionsSchema,
  address: addressSchema,
  check,
  releaseWithinMs: RELEASE_WITHIN_MS,
  open: (options, context) =>
    new Observable<Signal>((subscriber) => {
      const name = lineName(options.transport);
      const securityCode = options.securityCode?.reveal() ?? '';
      if (securityCode !== '' && !isSecurityCode(securityCode)) {
        subscriber.error(
          new SourceError(`${name}: the security code that ${options.securityCode?.reference} holds is not six digits`),
        );
        return undefined;
      }
      const shared = context.share(`tank-gauge ${JSON.stringify(options.transport)}`, () => {
        const line = new SharedLine(name, lineOpener(options.transport));
        return { value: { line, turns: new Turns() }, dispose: () => line.close() };
      });
      const { line, turns } = shared.value;
      const asker = new Asker({
        write: (bytes) => line.write(bytes),
        turns,
        form: { securityCode, terminator: options.terminator },
        timeoutMs: options.timeout,
      });
      const stop = poll(line, asker, options, {
        ...context,
        emit: (signal) => subscriber.next(signal),
        lost: (reason) => subscriber.error(new SourceError(reason)),
      });
      return () => {
        stop();
        shared.release();
      };
    }),
});

interface Reports {
  readonly emit: (signal: Signal) => void;
  /** The connection is gone, or could not be made. Told once. */
  readonly lost: (reason: string) => void;
}

/** Asks for as long as the line lasts. Returns what stops it. */
function poll(
  line: SharedLine,
  asker: Asker,
  options: TankGaugeOptions,
  { clock, points, emit, lost }: DriverContext<TankAddress> & Reports,
): () => void {
  const poller = new GaugePoller({
    asker,
    clock,
    points,
    intervalMs: options.interval,
    wantsAlarms: options.tankAlarms,
    wantsIdentity: options.identify,
    emit,
    dead: (reason) => line.lose(reason),
  });
  const client: LineClient = {
    opened: () => void poller.run(),
    bytes: (chunk) => asker.receive(chunk),
    lost,
  };
  emit({ type: 'status', state: 'connecting', reason: '' });
  line.attach(client);
  return () => {
    poller.stop();
    asker.stop();
    line.detach(client);
  };
}

function check(
  { tankAlarms }: TankGaugeOptions,
  points: readonly AddressedPoint<TankAddress>[],
): readonly ConfigIssue[] {
  if (tankAlarms) return [];
  return points
    .filter(({ address }) => address.item.kind === 'alarm')
    .map(({ id }) => ({
      point: id,
      path: [],
      what: 'an alarm of a tank',
      why: 'the source has "tankAlarms: false" and does not ask for them',
      todo: 'remove "tankAlarms: false" from the source',
    }));
}
