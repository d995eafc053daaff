import { Observable } from 'rxjs';
import { defineDriver, SourceError, type DriverContext, type Signal } from '../driver.ts';
import { lineName, lineOpener } from '../serial-line/line-transport.ts';
import { SharedLine, type LineClient } from '../serial-line/shared-line.ts';
import { addressSchema, check, type MillAddress } from './address.ts';
import { troubleOf } from './condition.ts';
import { MillInterval } from './interval.ts';
import { millSamples } from './mill-samples.ts';
import { optionsSchema, type FieldMillOptions } from './schema.ts';
import { SentenceReader } from './sentence-reader.ts';

/** Longest time that closing a socket or port may take. */
const RELEASE_WITHIN_MS = 1000;

/** Atmospheric electric field mill that talks by itself. Reads only: nothing is ever sent to it. */
export const fieldMill = defineDriver<FieldMillOptions, MillAddress>({
  kind: 'field-mill',
  summary: 'Electric field mill (lightning warning) with a serial line of its own: $+00.65,0*CE',
  schema: optionsSchema,
  address: addressSchema,
  check,
  releaseWithinMs: RELEASE_WITHIN_MS,
  open: (options, context) =>
    new Observable<Signal>((subscriber) => {
      const name = lineName(options.transport);
      const shared = context.share(`field-mill ${JSON.stringify(options.transport)}`, () => {
        const line = new SharedLine(name, lineOpener(options.transport));
        return { value: line, dispose: () => line.close() };
      });
      const stop = listen(shared.value, options, context, {
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

/** Listens for as long as the line lasts. Returns what stops it. */
function listen(
  line: SharedLine,
  options: FieldMillOptions,
  { clock, points }: DriverContext<MillAddress>,
  { emit, lost }: Reports,
): () => void {
  const reader = new SentenceReader();
  const interval = new MillInterval(
    clock,
    { step: options.jump.step, withinMs: options.jump.within },
    { sameMs: options.stuck.same, flatMs: options.stuck.flat, flatWithin: options.stuck.flatWithin },
  );
  let timer: NodeJS.Timeout | undefined;
  let heardAt = 0;
  let isSimulated = false;
  let told: string | undefined;

  const endInterval = (): void => {
    if (clock.monotonic() - heardAt >= options.silence)
      return line.lose(`connected, but not a byte came for ${options.silence} ms; the mill talks without being asked`);
    const summary = interval.close();
    const trouble = troubleOf(summary);
    if (trouble !== told) emit({ type: 'status', state: trouble === '' ? 'online' : 'degraded', reason: trouble });
    told = trouble;
    emit({ type: 'samples', samples: millSamples(points, summary, clock.now(), isSimulated) });
  };

  const client: LineClient = {
    opened: () => {
      heardAt = clock.monotonic();
      timer = setInterval(endInterval, options.interval);
    },
    bytes: (chunk) => {
      heardAt = clock.monotonic();
      const heard = reader.read(chunk);
      isSimulated ||= heard.some(({ kind }) => kind === 'simulator');
      interval.hear(heard);
    },
    lost,
  };
  emit({ type: 'status', state: 'connecting', reason: '' });
  line.attach(client);
  return () => {
    clearInterval(timer);
    line.detach(client);
  };
}
