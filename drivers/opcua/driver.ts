import { setImmediate } from 'node:timers/promises';
import { Observable } from 'rxjs';
import { defineDriver } from '#drivers/driver.ts';
import type { Signal } from '#drivers/driver.ts';
import { addressSchema } from './address.ts';
import type { OpcuaAddress } from './address.ts';
import type { Memory } from './outside.ts';
import { checkCertificatePoints } from './certificate-address.ts';
import { optionsSchema } from './schema.ts';
import type { OpcuaOptions } from './schema.ts';

/** OPC UA servers: DCS, SIS, PLCs and gateways. See README.md for every option. */
export const opcua = defineDriver<OpcuaOptions, OpcuaAddress>({
  kind: 'opcua',
  summary: 'OPC UA server (DCS, SIS, PLC, gateway), by subscription',
  schema: optionsSchema,
  address: addressSchema,
  check: checkCertificatePoints,
  releaseWithinMs: 3000,
  firstDataWithinMs,
  open: (options, context) => {
    const memory: Memory = {};
    return new Observable<Signal>((subscriber) => {
      const stop = new AbortController();
      const run = async (): Promise<void> => {
        // Loaded here: the library takes a second, which a site without OPC UA need not wait for; and after the turn in
        // which the site starts, so that its neighbours need not either.
        await setImmediate();
        if (stop.signal.aborted) return;
        const { live } = await import('./life.ts');
        await live(options, context, { emit: (signal) => subscriber.next(signal), signal: stop.signal, memory });
      };
      run().catch((error: unknown) => subscriber.error(error));
      return () => stop.abort();
    });
  },
});

/** Until every way was tried. A secured server calls twice: for its certificate, and for the session. */
function firstDataWithinMs({ reverse, redundant, connectTimeout, requestTimeout }: OpcuaOptions): number {
  const calls = reverse ? 2 * reverse.callWithin : 0;
  return calls + 2 * connectTimeout * (1 + redundant.length) + requestTimeout;
}
