import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { DriverContext, Signal } from '../driver.ts';
import type { Credentials } from '../http-digest/digest.ts';
import type { LoginGate } from '../http-digest/login-gate.ts';
import type { CameraAddress } from './address.ts';
import { record } from './footage.ts';
import type { OnvifOptions } from './schema.ts';
import { StreamWatch } from './stream-watch.ts';

interface Filming {
  readonly options: OnvifOptions;
  readonly context: DriverContext<CameraAddress>;
  readonly uri: string;
  readonly credentials: () => Credentials | undefined;
  readonly gate: LoginGate;
  readonly signal: AbortSignal;
  readonly flags: () => number;
  readonly emit: (signal: Signal) => void;
}

/** Records the stream as long as it can be read. Ends where nothing is there to record with; rejects when stopped. */
export async function keepFilming(filming: Filming): Promise<void> {
  const { options, context, uri, credentials, gate, signal, ...tell } = filming;
  const { host, answerWithin, eventRetry } = options;
  const { clock, stateDir, source } = context;
  const watch = new StreamWatch({ uri, host, timeoutMs: answerWithin, wantsFrame: false, signal }, gate);
  for (;;) {
    const login = credentials();
    // The program would try a wrong password again and again: it is let near only what took the login.
    if ((await watch.look(login)) === 'ok') {
      let from = clock.now();
      const target = { uri, host, credentials: login, directory: join(stateDir, 'footage'), signal };
      const end = await record(target, (piece) => {
        const to = clock.now();
        tell.emit({ type: 'footage', footage: { ...piece, from, to, flags: tell.flags() } });
        from = to;
      });
      signal.throwIfAborted();
      if (end === 'missing') {
        const text = `ffmpeg is not installed: ${host} is not filmed, and alarms have pictures without clips; install it`;
        tell.emit({
          type: 'event',
          event: { time: clock.now(), kind: 'onvif.no-clips', source, text, flags: tell.flags() },
        });
        return;
      }
    }
    await delay(eventRetry, undefined, { signal });
  }
}
