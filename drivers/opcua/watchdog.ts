/** Keep-alives that may be missing before a subscription counts as silent. */
const PATIENCE_IN_KEEP_ALIVES = 2;

/** Grace for a busy server or network on top. Milliseconds. */
const GRACE_MS = 500;

export interface Silence {
  readonly silentMs: number;
  readonly subscription: { readonly id: number; readonly keepAliveMs: number };
}

export const patienceMs = (keepAliveMs: number): number => keepAliveMs * PATIENCE_IN_KEEP_ALIVES + GRACE_MS;

/** The subscriptions that have been silent for too long: no data and no keep-alive. */
export const silentOnes = <T extends Silence>(silences: readonly T[]): T[] =>
  silences.filter(({ silentMs, subscription }) => silentMs > patienceMs(subscription.keepAliveMs));

export const silenceText = ({ silentMs, subscription }: Silence): string =>
  `no data and no keep-alive from subscription ${subscription.id} for ${Math.round(silentMs)} ms, ` +
  `expected within ${Math.round(subscription.keepAliveMs)} ms`;
