import type { NatsListener } from './nats-consumer.ts';
import type { FirewatchFeedOptions } from './schema.ts';

export const isNats = ({ url }: FirewatchFeedOptions): boolean => /^(nats|tls):/.test(url);

/** Consumes from JetStream; the client library is loaded with the first connection. Returns what releases it. */
export function openNatsFeed(options: FirewatchFeedOptions, source: string, listener: NatsListener): () => void {
  let isOver = false;
  let release = (): void => undefined;
  const begin = async (): Promise<void> => {
    const [{ consumeNats }, { natsTarget }] = await Promise.all([
      import('./nats-consumer.ts'),
      import('./nats-target.ts'),
    ]);
    if (!isOver) release = consumeNats(natsTarget(options, source), listener);
  };
  begin().catch((error: unknown) => {
    if (!isOver) listener.lost(error instanceof Error ? error.message : String(error));
  });
  return () => {
    isOver = true;
    release();
  };
}
