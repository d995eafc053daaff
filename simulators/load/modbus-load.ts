import { listenLoadDevice, listenMute } from './load-device.ts';
import { loadWord } from './load-word.ts';

/**
 * Many small Modbus TCP devices for load, as a process of their own so that their work counts as nobody else's:
 * `modbus-load.ts LIVE MUTE`. Each live device answers reads of 10,000 holding registers that change every second (see
 * `load-word.ts`) and says that it is a simulator; a mute one accepts connections and never answers. Prints one line of
 * JSON with the ports of both.
 */
const [live = 0, mute = 0] = process.argv.slice(2).map(Number);
const answering = await Promise.all(
  Array.from({ length: live }, (_, device) =>
    listenLoadDevice(() => {
      const second = Math.floor(Date.now() / 1000);
      return (register) => loadWord(device, register, second);
    }),
  ),
);
const silent = await Promise.all(Array.from({ length: mute }, listenMute));
process.stdout.write(`${JSON.stringify({ live: answering, mute: silent })}\n`);
