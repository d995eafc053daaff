import type { Secret } from '#config/site.ts';
import type { MqttTarget } from './mqtt-subscription.ts';

/** What {@link mqttKeys} give after parsing. */
export interface MqttOptions {
  readonly url: string;
  readonly version: 4 | 5;
  readonly qos: 0 | 1;
  readonly clientId?: string | undefined;
  readonly user?: string | undefined;
  readonly password?: Secret | undefined;
  readonly ca?: Secret | undefined;
  readonly connectTimeout: number;
  readonly silence: number;
  readonly maxMessage: number;
}

export const mqttTarget = (options: MqttOptions, topics: readonly string[], source: string): MqttTarget => ({
  url: options.url,
  topics,
  version: options.version,
  qos: options.qos,
  // A random end, because the connection before this one may still stand at the broker.
  clientId: options.clientId ?? `firewatch-${source}-${Math.random().toString(36).slice(2, 8)}`,
  ...(options.user !== undefined && { user: options.user }),
  ...(options.password && { password: options.password.reveal() }),
  ...(options.ca && { ca: options.ca.reveal() }),
  connectTimeoutMs: options.connectTimeout,
  silenceMs: options.silence,
  maxMessageBytes: options.maxMessage,
});
