import { readdir } from 'node:fs/promises';
import { basename, dirname, join, matchesGlob } from 'node:path';
import type { SerialPort } from 'serialport';
import type { BytePipe, OpenPipe } from './byte-pipe.ts';

export interface SerialLine {
  readonly path: string;
  readonly baudRate: number;
  readonly dataBits: 7 | 8;
  readonly parity: 'none' | 'even' | 'odd';
  readonly stopBits: 1 | 2;
}

/**
 * A serial port as a pipe. The port is looked up anew each time, so that an adapter that was replugged is found again
 * under its name below /dev/serial/by-id; when it goes away the file descriptor is given up at once.
 */
export const openSerialPipe =
  (line: SerialLine): OpenPipe =>
  async (listener, signal) => {
    const path = await findPort(line.path);
    const { baudRate, dataBits, parity, stopBits } = line;
    // Loaded here: it brings native code, which a site without serial lines need not wait for.
    const serial = await import('serialport');
    const port = new serial.SerialPort({ path, baudRate, dataBits, parity, stopBits, autoOpen: false });
    await new Promise<void>((resolve, reject) => {
      port.open((error) =>
        error ? reject(new Error(`the serial port cannot be opened: ${error.message}`)) : resolve(),
      );
    });
    deliverAtOnce(port);
    let isDone = false;
    const finish = (reason: string): void => {
      if (isDone) return;
      isDone = true;
      if (port.isOpen) port.close(() => undefined);
      listener.closed(reason);
    };
    port.on('data', (bytes: Buffer) => {
      if (!isDone) listener.bytes(bytes);
    });
    port.on('error', (error) => finish(`the serial port failed: ${error.message}`));
    port.on('close', (error?: Error) =>
      finish(error ? `the serial port went away: ${error.message}` : 'the serial port closed'),
    );
    const pipe: BytePipe = {
      write: (bytes) => void port.write(Buffer.from(bytes)),
      close: () => {
        isDone = true;
        if (port.isOpen) port.close(() => undefined);
      },
    };
    if (signal.aborted) pipe.close();
    return pipe;
  };

/**
 * With Node 26.4 and later, bytes lie in serialport's native poller until something else wakes the event loop: the poller
 * calls back without letting promises continue (serialport/bindings-cpp#239, node-serialport#3148). An immediate does.
 */
function deliverAtOnce({ port }: SerialPort): void {
  if (port && 'poller' in port) port.poller.on('readable', () => setImmediate(() => undefined));
}

/** The port itself, or the only one that matches a name with `*`. */
async function findPort(path: string): Promise<string> {
  const directory = dirname(path);
  const pattern = basename(path);
  if (!pattern.includes('*')) return path;
  const present = await readdir(directory).catch(() => []);
  const matching = present.filter((name) => matchesGlob(name, pattern));
  const [only] = matching;
  if (only !== undefined && matching.length === 1) return join(directory, only);
  const found = matching.length === 0 ? `only ${present.join(', ') || 'nothing'}` : matching.join(', ');
  throw new Error(`${matching.length === 0 ? 'no' : 'more than one'} serial port matches ${path}; there is ${found}`);
}
