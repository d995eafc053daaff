import { spawn } from 'node:child_process';
import { mkdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Credentials } from '../http-digest/digest.ts';

/** A piece of the stream, whole on disk; overwritten when the ring comes round. */
interface Piece {
  /** Absolute. */
  readonly file: string;
  readonly bytes: number;
}

interface FootageTarget {
  /** rtsp:// as the camera gives it, without credentials. */
  readonly uri: string;
  readonly host: string;
  readonly credentials: Credentials | undefined;
  /** For the ring. Emptied at the beginning. */
  readonly directory: string;
  readonly signal: AbortSignal;
  /** The program; another one in tests. */
  readonly program?: string;
}

/** Seconds of a piece, at least: it ends with a full picture. */
const PIECE_S = 2;
const PIECES = 60;
/** Without a whole piece for so long the stream is given up. */
const IDLE_MS = 60_000;

/** `missing`: the program is not installed. `ended`: the stream ended, was refused, or was no video. */
type FootageEnd = 'missing' | 'ended';

/**
 * Records a stream into a ring of pieces by ffmpeg, as it comes, without decoding: some percent of a core for many
 * cameras. Each whole piece is told. The address with its password goes in by standard input, so that no list of processes
 * shows it. Never rejects.
 */
export function record(target: FootageTarget, onPiece: (piece: Piece) => void): Promise<FootageEnd> {
  const { directory, signal, program = 'ffmpeg' } = target;
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  const input = ['-f', 'concat', '-safe', '0', '-protocol_whitelist', 'pipe,rtsp,rtp,tcp,udp', '-i', 'pipe:0'];
  const ring = ['-f', 'segment', '-segment_time', String(PIECE_S), '-segment_wrap', String(PIECES)];
  const told = ['-segment_list', 'pipe:1', '-segment_list_type', 'flat', '-segment_format', 'mpegts'];
  return new Promise((resolve) => {
    if (signal.aborted) return resolve('ended');
    const args = [
      '-v',
      'error',
      ...input,
      '-map',
      '0:v:0',
      '-c',
      'copy',
      ...ring,
      ...told,
      join(directory, 'piece-%d.ts'),
    ];
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'ignore'], signal, killSignal: 'SIGKILL' });
    const idle = setTimeout(() => child.kill('SIGKILL'), IDLE_MS);
    child.stdin.on('error', () => {});
    child.stdin.end(`ffconcat version 1.0\nfile '${addressOf(target)}'\noption rtsp_transport tcp\n`);
    createInterface({ input: child.stdout }).on('line', (name) => {
      idle.refresh();
      const file = join(directory, name.trim());
      const bytes = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
      if (bytes > 0 && !signal.aborted) onPiece({ file, bytes });
    });
    child.on('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(idle);
      resolve(error.code === 'ENOENT' ? 'missing' : 'ended');
    });
    child.on('close', () => {
      clearTimeout(idle);
      resolve('ended');
    });
  });
}

/** Without anything that would end the quoted word. */
function addressOf({ uri, host, credentials }: FootageTarget): string {
  const url = new URL(uri);
  url.hostname = host;
  if (credentials) {
    url.username = encodeURIComponent(credentials.user);
    url.password = encodeURIComponent(credentials.password);
  }
  return url.href.replaceAll("'", '%27').replaceAll(/[\r\n]/g, '');
}
