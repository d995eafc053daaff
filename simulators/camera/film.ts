import { spawn, type ChildProcess } from 'node:child_process';

/** A film of MPEG transport stream packets, each of 188 bytes, as long as somebody plays it. */
export interface Film {
  readonly stop: () => void;
}

/** Pictures a second. */
const RATE = 2;
const PACKET = 188;
/** As many packets as fit in a datagram: RTP carries no more at once, though this wire is TCP. */
const PACKETS_AT_ONCE = 7;

/** Films what the camera sees, by ffmpeg. Where that is not installed, `onEnd` is called and no packet comes. */
export function film(draw: () => Buffer, onPackets: (packets: Buffer) => void, onEnd: () => void): Film {
  const input = ['-f', 'image2pipe', '-framerate', String(RATE), '-c:v', 'mjpeg', '-i', 'pipe:0'];
  const coded = [
    '-c:v',
    'libx264',
    '-preset',
    'ultrafast',
    '-tune',
    'zerolatency',
    '-pix_fmt',
    'yuv420p',
    '-g',
    String(RATE),
  ];
  const args = ['-v', 'error', ...input, ...coded, '-f', 'mpegts', '-flush_packets', '1', 'pipe:1'];
  const child: ChildProcess = spawn('ffmpeg', args, { stdio: ['pipe', 'pipe', 'ignore'] });
  const filming = setInterval(() => child.stdin?.write(draw()), 1000 / RATE);
  let waiting: Buffer = Buffer.alloc(0);
  child.stdin?.on('error', () => {});
  child.stdout?.on('data', (part: Buffer) => {
    waiting = Buffer.concat([waiting, part]);
    for (let whole = waiting.length - (waiting.length % PACKET); whole > 0;) {
      const length = Math.min(whole, PACKETS_AT_ONCE * PACKET);
      onPackets(waiting.subarray(0, length));
      waiting = waiting.subarray(length);
      whole -= length;
    }
  });
  const end = (): void => {
    clearInterval(filming);
    onEnd();
  };
  child.on('error', end);
  child.on('close', end);
  return { stop: () => void child.kill('SIGKILL') };
}
