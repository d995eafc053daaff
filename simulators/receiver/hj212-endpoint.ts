import { createServer, type AddressInfo, type Socket } from 'node:net';

/** One frame as it came, its CRC found right. */
export interface ReceivedFrame {
  readonly head: Readonly<Record<string, string>>;
  readonly data: string;
}

export interface Hj212Endpoint {
  readonly port: number;
  readonly frames: readonly ReceivedFrame[];
  /** Frames that were damaged, or longer than allowed. */
  readonly faults: readonly string[];
  /** Answers of the device to what was asked of it. */
  readonly replies: readonly ReceivedFrame[];
  readonly ask: (text: string) => void;
  readonly cut: () => void;
  readonly stop: () => Promise<void>;
}

/** Cyclic redundancy as printed in annex A of HJ 212-2017, written down here a second time on purpose. */
function checksum(text: string): string {
  let register = 0xffff;
  for (const character of text) {
    register = (register >>> 8) ^ (character.codePointAt(0) ?? 0);
    for (let step = 0; step < 8; step += 1) {
      const bit = register & 0x0001;
      register >>>= 1;
      if (bit === 1) register ^= 0xa001;
    }
  }
  return `000${register.toString(16).toUpperCase()}`.slice(-4);
}

const wrap = (text: string): string => `##${`000${text.length}`.slice(-4)}${text}${checksum(text)}\r\n`;

/** A platform for HJ 212: checks length and CRC of each frame and answers data with 9014, unless it is told not to. */
export async function startHj212Endpoint(
  answer: (frame: ReceivedFrame) => '9014' | 'silence' | `9011:${number}` = () => '9014',
): Promise<Hj212Endpoint> {
  const sockets = new Set<Socket>();
  const frames: ReceivedFrame[] = [];
  const replies: ReceivedFrame[] = [];
  const faults: string[] = [];

  const take = (socket: Socket, line: string): void => {
    const [, length = '', data = '', crc = ''] = /^##(\d{4})(.*)([0-9A-F]{4})$/.exec(line) ?? [];
    if (Number(length) !== data.length || data.length > 1024 || checksum(data) !== crc) {
      faults.push(line);
      return;
    }
    const [before = '', parameters = ''] = data.split('CP=');
    const fields = before.split(';').filter((field) => field !== '');
    const head = Object.fromEntries(fields.map((field) => field.split('=') as [string, string]));
    const frame = { head, data: parameters.slice(2, -2) };
    if ((head['CN'] ?? '').startsWith('90')) {
      replies.push(frame);
      return;
    }
    frames.push(frame);
    const reply = answer(frame);
    if (reply === 'silence') return;
    const [command, code] = reply.split(':');
    const common = `QN=${head['QN']};ST=91;CN=${command};PW=${head['PW']};MN=${head['MN']};Flag=4;CP=&&`;
    socket.write(wrap(`${common}${code === undefined ? '' : `QnRtn=${code}`}&&`));
  };

  const server = createServer((socket) => {
    sockets.add(socket);
    let pending = '';
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    socket.on('data', (bytes) => {
      const lines = (pending + bytes.toString('latin1')).split('\r\n');
      pending = lines.pop() ?? '';
      for (const line of lines) take(socket, line);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    frames,
    faults,
    replies,
    ask: (text) => {
      for (const socket of sockets) socket.write(wrap(text));
    },
    cut,
    stop: async () => {
      cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
