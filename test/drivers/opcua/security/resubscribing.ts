import type { Subscription } from 'rxjs';
import type { SampleValue } from '#agent/model/sample.ts';
import type { DriverContext } from '#drivers/driver.ts';
import type { OpcuaAddress } from '#drivers/opcua/address.ts';
import { opcua } from '#drivers/opcua/driver.ts';
import type { OpcuaOptions } from '#drivers/opcua/schema.ts';

/** One connection, from subscribing to its error. */
interface Attempt {
  /** In the order in which they were dialled. */
  readonly endpoints: string[];
  readonly values: SampleValue[];
  error?: string;
}

/** What came out of a driver that is subscribed to again as soon as it has failed, as the supervisor would after a while. */
export interface Resubscribing {
  readonly attempts: readonly Attempt[];
  /** The first value of each connection that had one. */
  readonly values: () => (SampleValue | undefined)[];
  readonly texts: (kind: string) => string[];
  readonly stop: () => void;
}

export function resubscribing(options: OpcuaOptions, context: DriverContext<OpcuaAddress>): Resubscribing {
  const signals$ = opcua.open(options, context);
  const attempts: Attempt[] = [];
  const events: { kind: string; text: string }[] = [];
  let subscription: Subscription | undefined;
  let isStopped = false;
  const subscribe = (): void => {
    if (isStopped) return;
    const attempt: Attempt = { endpoints: [], values: [] };
    attempts.push(attempt);
    subscription = signals$.subscribe({
      next(signal) {
        if (signal.type === 'samples') attempt.values.push(...signal.samples.map(({ value }) => value));
        if (signal.type === 'event') events.push(signal.event);
        const [, endpoint] = (signal.type === 'status' && /^connecting to (.*)/.exec(signal.reason)) || [];
        if (endpoint !== undefined) attempt.endpoints.push(endpoint);
      },
      error(error: Error) {
        attempt.error = error.message;
        setTimeout(subscribe, 100);
      },
    });
  };
  subscribe();
  return {
    attempts,
    values: () => attempts.filter(({ values }) => values.length > 0).map(({ values }) => values[0]),
    texts: (kind) => events.filter((event) => event.kind === kind).map(({ text }) => text),
    stop: () => {
      isStopped = true;
      subscription?.unsubscribe();
    },
  };
}
