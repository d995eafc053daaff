import { startMosquitto } from '#test/agent/uplink/mosquitto.ts';
import type { Mosquitto } from '#test/agent/uplink/mosquitto.ts';

/**
 * Mosquitto with what it needs to be killed without losing what it has acknowledged, as far as it can: the receiver's
 * session is on disk, its messages are passed on at once and never dropped for their number.
 */
export const startBroker = (): Promise<Mosquitto> =>
  startMosquitto({
    lines: [
      'persistence true',
      'persistence_location DIR/',
      'autosave_interval 1',
      'max_inflight_messages 0',
      'max_queued_messages 0',
    ],
  });
