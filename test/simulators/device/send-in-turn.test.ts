import { expect, it } from 'vitest';
import { sendInTurn } from '#simulators/device/send-in-turn.ts';

it('a reply in many segments leaves in its own order, however long the machine is held up', async () => {
  const timers = new Set<NodeJS.Timeout>();
  const segments = Array.from({ length: 12 }, (_, at) => ({ afterMs: at * 5, bytes: Buffer.from([at]) }));
  // Timers of the same lengths from elsewhere are what brings plain ones out of turn.
  const others = segments.slice(1).map(({ afterMs }) => setInterval(() => {}, afterMs));
  for (let round = 0; round < 20; round += 1) {
    const sent: number[] = [];
    const { promise: done, resolve } = Promise.withResolvers<undefined>();
    const send = (bytes: Buffer): void => {
      sent.push(...bytes);
      if (sent.length === segments.length) resolve(undefined);
    };
    sendInTurn(segments, send, timers);
    const until = performance.now() + 4 * round;
    while (performance.now() < until);
    await done;
    expect(sent).toEqual(segments.map((_, at) => at));
  }
  for (const other of others) clearInterval(other);
  expect(timers.size).toBe(0);
});
