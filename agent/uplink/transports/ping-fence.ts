import type { MqttClient } from 'mqtt';

/**
 * Tells when the broker has read everything that was sent before: it answers in order, so the answer to a ping comes
 * after them. That is the most that can be known of a message at QoS 0.
 */
export function pingFence(client: MqttClient): (passed: () => void) => void {
  let sent: (() => void)[] = [];
  /** What was sent before each ping that is not answered. */
  const pings: (() => void)[][] = [];
  client.on('packetsend', ({ cmd }) => {
    if (cmd !== 'pingreq') return;
    pings.push(sent);
    sent = [];
  });
  client.on('packetreceive', ({ cmd }) => {
    if (cmd !== 'pingresp') return;
    for (const passed of pings.shift() ?? []) passed();
    if (sent.length > 0 && pings.length === 0) client.sendPing();
  });
  return (passed) => {
    sent.push(passed);
    // One ping for all that is sent in the same turn, and none while one is under way.
    if (sent.length === 1 && pings.length === 0)
      setImmediate(() => {
        if (sent.length > 0 && pings.length === 0 && client.connected) client.sendPing();
      });
  };
}
