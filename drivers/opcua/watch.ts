import { SubscriptionLost } from './faults.ts';
import type { Publisher } from './publishing.ts';
import type { Sink } from './sink.ts';
import type { StatusTeller } from './status-teller.ts';
import { patienceMs, silenceText, silentOnes } from './watchdog.ts';

/**
 * Looks after the subscriptions: one that has gone silent is roused once (its message asked for again, new publish
 * requests sent), and lost if it then stays silent for as long again.
 */
export function createWatch(
  publisher: Publisher,
  { sink, status }: { readonly sink: Sink; readonly status: StatusTeller },
): () => Promise<void> {
  const roused = new Set<number>();
  return async () => {
    const silent = silentOnes(publisher.silence());
    for (const id of roused) if (!silent.some(({ subscription }) => subscription.id === id)) roused.delete(id);
    for (const silence of silent) {
      const { id, keepAliveMs } = silence.subscription;
      if (!roused.has(id)) {
        roused.add(id);
        status.degraded(silenceText(silence));
        sink.event('opcua.subscription-silent', `${silenceText(silence)}; asking the server for it again`);
        await publisher.rouse(silence);
      } else if (silence.silentMs > 2 * patienceMs(keepAliveMs)) throw new SubscriptionLost(silenceText(silence));
    }
  };
}
